"""A report cut to a size: whole pieces stay or go, the ones that matter least first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from reconciler.planning.plan import PlannedSpec


class Rank(IntEnum):
    """How much a piece matters. What is always there comes first."""

    ALWAYS = 0
    NOTICE = 1
    ROW = 2
    SHARED = 3
    CHANGES = 4
    OTHERS = 5


_HALVED = (Rank.NOTICE, Rank.ROW)


@dataclass(frozen=True)
class Piece:
    """Text that stays or goes as a whole. `spec` is the one that is missed if it goes.

    `opens` and `closes` are the two ends of a list, of no use with nothing between.
    """

    text: str
    rank: Rank = Rank.ALWAYS
    spec: PlannedSpec | None = None
    opens: bool = False
    closes: bool = False


def size(pieces: Iterable[Piece]) -> int:
    """Return how many characters pieces have with a line break each."""
    return sum(len(piece.text) + 1 for piece in pieces)


def fitting(pieces: Sequence[Piece], room: int) -> tuple[list[Piece], list[Piece]]:
    """Return the pieces that stay, in their order, and those that go, in theirs.

    Those that stay have at most `room` characters with a line break each, as
    far as those that are always there let them. Notices, and then rows, have half
    of what is left.
    """
    kept: set[int] = set()
    for rank in Rank:
        of_rank = [number for number, piece in enumerate(pieces) if piece.rank is rank]
        left = room // 2 if rank in _HALVED else room
        for number in of_rank:
            taken = size([pieces[number]])
            if rank is Rank.ALWAYS or taken <= left:
                kept.add(number)
                left, room = left - taken, room - taken
    stay = [piece for number, piece in enumerate(pieces) if number in kept]
    go = [piece for number, piece in enumerate(pieces) if number not in kept]
    return _without_empty(stay), go


def _without_empty(pieces: Sequence[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    for piece in pieces:
        if piece.closes and kept and kept[-1].opens:
            kept.pop()
        else:
            kept.append(piece)
    return kept
