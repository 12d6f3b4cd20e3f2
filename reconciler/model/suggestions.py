"""Suggestions for misspelled names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

_LEAST_LENGTH = 3
_LETTERS_A_SLIP = 6
"""One typo is accepted, and another for every so many letters."""


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that `name` is most likely a typo of, or None.

    A typo is a letter too many, too few, wrong, or two exchanged; upper and
    lower case are alike.
    """
    most = 1 + len(name) // _LETTERS_A_SLIP
    found = [
        (slips, other)
        for other in known
        if abs(len(other) - len(name)) <= most and min(len(other), len(name)) >= _LEAST_LENGTH
        for slips in [_slips(name.casefold(), other.casefold())]
        if slips <= most
    ]
    return min(found)[1] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint for an unknown name: the closest known one, or else all of them."""
    names = sorted(known)
    near = closest(name, names)
    return f"Did you mean '{near}'?" if near else f"Known: {', '.join(names)}."


@lru_cache(maxsize=4096)  # files misspell, or merely use, the same names
def _slips(one: str, other: str) -> int:
    """Return the optimal string alignment distance."""
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, against in enumerate(other, start=1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before_last[column - 2] + 1)
            current.append(cost)
        before_last, last = last, current
    return last[-1]
