"""How a value is shown: as JSON, safe to print, and elided to fit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain

from reconciler.model.json_text import Json
from reconciler.model.text import escape_control, plural
from reconciler.reports.text.wrap import CUT, columns, cut
from reconciler.reports.view.alignment import common_start

LEAST_ROOM = 24
"""Columns that a value always has: fewer would show nothing of it."""


def shown(value: Json, room: int) -> str:
    """Return a value as one line of JSON in at most `room` columns (or `LEAST_ROOM`)."""
    room = max(room, LEAST_ROOM)
    if isinstance(value, str):
        return cut(escape_control(_json(value[: room + 1])), room)
    if isinstance(value, dict | list) and not fits(value, room):
        noun = "field" if isinstance(value, dict) else "element"
        size = f" ({plural(len(value), noun)})"
        return cut(escape_control(_beginning(value, room)), room - len(size)) + size
    return cut(escape_control(_json(value)), room)


def shown_pair(before: Json, after: Json, room: int) -> tuple[str, str]:
    """Return two values as lines of JSON; of long ones the part around their first difference."""
    room = max(room, LEAST_ROOM)
    old, new = _json(before), _json(after)
    start = common_start(old, new)
    if start < room * 2 // 3 or max(len(old), len(new)) <= room:
        return shown(before, room), shown(after, room)
    start -= room // 4
    return _window(old, start, room), _window(new, start, room)


def wrapped(text: str, room: int) -> list[str]:
    """Return a string as JSON in lines of at most `room` columns, broken between words."""
    lines, rest = [], escape_control(_json(text))
    while columns(rest) > room:
        end = len(cut(rest, room + 1)) - len(CUT)
        end = rest.rfind(" ", 1, end + 1) + 1 or end
        lines.append(rest[:end].strip())
        rest = rest[end:]
    return [*lines, rest.strip()]


def _window(text: str, start: int, room: int) -> str:
    return CUT + cut(escape_control(text[start : start + room]), room - 1)


def block(value: Json, room: int) -> Iterator[str]:
    """Yield a value as lines of JSON; objects and lists that fit take one line."""
    if room < LEAST_ROOM or not isinstance(value, dict | list) or fits(value, room):
        yield shown(value, room)
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield opening
    members = value.items() if isinstance(value, dict) else (("", item) for item in value)
    last = len(value) - 1
    for index, (key, member) in enumerate(members):
        name = f"{shown(key, room - LEAST_ROOM)}: " if isinstance(value, dict) else ""
        comma = "" if index == last else ","
        *body, end = _member(name, member, room - 3)
        yield from (f"  {line}" for line in body)
        yield f"  {end}{comma}"
    yield closing


def _member(name: str, value: Json, room: int) -> list[str]:
    left = room - columns(name)
    if not isinstance(value, dict | list) or fits(value, left):
        return [name + shown(value, left)]
    first, *others = block(value, room)
    return [name + first, *others]


def fits(value: Json, room: int) -> bool:
    """Return True if the JSON of a value takes at most `room` columns."""
    return _size(value, room) <= room


def _size(value: Json, room: int) -> int:
    """Return how many columns the JSON of a value takes, or any number above `room`."""
    if isinstance(value, str):
        return len(value) + 2 if len(value) > room else columns(escape_control(_json(value)))
    if not isinstance(value, dict | list):
        return len(_json(value))
    total = 2 * max(len(value), 1)  # brackets and commas
    parts: Iterable[Json] = value
    if isinstance(value, dict):
        total += 2 * len(value)
        parts = chain.from_iterable(value.items())
    for part in parts:
        total += _size(part, room)
        if total > room:
            break
    return total


def _beginning(value: Json, room: int) -> str:
    """Return the first characters of the JSON of a value, somewhat more than `room`."""
    text = ""
    for chunk in json.JSONEncoder(ensure_ascii=False).iterencode(value):
        text += chunk[: room + 1]
        if len(text) > room:
            break
    return text


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
