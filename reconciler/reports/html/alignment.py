"""Two sequences laid side by side: which stretches they share, and which replace which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

MOST_PAIRS = 1_000_000
"""Comparing beyond this many pairs takes seconds: what differs is then shown as one stretch."""


@dataclass(frozen=True)
class Stretch:
    """A part of both sequences: equal, or the first's replaced by the second's.

    `before` and `after` are ranges of indexes; either may be empty.
    """

    equal: bool
    before: range
    after: range


def aligned(before: Sequence[str], after: Sequence[str]) -> list[Stretch]:
    """Return the stretches of two sequences in order; together they cover both."""
    start, end = common_ends(before, after)
    inner_before = before[start : len(before) - end]
    inner_after = after[start : len(after) - end]
    stretches = [
        Stretch(True, range(start), range(start)),
        *_inner(inner_before, inner_after, start),
        Stretch(
            True,
            range(len(before) - end, len(before)),
            range(len(after) - end, len(after)),
        ),
    ]
    return [stretch for stretch in stretches if stretch.before or stretch.after]


def common_ends(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Return how much two sequences share at their start, and of the rest at their end."""
    start = _common(zip(before, after, strict=False))
    rest = min(len(before), len(after)) - start
    end = _common(islice(zip(reversed(before), reversed(after), strict=False), rest))
    return start, end


def _common(pairs: Iterable[tuple[str, str]]) -> int:
    count = 0
    for first, second in pairs:
        if first != second:
            break
        count += 1
    return count


def _inner(before: Sequence[str], after: Sequence[str], offset: int) -> Iterator[Stretch]:
    if len(before) * len(after) > MOST_PAIRS:
        yield Stretch(
            False, range(offset, offset + len(before)), range(offset, offset + len(after))
        )
        return
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        yield Stretch(
            tag == "equal", range(offset + i1, offset + i2), range(offset + j1, offset + j2)
        )
