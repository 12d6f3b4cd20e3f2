r"""The implementation of `pattern`: an ECMA-262 regular expression, as JSON Schema requires.

A pattern is read with the `u` flag, or without it if it is valid only then
(`^[\w-.]+@`). `regress` matches by backtracking, which some patterns
(`^(a+)+$`) turn into a search without end, and some into a wrong answer: those are
matched by their automaton in linear time, by `jsonschema-rs` if they have none, or not at
all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

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
    parse_pattern,
)

if TYPE_CHECKING:
    from regress import Regex

_NEVER, _NESTED = -2, -1
"""No length: `regress` fills the memory where what repeats may be empty, and errs on others."""

_POLYNOMIAL, _QUADRATIC = 300, 5000
"""Lengths that are safe to match if several open repetitions follow, and if there is one."""

_EXPONENTIAL = 12
"""The length up to which a pattern is tried that nests repetitions and has no automaton."""

_MANY = 10
"""Copies from which on a repetition counts as open."""

_MOST_EXPANDED = 12
"""Copies that are written out of a repetition which holds an anchor or a look-ahead."""


class PatternError(ValueError):
    """A pattern that is invalid, or that would take too long on a string. `str()` says why."""


def pattern_matches(pattern: str, text: str) -> bool:
    """Return True if a pattern matches somewhere in a string.

    Raises `PatternError` if the pattern is invalid or may take too long.
    """
    regex, _ = _compiled(pattern)
    longest = _longest_for_regress(pattern)
    if longest is not None and len(text) > longest:
        language = pattern_language(pattern)
        if language is not None:
            return language.has(text)
        if len(text) > _EXPONENTIAL or longest == _NEVER:
            return _matches_by_rust(pattern, text)
    try:
        return regex.find(text) is not None
    except UnicodeEncodeError:
        raise PatternError("a string with half a surrogate pair cannot be matched") from None


def is_read_alike(pattern: str) -> bool:
    """Return True if `jsonschema-rs` reads a pattern as ECMA-262 does.

    Its classes nest and have operators (`[a[b]`, `[a&&b]`), and it knows no older syntax.
    """
    try:
        _, unicode = _compiled(pattern)
    except PatternError:
        return False
    return unicode and _RUST_CLASS.search(pattern) is None


_RUST_CLASS = re.compile(r"\[[^\]]*(?:\[|&&|--|~~)")


def _matches_by_rust(pattern: str, text: str) -> bool:
    """Match by `jsonschema-rs`, which gives up where it would go back and forth for too long."""
    import jsonschema_rs

    errors = None
    if is_read_alike(pattern):
        validator = jsonschema_rs.Draft7Validator({"pattern": pattern}, offline=True)
        errors = list(validator.iter_errors(text))
    if errors is None or any(error.kind.name != "pattern" for error in errors):
        raise PatternError(f"matching a string of {len(text):,} characters may never end")
    return not errors


def pattern_error(pattern: str) -> str:
    """Return why a pattern is not a regular expression, or an empty string if it is one."""
    try:
        _compiled(pattern)
    except PatternError as error:
        return str(error)
    return ""


def pattern_tree(pattern: str) -> Node | None:
    """Return the tree of a pattern, or None if it is invalid or not known in every part."""
    try:
        _, unicode = _compiled(pattern)
    except PatternError:
        return None
    return parse_pattern(pattern, unicode=unicode)


def pattern_language(pattern: str) -> Language | None:
    """Return the strings that a pattern matches, or None if it is invalid or not regular."""
    tree = pattern_tree(pattern)
    return None if tree is None else _language_of(tree)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> tuple[Regex, bool]:
    """Return the compiled pattern, and whether it is read with the `u` flag."""
    from regress import Regex, RegressError

    try:
        return Regex(pattern, "u"), True
    except (RegressError, ValueError):
        pass
    try:
        return Regex(pattern), False
    except (RegressError, ValueError) as error:
        raise PatternError(f"{error}".rstrip(".")) from None


@lru_cache(maxsize=1024)
def _longest_for_regress(pattern: str) -> int | None:
    """Return the length up to which `regress` may match, None for any length."""
    tree = pattern_tree(pattern)
    if tree is not None and _repeats_nothing(tree):
        return _NEVER
    if tree is None or _nests(tree):
        return _NESTED
    return (None, _QUADRATIC, _POLYNOMIAL)[min(_open(tree), 2)]


def _repeats_nothing(tree: Node) -> bool:
    """Return True if a repetition holds what may match the empty string."""
    return any(match_lengths(node.node)[0] == 0 for node in _repetitions(tree))


def _nests(tree: Node) -> bool:
    """Return True if a repetition holds another, or a choice: a string may match in many ways."""
    many = (Times, Either, BackReference)
    repeated = (inner for node in _repetitions(tree) for inner in nodes_of(node.node))
    return any(isinstance(inner, many) for inner in repeated)


def _repetitions(tree: Node) -> Iterator[Times]:
    return (node for node in nodes_of(tree) if isinstance(node, Times) and node.high > 1)


def _open(node: Node) -> int:
    """Return the number of open repetitions."""
    match node:
        case Chars() | Mark():
            return 0
        case BackReference():
            return 1
        case Either(ways):
            return max(map(_open, ways), default=0)
        case Concatenation(parts):
            return sum(map(_open, parts))
        case Look(inner) | Group(inner):
            return _open(inner)
        case Times(inner, low, high):
            return _open(inner) + (high > low and high >= _MANY)


class _NotRegularError(Exception):
    """The pattern is not regular, or is one that is not translated."""


@lru_cache(maxsize=1024)
def _language_of(tree: Node) -> Language | None:
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
