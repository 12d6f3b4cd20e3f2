"""A pattern as a regular language: the strings in which it matches somewhere."""

from __future__ import annotations

from functools import lru_cache

from reconciler.model.languages import (
    ANY_CHAR,
    EMPTY,
    EVERY,
    NONE,
    Language,
    both,
    chars,
    complement,
    either,
    repeat,
    then,
)
from reconciler.model.regex_syntax import (
    BackReference,
    Chars,
    Concatenation,
    Either,
    Group,
    Look,
    Mark,
    Node,
    Times,
    match_lengths,
    nodes_of,
)

_MOST_EXPANDED = 12
"""Copies that are written out of a repetition which holds an anchor or a look-ahead."""


class _NotRegularError(Exception):
    """The pattern is not regular, or is one that is not translated."""


@lru_cache(maxsize=1024)
def language_of(tree: Node) -> Language | None:
    """Return the strings in which a pattern matches somewhere, None where it is not regular."""
    try:
        from_start = _followed(tree, EVERY, True)
        later = then(ANY_CHAR, then(EVERY, _followed(tree, EVERY, False)))
    except (_NotRegularError, RecursionError):
        return None
    return either((from_start, later))


def _followed(node: Node, rest: Language, at_start: bool | None) -> Language:
    """Return what a node matches, followed by a string of `rest`.

    `at_start` is whether the node begins at the string's start, None if it may.
    """
    match node:
        case Chars(ranges):
            return then(chars(ranges), rest)
        case Either(ways):
            return either(_followed(way, rest, at_start) for way in ways)
        case Concatenation(parts):
            return _row(parts, rest, at_start)
        case Group(inner):
            return _followed(inner, rest, at_start)
        case Times(inner, low, high):
            return _repeated(inner, low, high, rest, at_start)
        case Look(inner, ahead=True, holds=holds):
            seen = _followed(inner, EVERY, at_start)
            return both((rest, seen if holds else complement(seen)))
        case Mark("$"):
            return both((rest, EMPTY))
        case Mark("^") if at_start is not None:
            return rest if at_start else NONE
        case Look() | Mark() | BackReference():
            raise _NotRegularError


def _row(parts: tuple[Node, ...], rest: Language, at_start: bool | None) -> Language:
    starts: list[bool | None] = []
    for part in parts:
        starts.append(at_start)
        low, high = match_lengths(part)
        if low:
            at_start = False
        elif high and at_start:
            at_start = None
    for part, start in zip(reversed(parts), reversed(starts), strict=True):
        rest = _followed(part, rest, start)
    return rest


def _repeated(inner: Node, low: int, high: int, rest: Language, at_start: bool | None) -> Language:
    if _is_pure(inner):
        return then(repeat(_followed(inner, EMPTY, None), low, high), rest)
    if high > _MOST_EXPANDED:
        raise _NotRegularError
    return either(_row((inner,) * count, rest, at_start) for count in range(low, high + 1))


def _is_pure(node: Node) -> bool:
    """Return True if what a node matches does not depend on what is around it."""
    return not any(isinstance(each, Look | Mark | BackReference) for each in nodes_of(node))
