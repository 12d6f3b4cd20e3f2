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
    start = common_start(before, after)
    most = min(len(before), len(after)) - start
    end = min(most, common_start(before[::-1], after[::-1]))
    old, new = range(start, len(before) - end), range(start, len(after) - end)
    stretches = [
        Stretch(True, range(start), range(start)),
        *_inner(before, after, old, new),
        Stretch(True, range(old.stop, len(before)), range(new.stop, len(after))),
    ]
    return [stretch for stretch in stretches if stretch.before or stretch.after]


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


def _inner(
    before: Sequence[str], after: Sequence[str], old: range, new: range
) -> Iterator[Stretch]:
    if len(old) * len(new) > MOST_PAIRS:
        yield Stretch(False, old, new)
        return
    parts = before[old.start : old.stop], after[new.start : new.stop]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, *parts, autojunk=False).get_opcodes():
        yield Stretch(tag == "equal", old[i1:i2], new[j1:j2])
