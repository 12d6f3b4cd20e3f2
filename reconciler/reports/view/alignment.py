"""The difference of two sequences: which parts are equal, and which are replaced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from msgspec import Struct

MOST_PAIRS = 250_000
"""Pairs that are compared; if there are more, all that differs counts as replaced."""


class Stretch(Struct, frozen=True):
    """A part of both sequences: equal, or replaced.

    `before` and `after` are ranges of indexes; either may be empty.
    """

    equal: bool
    before: range
    after: range


def aligned(before: Sequence[str], after: Sequence[str]) -> list[Stretch]:
    """Return the stretches of two sequences; together they cover both."""
    start, end = common_ends(before, after)
    old, new = len(before) - end, len(after) - end
    stretches = [
        Stretch(True, range(start), range(start)),
        *_inner(before[start:old], after[start:new], start),
        Stretch(True, range(old, len(before)), range(new, len(after))),
    ]
    return [stretch for stretch in stretches if stretch.before or stretch.after]


def common_ends(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Return how many elements two sequences share at the start, and of the rest at the end."""
    start = common_start(before, after)
    most = min(len(before), len(after)) - start
    return start, min(most, common_start(before[::-1], after[::-1]))


def common_start(first: Sequence[str], second: Sequence[str]) -> int:
    """Return how many elements (or characters) two sequences share at the start."""
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _inner(before: Sequence[str], after: Sequence[str], offset: int) -> Iterator[Stretch]:
    if len(before) * len(after) > MOST_PAIRS:
        yield Stretch(False, _range(offset, 0, len(before)), _range(offset, 0, len(after)))
        return
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        yield Stretch(tag == "equal", _range(offset, i1, i2), _range(offset, j1, j2))


def _range(offset: int, start: int, stop: int) -> range:
    return range(offset + start, offset + stop)
