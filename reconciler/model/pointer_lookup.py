"""Values at JSON Pointers whose tokens may name elements of sets and keyed lists."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from reconciler.model.json_text import Json
from reconciler.model.pointers import Pointer
from reconciler.model.shape import ListRule, Place, element_token

ANY = "*"
"""The token that matches every member and element, where wildcards are allowed."""


class PointerMatch(Struct, frozen=True):
    """A value, and its pointer: by the names of elements, and with indexes into every list."""

    pointer: Pointer
    indexed: Pointer
    value: Json


def found_at(
    value: Json, place: Place, pointer: Pointer, *, wildcards: bool = False
) -> Iterator[PointerMatch]:
    """Yield the values at a pointer into a value at `place`: without wildcards at most one.

    Yields nothing if the pointer matches nothing.
    """
    return _below(value, place, pointer, PointerMatch((), (), value), wildcards=wildcards)


def _below(
    value: Json, place: Place, rest: Pointer, above: PointerMatch, *, wildcards: bool
) -> Iterator[PointerMatch]:
    if not rest:
        yield PointerMatch(above.pointer, above.indexed, value)
        return
    for name, index, below, member in _members(value, place):
        if name == rest[0] or (wildcards and rest[0] == ANY):
            found = PointerMatch((*above.pointer, name), (*above.indexed, index), member)
            yield from _below(member, below, rest[1:], found, wildcards=wildcards)


def named_pointer(value: Json, place: Place, indexed: Pointer) -> Pointer:
    """Return a pointer by the names of elements, given one with indexes into lists."""
    named: list[str] = []
    for depth, token in enumerate(indexed):
        for name, index, below, member in _members(value, place):
            if index == token:
                named.append(name)
                value, place = member, below
                break
        else:
            return (*named, *indexed[depth:])
    return tuple(named)


def _members(value: Json, place: Place) -> Iterator[tuple[str, str, Place, Json]]:
    """Yield the name, the index, the place and the value of all that a value holds."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield name, name, place.member(name), member
    elif isinstance(value, list):
        rule = place.rule_for(value)
        for index, item in enumerate(value):
            name = str(index)
            if rule is ListRule.SET:
                name = element_token(item)
            elif rule is ListRule.KEYED and isinstance(item, dict):
                name = str(item[place.key])
            yield name, str(index), place.element(), item
