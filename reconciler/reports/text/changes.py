"""The changes of one spec as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct, field

from reconciler.model.json_text import Json
from reconciler.model.kinds import Kind
from reconciler.model.text import escape_control, plural
from reconciler.planning.plan import Change, Operation
from reconciler.reports.text.layout import Layout
from reconciler.reports.text.wrap import columns, cut
from reconciler.reports.view.changes import (
    BLOCKED,
    Elements,
    Marks,
    grouped,
    label,
    steps,
    value_of,
)
from reconciler.reports.view.values import block, fits, shown, shown_pair, wrapped

MOST_ELEMENTS = 20
"""Elements of one list that are shown; the JSON format has all of them."""
MOST_LINES = 12
"""Lines of one object that are shown."""
LONGEST_TEXT = 600
"""Characters of a string that is shown in full, on several lines if needed."""
_SIGNS = {Operation.ADD: "+", Operation.REMOVE: "-", Operation.REPLACE: "~"}
_COLORS = {Operation.ADD: "green", Operation.REMOVE: "red", Operation.REPLACE: "yellow"}
_BELOW = "    "
"""What comes before the lines below a change."""
_LEAST_ROOM = 24
_LEAST_NAME = 8


class Frame(Struct, frozen=True):
    """Where and how changes are drawn."""

    indent: int
    """Blanks before a change."""
    layout: Layout
    brief: bool = False
    """True if every value gets one line, as in a new document."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The names of connection specs whose ids are in the changes, by id."""

    @property
    def room(self) -> int:
        """The columns for a value below a change, after its sign."""
        return max(self.layout.value_width - self.indent - len(_BELOW) - 2, _LEAST_ROOM)

    def signed(self, operation: Operation, text: str, mark: str = "", name: str = "") -> str:
        """Return a sign and a string in the color of the operation, a name, a mark in brackets."""
        sign, color = _SIGNS[operation], _COLORS[operation]
        if operation is Operation.REPLACE:  # a whole line of yellow cannot be read on white
            painted = f"{self.layout.paint(sign, color, 'bold')} {text}"
        else:
            painted = self.layout.paint(f"{sign} {text}", color)
        is_grave = BLOCKED in mark or "conflict" in mark
        tone = "dim" if mark == "repo" else "red" if is_grave else "magenta"
        beside = f"  {self.layout.paint(f'({mark})', tone)}" if mark else ""
        return painted + name + beside

    def label(self, change: Change, text: str, mark: str) -> str:
        """Return the name of an element that is an id, to print between its `text` and its mark."""
        name = escape_control(label(change, self.names))
        taken = columns(text) + 2 + (columns(mark) + 4 if mark else 0)
        room = max(self.room - taken, _LEAST_NAME)
        return f"  {self.layout.paint(cut(name, room), 'dim')}" if name else ""


def change_lines(
    kind: Kind, changes: Sequence[Change], marks: Marks, frame: Frame
) -> Iterator[str]:
    """Yield lines for changes: elements of a set below the set, others each by its pointer."""
    for group in grouped(kind, changes):
        lines = (
            _elements(group, marks, frame)
            if isinstance(group, Elements)
            else _one(group, marks.beside_alone(group), frame)
        )
        yield from (" " * frame.indent + line for line in lines)


def _elements(group: Elements, marks: Marks, frame: Frame) -> Iterator[str]:
    common = marks.beside_all(group)
    yield frame.signed(Operation.REPLACE, escape_control(group.path), common or "")
    for change in group.changes[:MOST_ELEMENTS]:
        mark = marks.beside(change) if common is None else ""
        value = value_of(change)
        text = (
            escape_control(value) if isinstance(value, str) and value else shown(value, frame.room)
        )
        name = frame.label(change, text, mark)
        yield _BELOW + frame.signed(change.operation, text, mark, name)
    yield from _rest([change.operation for change in group.changes[MOST_ELEMENTS:]], frame)


def _rest(operations: Sequence[Operation], frame: Frame) -> Iterator[str]:
    if operations:
        added = operations.count(Operation.ADD)
        parts = [f"{added:,} added"] if added else []
        parts += [f"{len(operations) - added:,} removed"] if len(operations) > added else []
        text = f"… and {len(operations):,} more: {', '.join(parts)}"
        yield _BELOW + frame.layout.paint(text, "dim")


def _one(change: Change, mark: str, frame: Frame) -> Iterator[str]:
    pointer = escape_control(change.path)
    taken = frame.indent + 2 + columns(pointer) + 2 + (columns(mark) + 4 if mark else 0)
    room = frame.layout.value_width - taken
    if change.operation is Operation.REPLACE:
        yield from _replaced(change, pointer, mark, room, frame)
        return
    value = value_of(change)
    if fits(value, room) or (frame.brief and room >= _LEAST_ROOM):
        text = f"{pointer}  {shown(value, room)}"
        yield frame.signed(change.operation, text, mark)
        return
    yield frame.signed(change.operation, pointer, mark)
    lines = [shown(value, frame.room)] if frame.brief else list(_some(value, frame))
    for line in lines:
        yield _BELOW + frame.layout.paint(line, _COLORS[change.operation])


def _some(value: Json, frame: Frame) -> Iterator[str]:
    if isinstance(value, str) and len(value) <= LONGEST_TEXT:
        yield from wrapped(value, frame.room)
        return
    lines = block(value, frame.room)
    yield from islice(lines, MOST_LINES)
    if more := sum(1 for _ in lines):
        yield f"… {plural(more, 'more line')}"


def _replaced(change: Change, pointer: str, mark: str, room: int, frame: Frame) -> Iterator[str]:
    before, after = change.before, change.after
    taken = steps(change)
    if taken is None and fits([before, after], room):
        text = f"{pointer}  {shown(before, room)} → {shown(after, room)}"
        yield frame.signed(change.operation, text, mark)
        return
    yield frame.signed(change.operation, pointer, mark)
    if taken is not None:
        for operation, index, value in taken[:MOST_ELEMENTS]:
            place = f"[{index}] "
            text = place + shown(value, frame.room - len(place))
            yield _BELOW + frame.signed(operation, text)
        yield from _rest([operation for operation, _, _ in taken[MOST_ELEMENTS:]], frame)
        return
    old, new = _both(before, after, frame.room)
    for operation, (first, *others) in ((Operation.REMOVE, old), (Operation.ADD, new)):
        yield _BELOW + frame.signed(operation, first)
        for line in others:
            yield f"{_BELOW}  {frame.layout.paint(line, _COLORS[operation])}"


def _both(before: Json, after: Json, room: int) -> tuple[list[str], list[str]]:
    if isinstance(before, str) and isinstance(after, str) and len(before + after) <= LONGEST_TEXT:
        return wrapped(before, room), wrapped(after, room)
    old, new = shown_pair(before, after, room)
    return [old], [new]
