"""Reading a JSON value as what it should be, for the files that this program writes itself."""

from __future__ import annotations

from reconciler.model.json_text import Json, JsonObject, compact_json


def expect_object(value: Json) -> JsonObject:
    """Return an object. Raises `TypeError` naming what it is instead."""
    if not isinstance(value, dict):
        raise TypeError(f"expected an object, got {_shown(value)}")
    return value


def expect_list(value: Json) -> list[Json]:
    """Return a list. Raises `TypeError` naming what it is instead."""
    if not isinstance(value, list):
        raise TypeError(f"expected a list, got {_shown(value)}")
    return value


def expect_string(value: Json) -> str:
    """Return a string. Raises `TypeError` naming what it is instead."""
    if not isinstance(value, str):
        raise TypeError(f"expected a string, got {_shown(value)}")
    return value


def expect_count(value: Json) -> int:
    """Return an integer. Raises `TypeError` naming what it is instead."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"expected an integer, got {_shown(value)}")
    return value


def expect_boolean(value: Json) -> bool:
    """Return a boolean. Raises `TypeError` naming what it is instead."""
    if not isinstance(value, bool):
        raise TypeError(f"expected true or false, got {_shown(value)}")
    return value


def object_at(fields: JsonObject, name: str) -> JsonObject:
    """Return a member that is an object, an empty one for anything else."""
    member = fields.get(name)
    return member if isinstance(member, dict) else {}


def _shown(value: Json) -> str:
    return compact_json(value)[:40]
