"""The parts of a JSON Schema, and the references between them: whether they ever end."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from urllib.parse import unquote

from reconciler.model.json_text import CONTAINERS, Json, JsonObject
from reconciler.model.pointers import parse_pointer
from reconciler.model.shape import SCHEMA, Place

REFERENCES = ("$ref", "$recursiveRef", "$dynamicRef")
"""The keywords that name another schema."""

_IN_PLACE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else")
_BY_NAME = ("dependencies", "dependentSchemas")
"""Keywords with schemas that apply to the same value as the schema around them."""


def local_part(schema: Json, reference: Json) -> Json:
    """Return the part of a schema that a reference names, None where it is not seen in it."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    found = schema
    try:
        for token in parse_pointer(unquote(reference[1:])):
            if isinstance(found, list):
                found = found[int(token)]
            elif isinstance(found, dict):
                found = found[token]
            else:
                return None
    except (ValueError, LookupError):
        return None
    return found


def never_ends(schema: Json) -> bool:
    """Return True if some part of a schema refers to itself for one and the same value.

    A part that refers to itself for what is inside a value, as that of a tree
    does, ends where the value does.
    """
    graph: dict[int, list[int]] = {}
    waiting = [*schema_parts(schema)]
    while waiting:
        part = waiting.pop()
        if id(part) not in graph:
            following = [each for each in _same_value(schema, part) if isinstance(each, dict)]
            graph[id(part)] = [id(each) for each in following]
            waiting += following
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        return True
    return False


def schema_parts(schema: Json) -> list[JsonObject]:
    """Return every schema object within a schema, itself included."""
    found: list[JsonObject] = []
    _collect(schema, SCHEMA, found)
    return found


def _collect(value: Json, place: Place, found: list[JsonObject]) -> None:
    if isinstance(value, dict):
        if place.schema:
            found.append(value)
        for key, member in value.items():
            if isinstance(member, CONTAINERS):
                _collect(member, place.member(key), found)
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, CONTAINERS):
                _collect(item, place.element(), found)


def _same_value(root: Json, part: JsonObject) -> Iterator[Json]:
    for keyword in REFERENCES:
        if keyword in part:
            yield local_part(root, part[keyword])
    for keyword in _IN_PLACE:
        value = part.get(keyword)
        yield from value if isinstance(value, list) else [value]
    for keyword in _BY_NAME:
        value = part.get(keyword)
        yield from value.values() if isinstance(value, dict) else ()


_MOST_VISITS = 20_000
"""Parts that may apply to one value before a schema counts as costly."""


def is_costly(schema: Json) -> bool:
    """Return True if nested references validate one value a great many times.

    Twenty definitions, each `allOf` twice the one before, validate a value a million times.
    """
    if not has_references(schema):
        return False
    counts: dict[int, int] = {}
    return _visits(schema, schema, counts) > _MOST_VISITS


def has_references(schema: Json) -> bool:
    """Return True if some part of a schema refers to another."""
    return any(map(refers, schema_parts(schema)))


def refers(part: JsonObject) -> bool:
    """Return True if a part of a schema has a reference of its own."""
    return not part.keys().isdisjoint(REFERENCES)


def _visits(root: Json, part: Json, counts: dict[int, int]) -> int:
    """Return how many parts apply to a value, what is inside it included once a step."""
    if not isinstance(part, dict):
        return 1
    if id(part) not in counts:
        counts[id(part)] = 1  # a step back into what is being counted: once more inside the value
        found = 1 + sum(_visits(root, below, counts) for below in _all_below(root, part))
        counts[id(part)] = min(found, _MOST_VISITS + 1)
    return counts[id(part)]


def _all_below(root: Json, part: JsonObject) -> Iterator[Json]:
    yield from _same_value(root, part)
    for keyword, value in part.items():
        place = SCHEMA.member(keyword)
        if keyword not in (*_IN_PLACE, *_BY_NAME, *REFERENCES) and isinstance(value, dict):
            if keyword not in ("definitions", "$defs"):
                yield from [value] if place.schema else value.values() if place.others else ()
        elif keyword in ("items", "prefixItems") and isinstance(value, list):
            yield from value
