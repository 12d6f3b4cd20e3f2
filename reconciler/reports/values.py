"""How a value is shown in a line of text: as JSON, harmless, and cut to fit."""

from __future__ import annotations

import json

from reconciler.model.jsontext import Json
from reconciler.reports.escape import printable

CUT = "…"


def shown(value: Json, room: int = 60) -> str:
    """Return a value as one line of JSON in at most `room` characters."""
    return cut(printable(_text(value, room)), room)


def value_lines(value: Json, room: int, most: int) -> list[str]:
    """Return a value as at most `most` lines of indented JSON, each cut to fit."""
    if not isinstance(value, dict | list):
        return [shown(value, room)]
    lines = json.dumps(_head(value, room, depth=most), ensure_ascii=False, indent=2).splitlines()
    kept = [cut(printable(line), room) for line in lines[:most]]
    count, noun = len(value), "field" if isinstance(value, dict) else "element"
    is_whole = len(lines) <= most and _size(value, _WHOLE) <= _WHOLE
    return kept if is_whole else [*kept[:-1], f"{CUT} ({count} {noun}{'s' if count != 1 else ''})"]


_WHOLE = 2000
"""A value of so many characters is looked at whole."""


def _text(value: Json, room: int) -> str:
    if isinstance(value, str):
        return json.dumps(value[: room + 1], ensure_ascii=False)
    if isinstance(value, dict | list) and _size(value, room) > room:
        count = len(value)
        what = "field" if isinstance(value, dict) else "element"
        inner = json.dumps(_head(value, room), ensure_ascii=False)
        text = inner[: max(room - 24, 8)]
        return f"{text}{CUT} ({count} {what}{'s' if count != 1 else ''})"
    return json.dumps(value, ensure_ascii=False)


def _size(value: Json, room: int) -> int:
    """Return how many characters a value takes, or anything above `room` where it is more."""
    if isinstance(value, str):
        return len(value) + 2
    if not isinstance(value, dict | list):
        return len(json.dumps(value))
    total = 2
    for item in value.items() if isinstance(value, dict) else value:
        total += 2 + (
            len(item[0]) + 4 + _size(item[1], room)
            if isinstance(item, tuple)
            else _size(item, room)
        )
        if total > room:
            break
    return total


def _head(value: Json, room: int, depth: int = 4) -> Json:
    """Return the beginning of a value, enough to fill `room` characters."""
    if isinstance(value, str):
        return value[:room]
    if depth == 0 and isinstance(value, dict | list):
        return {} if isinstance(value, dict) else []
    if isinstance(value, dict):
        return {key[:room]: _head(value[key], room, depth - 1) for key in list(value)[:16]}
    if isinstance(value, list):
        return [_head(item, room, depth - 1) for item in value[:16]]
    return value


def cut(text: str, room: int) -> str:
    """Return `text`, its end cut off where it takes more than `room` characters."""
    return text if len(text) <= room else text[: max(room - 1, 0)] + CUT
