"""A report cut to a size: whole pieces are kept or dropped, the least important first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

from msgspec import Struct

from reconciler.planning.plan import PlannedSpec


class Rank(IntEnum):
    """How important a piece is. `ALWAYS` is never dropped, and `OTHERS` goes first."""

    ALWAYS = 0
    CAUSE = 1
    NOTICE = 2
    ROW = 3
    SHARED = 4
    CHANGES = 5
    OTHERS = 6


_HALVED = (Rank.NOTICE, Rank.ROW)
"""Ranks that leave half of the room to those that come after them, as far as these need it."""


class ReportBlock(Struct, frozen=True):
    """Text that is kept or dropped as a whole."""

    text: str
    rank: Rank = Rank.ALWAYS
    spec: PlannedSpec | None = None
    """The spec that is missing if this is dropped."""
    opens: bool = False
    """True for the start of a list, dropped if nothing is left in it."""
    closes: bool = False
    """True for the end of such a list."""


def size(pieces: Iterable[ReportBlock]) -> int:
    """Return how many characters pieces have, with a line break each."""
    return sum(len(piece.text) + 1 for piece in pieces)


def fitting(
    pieces: Sequence[ReportBlock], room: int
) -> tuple[list[ReportBlock], list[ReportBlock]]:
    """Return the pieces that are kept and those that are dropped, both in their order.

    The kept ones have at most `room` characters, line breaks included, unless
    those that are never dropped have more. Room that one rank leaves is used by
    the others, so that a piece is only dropped if it does not fit.
    """
    kept: set[int] = set()
    for is_second in (False, True):
        for rank in Rank:
            left = room // 2 if rank in _HALVED and not is_second else room
            for number, piece in enumerate(pieces):
                taken = size([piece])
                fits = rank is Rank.ALWAYS or taken <= left
                if piece.rank is rank and number not in kept and fits:
                    kept.add(number)
                    left, room = left - taken, room - taken
    stay = [piece for number, piece in enumerate(pieces) if number in kept]
    go = [piece for number, piece in enumerate(pieces) if number not in kept]
    return _without_empty(stay), go


def _without_empty(pieces: Sequence[ReportBlock]) -> list[ReportBlock]:
    kept: list[ReportBlock] = []
    for piece in pieces:
        if piece.closes and kept and kept[-1].opens:
            kept.pop()
        else:
            kept.append(piece)
    return kept
