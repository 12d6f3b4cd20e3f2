"""Undocumented keys inside a field that are similar to a documented one.

The API grows, so an unknown key is not a mistake by itself; a near miss is one.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.checks import Finding
from reconciler.model.json_access import expect_list, expect_object
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.kinds import Kind
from reconciler.model.pointers import Pointer
from reconciler.model.suggestions import closest
from reconciler.schemas import read_schema

_EMBEDDED = "#/$defs/schema"
"""Where the keys are those of JSON Schema, which `schema_lints` checks."""


def near_keys(kind: Kind, field: str, value: Json) -> Iterator[Finding]:
    """Yield every key that is similar to a documented one; the pointers begin at the value."""
    root = read_schema(kind.name)
    part = expect_object(root["properties"]).get(field)
    if isinstance(part, dict):
        yield from _below(root, part, value, ())


def _below(root: JsonObject, part: JsonObject, value: Json, pointer: Pointer) -> Iterator[Finding]:
    if part.get("$ref") == _EMBEDDED:
        return
    part = _fitting(root, part, value)
    known = expect_object(part.get("properties", {}))
    if isinstance(value, dict):
        for key in value:
            if key in known:
                continue
            if near := closest(key, (name for name in known if name not in value)):
                message = f"'{key}' is not a documented key."
                yield (*pointer, key), message, f"Did you mean '{near}'?", "near-key"
        others = part.get("additionalProperties")
        for key, member in value.items():
            below = known.get(key, others)
            if isinstance(below, dict):
                yield from _below(root, below, member, (*pointer, key))
    elif isinstance(value, list) and isinstance(part.get("items"), dict):
        for index, item in enumerate(value):
            yield from _below(root, expect_object(part["items"]), item, (*pointer, str(index)))


def _fitting(root: JsonObject, part: JsonObject, value: Json) -> JsonObject:
    """Return the part that describes such a value: behind a reference, or one of several."""
    reference = part.get("$ref")
    if isinstance(reference, str):
        name = reference.rpartition("/")[2]
        return _fitting(root, expect_object(expect_object(root["$defs"])[name]), value)
    if "anyOf" in part:
        wanted = "array" if isinstance(value, list) else "object"
        ways = [_fitting(root, expect_object(way), value) for way in expect_list(part["anyOf"])]
        return next((way for way in ways if way.get("type") == wanted), part)
    return part
