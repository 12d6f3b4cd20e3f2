"""Reading a JSON value as what it should be, for the files that this program writes itself."""

from __future__ import annotations

from reconciler.model.json_text import Json, JsonObject


def expect_object(value: Json) -> JsonObject:
    """Return an object. Raises `TypeError` naming what stands there instead."""
    if not isinstance(value, dict):
        raise TypeError(f"an object belongs where {_shown(value)} stands")
    return value


def expect_list(value: Json) -> list[Json]:
    """Return a list. Raises `TypeError` naming what stands there instead."""
    if not isinstance(value, list):
        raise TypeError(f"a list belongs where {_shown(value)} stands")
    return value


def expect_string(value: Json) -> str:
    """Return a text. Raises `TypeError` naming what stands there instead."""
    if not isinstance(value, str):
        raise TypeError(f"a text belongs where {_shown(value)} stands")
    return value


def expect_string_or_none(value: Json) -> str | None:
    """Return a text, or None for null. Raises `TypeError` naming what stands there instead."""
    return None if value is None else expect_string(value)


def expect_count(value: Json) -> int:
    """Return a whole number. Raises `TypeError` naming what stands there instead."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"a whole number belongs where {_shown(value)} stands")
    return value


def _shown(value: Json) -> str:
    return str(value)[:40]
