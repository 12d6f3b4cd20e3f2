"""Questions about several patterns at once: if a string matches them, and an example."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from reconciler.model.languages import (
    ANY_CHAR,
    EVERY,
    Language,
    OutOfStatesError,
    both,
    complement,
    literal,
    repeat,
    shortest,
)
from reconciler.model.patterns import pattern_language
from reconciler.model.regex_syntax import UNLIMITED

_MOST_STEPS = 25_000
"""Steps of an automaton that one question may take: at most some tenths of a second."""


def lengths_from(low: int, high: int | None) -> Language:
    """Return the strings of a length, in characters."""
    if low == 0 and high is None:
        return EVERY
    return repeat(ANY_CHAR, low, UNLIMITED if high is None else high)


def joined(
    matched: Iterable[str], unmatched: Iterable[str] = (), other_than: Sequence[str] = ()
) -> Language | None:
    """Return the strings that some patterns match and others do not, and that are not given ones.

    None where a pattern is not regular. One that is not among `matched` would
    only make the language smaller.
    """
    parts = [pattern_language(pattern) for pattern in matched]
    refused = [pattern_language(pattern) for pattern in unmatched]
    refused += [literal(text) for text in other_than]
    if any(part is None for part in (*parts, *refused)):
        return None
    return both(
        (
            *(part for part in parts if part is not None),
            *(complement(part) for part in refused if part is not None),
        )
    )


def example_of(language: Language) -> str | None:
    """Return a short string of a language, None if there is none or none was found."""
    try:
        return shortest(language, _MOST_STEPS)
    except (OutOfStatesError, RecursionError):
        return None


@lru_cache(maxsize=4096)
def is_empty(language: Language) -> bool:
    """Return True if it is certain that a language has no string."""
    try:
        return shortest(language, _MOST_STEPS) is None
    except (OutOfStatesError, RecursionError):
        return False
