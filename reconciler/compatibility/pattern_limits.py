"""How long a text may be that a pattern is tried on, so that trying comes to an end.

Python's `re` goes back and forth: `^(a+)+$` takes twice as long for each
further character of a text that does not fit. No clock can stop it, so texts
that are too long for a schema's patterns are not tried at all.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.compatibility.keywords import as_map
from reconciler.compatibility.regex_tree import (
    Around,
    Either,
    Node,
    Row,
    Sign,
    Times,
    pattern_tree,
)
from reconciler.model.json_text import Json
from reconciler.model.schema_refs import schema_parts

_MANY = 10
"""Copies from which on a repetition counts as open."""

_EXPONENTIAL, _POLYNOMIAL = 12, 300
"""Characters that are safe where repetitions nest, and where several follow each other."""


def longest_text(schema: Json) -> int | None:
    """Return the longest text to try on a schema's patterns, None where any length is safe."""
    limits = [limit for pattern in _patterns(schema) if (limit := _longest(pattern)) is not None]
    return min(limits, default=None)


def is_within(value: Json, longest: int | None) -> bool:
    """Say whether no text in a value, a member's name included, is longer than that."""
    if longest is None:
        return True
    if isinstance(value, str):
        return len(value) <= longest
    if isinstance(value, dict):
        return all(len(name) <= longest and is_within(value[name], longest) for name in value)
    return not isinstance(value, list) or all(is_within(item, longest) for item in value)


def _patterns(schema: Json) -> Iterator[str]:
    for part in schema_parts(schema):
        if isinstance(pattern := part.get("pattern"), str):
            yield pattern
        yield from as_map(part.get("patternProperties"))


def _longest(pattern: str) -> int | None:
    tree = pattern_tree(pattern)
    if tree is None or _nests(tree, inside=False):
        return _EXPONENTIAL
    return _POLYNOMIAL if _open(tree) > 1 else None


def _nests(node: Node, *, inside: bool) -> bool:
    """Say whether a repetition holds another, or a choice: there may be many ways to fit a text."""
    match node:
        case Sign():
            return False
        case Either(ways):
            return inside or any(_nests(way, inside=inside) for way in ways)
        case Row(parts):
            return any(_nests(part, inside=inside) for part in parts)
        case Around(inner):
            return _nests(inner, inside=inside)
        case Times(inner, low, high):
            varies = high > low
            return (inside and varies) or _nests(inner, inside=inside or (varies and high >= _MANY))


def _open(node: Node) -> int:
    """Return how many open repetitions there are."""
    match node:
        case Sign():
            return 0
        case Either(ways):
            return max(map(_open, ways), default=0)
        case Row(parts):
            return sum(map(_open, parts))
        case Around(inner):
            return _open(inner)
        case Times(inner, low, high):
            return _open(inner) + (high > low and high >= _MANY)
