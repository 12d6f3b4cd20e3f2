"""The changes of one spec as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from reconciler.model.jsontext import Json, compact_json
from reconciler.model.pointers import format_pointer
from reconciler.planning.plan import Change, Operation, Origin
from reconciler.reports.escape import printable
from reconciler.reports.style import Style
from reconciler.reports.values import shown, value_lines

SIGNS = {Operation.ADD: "+", Operation.REMOVE: "-", Operation.REPLACE: "~"}
COLORS = {Operation.ADD: "green", Operation.REMOVE: "red", Operation.REPLACE: "yellow"}
MOST_ELEMENTS = 20
"""How many elements of one list are shown; the json format has them all."""
MOST_LINES = 12
"""How many lines of one value are shown."""
_LEAST_ROOM = 24


def change_lines(changes: Sequence[Change], indent: int, width: int, style: Style) -> list[str]:
    """Return lines for changes: elements of a list under the list, others each by pointer."""
    lines: list[str] = []
    for above, group in groupby(changes, key=_list_of):
        if above is None:
            for change in group:
                lines += _one(change, indent, width, style)
        else:
            lines += _elements(above, list(group), indent, width, style)
    return lines


def _list_of(change: Change) -> str | None:
    """Return the pointer of the set whose element a change adds or removes, or None."""
    value = change.before if change.operation is Operation.REMOVE else change.after
    if change.operation is Operation.REPLACE or isinstance(value, dict | list):
        return None
    token = change.pointer[-1]
    is_element = value == token or (value is not None and compact_json(value) == token)
    return format_pointer(change.pointer[:-1]) if is_element else None


def _elements(
    above: str, changes: list[Change], indent: int, width: int, style: Style
) -> Iterator[str]:
    pad = " " * indent
    yield f"{pad}  {printable(above)}"
    for change in changes[:MOST_ELEMENTS]:
        value = change.before if change.operation is Operation.REMOVE else change.after
        text = printable(value) if isinstance(value, str) else shown(value, width)
        painted = _painted(change, text, style)
        yield f"{pad}  {_sign(change, style)} {painted}{_origin(change, style)}"
    rest = changes[MOST_ELEMENTS:]
    if rest:
        added = sum(change.operation is Operation.ADD for change in rest)
        parts = [f"{added} added"] if added else []
        parts += [f"{len(rest) - added} removed"] if len(rest) > added else []
        yield f"{pad}    {style.paint(f'… and {len(rest)} more: ' + ', '.join(parts), 'dim')}"


def _one(change: Change, indent: int, width: int, style: Style) -> Iterator[str]:
    pad = " " * indent
    pointer = printable(change.path)
    head = f"{pad}{_sign(change, style)} {_painted(change, pointer, style)}"
    used = indent + 2 + len(pointer) + 2
    origin = _origin(change, style)
    room = width - used - (len(change.origin) + 5)
    before, after = change.before, change.after
    if change.operation is Operation.REPLACE:
        if isinstance(before, list) and isinstance(after, list):
            yield head + origin
            yield from _list_lines(before, after, indent + 4, width, style)
            return
        half = (room - 4) // 2
        old, new = shown(before, max(half, _LEAST_ROOM)), shown(after, max(half, _LEAST_ROOM))
        if len(old) + len(new) + 4 <= room and _uncut(old, new):
            yield f"{head}  {old} → {new}{origin}"
            return
        yield head + origin
        wide = max(width - indent - 6, _LEAST_ROOM)
        yield f"{pad}    {style.paint('- ' + shown(before, wide), 'red')}"
        yield f"{pad}    {style.paint('+ ' + shown(after, wide), 'green')}"
        return
    value = before if change.operation is Operation.REMOVE else after
    text = shown(value, max(room, _LEAST_ROOM))
    if len(text) <= room and _uncut(text):
        yield f"{head}  {text}{origin}"
        return
    yield head + origin
    for line in value_lines(value, max(width - indent - 4, _LEAST_ROOM), MOST_LINES):
        yield f"{pad}    {_painted(change, line, style)}"


def _uncut(*texts: str) -> bool:
    """Say whether no text was cut."""
    return not any("…" in text for text in texts)


def _list_lines(
    before: list[Json], after: list[Json], indent: int, width: int, style: Style
) -> Iterator[str]:
    """Yield the elements that go and come in an ordered list, by a longest common run."""
    from difflib import SequenceMatcher

    pad, room = " " * indent, max(width - indent - 2, _LEAST_ROOM)
    old, new = [compact_json(item) for item in before], [compact_json(item) for item in after]
    matcher = SequenceMatcher(None, old[:500], new[:500], autojunk=False)
    lines = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            lines += [style.paint(f"- {shown(item, room)}", "red") for item in before[i1:i2]]
            lines += [style.paint(f"+ {shown(item, room)}", "green") for item in after[j1:j2]]
    yield from (pad + line for line in lines[:MOST_ELEMENTS])
    if len(lines) > MOST_ELEMENTS or max(len(old), len(new)) > 500:
        yield pad + style.paint(f"… of {len(before)} elements before, {len(after)} after", "dim")


def _sign(change: Change, style: Style) -> str:
    return style.paint(SIGNS[change.operation], COLORS[change.operation])


def _painted(change: Change, text: str, style: Style) -> str:
    return style.paint(text, COLORS[change.operation])


def _origin(change: Change, style: Style) -> str:
    color = {"conflict": "red", "drift": "yellow"}.get(change.origin, "dim")
    return "  " + style.paint(f"({change.origin})", color)


def origins_of(changes: Sequence[Change]) -> dict[Origin, int]:
    """Count changes by origin, in the order of the origins."""
    return {
        origin: count
        for origin in Origin
        if (count := sum(change.origin is origin for change in changes))
    }
