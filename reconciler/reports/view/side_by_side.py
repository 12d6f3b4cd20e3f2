"""A document before and after, as rows side by side.

The documents are walked together by the rules of their kind, so that an
element of a set is compared with itself at any position. The rows are YAML, as
in the file of a spec.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import zip_longest
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from reconciler.model.canonical import canonical_value, normal_spelling
from reconciler.model.json_text import Json, JsonObject, compact_json
from reconciler.model.kinds import Kind
from reconciler.model.pointers import Pointer
from reconciler.model.shape import ListRule, Place, element_token, root_place
from reconciler.planning.plan import Change, Operation
from reconciler.planning.tree import ABSENT, Absent
from reconciler.reports.view.alignment import aligned
from reconciler.reports.view.yaml_value import text_lines, value_text

DEEPEST = 40
"""Levels that are shown line by line; deeper values are one line of JSON."""


class RowState(StrEnum):
    """How the two sides of a row differ."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class DiffRow(Struct, frozen=True):
    """A line of the document before and after, and its pointer.

    A side without such a line is None; never both are.
    """

    pointer: Pointer
    before: str | None
    after: str | None

    @property
    def text(self) -> str:
        """The line after, or before if it is removed."""
        return self.after if self.after is not None else self.before or ""

    @property
    def state(self) -> RowState:
        """How the two sides differ."""
        if self.before == self.after:
            return RowState.SAME
        if self.before is None:
            return RowState.ADDED
        return RowState.REMOVED if self.after is None else RowState.CHANGED


Side: TypeAlias = "Json | Absent"


def around_changes(
    run: Sequence[DiffRow], around: int, *, least: int, first: bool, last: bool
) -> tuple[Sequence[DiffRow], Sequence[DiffRow], Sequence[DiffRow]]:
    """Return unchanged rows in three parts: after a change, to be hidden, and before the next.

    `around` rows of them are shown beside a change; fewer than `least` are not hidden. The
    `first` run of a document follows no change, and none follows the `last`.
    """
    start = 0 if first else around
    end = len(run) if last else len(run) - around
    return (run, (), ()) if end - start < least else (run[:start], run[start:end], run[end:])


def document_rows(kind: Kind, before: JsonObject, after: JsonObject) -> list[DiffRow]:
    """Return the rows of two documents of one kind; an empty object is no document."""
    before, after = normal_spelling(kind, before), normal_spelling(kind, after)
    return _members(before, after, root_place(kind), (), 0)


def change_rows(change: Change) -> list[DiffRow]:
    """Return the rows of one change's values, without the document around them."""
    before: Side = ABSENT if change.operation is Operation.ADD else change.before
    after: Side = ABSENT if change.operation is Operation.REMOVE else change.after
    sides = [{} if isinstance(side, Absent) else side for side in (before, after)]
    if all(isinstance(side, dict) for side in sides) and any(sides):
        return _members(_object(sides[0]), _object(sides[1]), Place(), (), 0)
    rows = _rows(":", before, after, Place(), (), 0)
    return _present(
        replace(row, before=_outdented(row.before), after=_outdented(row.after)) for row in rows
    )


def _outdented(text: str | None) -> str | None:
    """Return a line without the empty key above it, None for the line of that key."""
    if text is None or text == ":":
        return None
    return text[2:] if text.startswith(": ") else text.removeprefix("  ")


def _present(rows: Iterable[DiffRow]) -> list[DiffRow]:
    return [row for row in rows if row.before is not None or row.after is not None]


def _rows(
    prefix: str, before: Side, after: Side, place: Place, pointer: Pointer, depth: int
) -> list[DiffRow]:
    """Return the rows of what `prefix` (a key or a dash, indented) introduces."""
    head = DiffRow(pointer, _head(prefix, before, depth), _head(prefix, after, depth))
    if _is_line(before, depth) and _is_line(after, depth):
        return [head]
    match [shape for shape in {_shape(before, depth), _shape(after, depth)} if shape]:
        case ["text"]:
            return [head, *_text_rows(before, after, pointer, depth + 1)]
        case ["object"]:
            below = _members(_object(before), _object(after), place, pointer, depth + 1)
        case ["list"]:
            below = _elements(_list(before), _list(after), place, pointer, depth + 1)
        case _:
            return [
                *_rows(prefix, before, ABSENT, place, pointer, depth),
                *_rows(prefix, ABSENT, after, place, pointer, depth),
            ]
    if not prefix.endswith("-"):
        return [head, *below]
    empty = DiffRow(
        pointer,
        head.before if _is_line(before, depth) else None,
        head.after if _is_line(after, depth) else None,
    )
    return [*_present([empty]), *_after_dash(prefix, below, depth)]


def _shape(value: Side, depth: int) -> str:
    """Return how a value is written: `text`, `object`, `list` or `line`; nothing if absent."""
    if isinstance(value, Absent):
        return ""
    if depth >= DEEPEST:
        return "line"
    if text_lines(value):
        return "text"
    return "object" if isinstance(value, dict) else "list" if isinstance(value, list) else "line"


def _is_line(value: Side, depth: int) -> bool:
    """Return True for what takes one line, such as an empty list, or none."""
    return _shape(value, depth) in ("line", "") or value in ({}, [])


def _object(value: Side) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _list(value: Side) -> list[Json]:
    return value if isinstance(value, list) else []


def _head(prefix: str, value: Side, depth: int) -> str | None:
    """Return the first line of a value, the only one if it has no other."""
    if isinstance(value, Absent):
        return None
    if _is_line(value, depth):
        return f"{prefix} {value_text(value)}"
    block = text_lines(value)
    return f"{prefix} {block[0]}" if block else prefix


def _after_dash(prefix: str, below: list[DiffRow], depth: int) -> list[DiffRow]:
    """Put the dash of a list's element in front of its first line, on each side."""
    rows = list(below)
    old = next((n for n, row in enumerate(rows) if row.before is not None), None)
    new = next((n for n, row in enumerate(rows) if row.after is not None), None)
    if old is not None:
        rows[old] = replace(rows[old], before=_dashed(prefix, rows[old].before or "", depth))
    if new is not None:
        rows[new] = replace(rows[new], after=_dashed(prefix, rows[new].after or "", depth))
    return rows


def _dashed(prefix: str, line: str, depth: int) -> str:
    return f"{prefix} {line[2 * depth + 2 :]}"


def _members(
    before: JsonObject, after: JsonObject, place: Place, pointer: Pointer, depth: int
) -> list[DiffRow]:
    rows: list[DiffRow] = []
    for key in [*after, *(key for key in before if key not in after)]:
        rows += _rows(
            f"{'  ' * depth}{value_text(key)}:",
            before.get(key, ABSENT),
            after.get(key, ABSENT),
            place.member(key),
            (*pointer, key),
            depth,
        )
    return rows


def _elements(
    before: list[Json], after: list[Json], place: Place, pointer: Pointer, depth: int
) -> list[DiffRow]:
    rows: list[DiffRow] = []
    for token, old, new in _paired(before, after, place):
        rows += _rows("  " * depth + "-", old, new, place.element(), (*pointer, token), depth)
    return rows


def _paired(
    before: list[Json], after: list[Json], place: Place
) -> Iterator[tuple[str, Side, Side]]:
    """Yield the elements of two lists in pairs, each with its token in a pointer."""
    rules = {place.rule_for(before), place.rule_for(after)}
    if ListRule.ORDERED in rules:
        yield from _in_order(before, after)
        return
    old, new = _by_token(before, place), _by_token(after, place)
    for token in [*new, *(token for token in old if token not in new)]:
        yield token, old.get(token, ABSENT), new.get(token, ABSENT)


def _by_token(items: list[Json], place: Place) -> dict[str, Json]:
    if place.rule is ListRule.SET:
        return {element_token(canonical_value(item, place.element())): item for item in items}
    return {str(item[place.key]): item for item in items if isinstance(item, dict)}


def _in_order(before: list[Json], after: list[Json]) -> Iterator[tuple[str, Side, Side]]:
    if len(before) == len(after) and all(isinstance(item, dict) for item in [*before, *after]):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield str(index), old, new
        return
    for stretch in aligned([*map(compact_json, before)], [*map(compact_json, after)]):
        if len(stretch.before) == len(stretch.after):
            pairs = zip(stretch.before, stretch.after, strict=True)
            yield from ((str(new), before[old], after[new]) for old, new in pairs)
        else:
            yield from ((str(old), before[old], ABSENT) for old in stretch.before)
            yield from ((str(new), ABSENT, after[new]) for new in stretch.after)


def _text_rows(before: Side, after: Side, pointer: Pointer, depth: int) -> list[DiffRow]:
    pad = "  " * depth
    old, new = _text(before), _text(after)
    rows: list[DiffRow] = []
    for stretch in aligned(old, new):
        pairs = zip_longest(stretch.before, stretch.after)
        rows += [DiffRow(pointer, _padded(pad, old, i), _padded(pad, new, j)) for i, j in pairs]
    return rows


def _text(value: Side) -> list[str]:
    block = None if isinstance(value, Absent) else text_lines(value)
    return block[1] if block else []


def _padded(pad: str, lines: Sequence[str], index: int | None) -> str | None:
    return None if index is None else f"{pad}{lines[index]}" if lines[index] else ""
