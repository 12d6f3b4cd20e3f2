"""Reading a JSON value as what it should be, for the files that this program writes itself."""

from __future__ import annotations

from typing import TypeVar

from reconciler.model.json_text import Json, JsonObject, compact_json

T = TypeVar("T")


def expect_object(value: Json) -> JsonObject:
    """Return an object. Raises `TypeError` naming what it is instead."""
    return _expect(value, dict, "an object")


def expect_list(value: Json) -> list[Json]:
    """Return a list. Raises `TypeError` naming what it is instead."""
    return _expect(value, list, "a list")


def expect_string(value: Json) -> str:
    """Return a string. Raises `TypeError` naming what it is instead."""
    return _expect(value, str, "a string")


def expect_count(value: Json) -> int:
    """Return an integer. Raises `TypeError` naming what it is instead."""
    return _expect(value, int, "an integer")


def expect_boolean(value: Json) -> bool:
    """Return a boolean. Raises `TypeError` naming what it is instead."""
    return _expect(value, bool, "true or false")


def object_at(fields: JsonObject, name: str) -> JsonObject:
    """Return a member that is an object, an empty one for anything else."""
    member = fields.get(name)
    return member if isinstance(member, dict) else {}


def list_at(fields: JsonObject, name: str) -> list[Json]:
    """Return a member that is a list, an empty one for anything else."""
    member = fields.get(name)
    return member if isinstance(member, list) else []


def _expect(value: Json, kind: type[T], name: str) -> T:
    if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
        return value
    raise TypeError(f"expected {name}, got {compact_json(value)[:40]}")
