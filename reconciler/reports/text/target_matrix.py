"""Which specs change on which targets: a table with a row per spec and a column per target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from reconciler.model.text import escape_control, plural
from reconciler.planning.plan import Action, PlannedSpec
from reconciler.reports.text.color import TerminalStyle
from reconciler.reports.text.spec import SIGNS
from reconciler.reports.text.wrap import columns, cut_inside, gathered
from reconciler.reports.view.blocked import is_blocked
from reconciler.reports.view.wording import SKIPPED, UNCHANGED

MOST_ROWS = 40
"""Rows of the table; the other specs are shown below it only."""
_LEAST_NAME = 24
_WIDEST_HEADING = 20
_GAP = 2
_OK, _ABSENT, _FAILED, _BLOCKED, _SKIPPED = "ok", "-", "?", "!", "skip"


class MatrixRow(Struct, frozen=True):
    """A spec on all targets."""

    name: str
    cells: tuple[PlannedSpec | None, ...]
    """The spec on each target that has a plan; None if the plan does not have it."""


class Heading(Struct, frozen=True):
    """A target's name above its column."""

    name: str
    failed: bool = False
    """True if the target has no plan, and so no cells."""
    blocked: bool = False
    """True if its plan is blocked as a whole."""

    @property
    def text(self) -> str:
        """The text above the column."""
        mark = f" {_BLOCKED}" if self.blocked else ""
        return cut_inside(self.name, _WIDEST_HEADING - len(mark)) + mark


def matrix_lines(
    headings: Sequence[Heading], rows: Sequence[MatrixRow], width: int, style: TerminalStyle
) -> Iterator[str]:
    """Yield the table, or several ones below each other if the targets do not fit in one.

    The cells of a row are in the order of the headings that did not fail.
    """
    shown = [_cells(headings, row) for row in rows[:MOST_ROWS]]
    names = [escape_control(row.name) or "(no name)" for row in rows[:MOST_ROWS]]
    sizes = [
        max(columns(heading.text), *(len(cells[at]) for cells in shown))
        for at, heading in enumerate(headings)
    ]
    beside = width - sum(sizes) - _GAP * len(sizes)
    room = min(max(map(columns, names)), max(_LEAST_NAME, beside))
    for number, part in enumerate(_parts(sizes, width - room)):
        yield from [""] if number else []
        titles = [_padded(headings[at].text, sizes[at]) for at in part]
        yield style.paint(_joined([" " * room, *titles]), "bold")
        for name, cells in zip(names, shown, strict=True):
            texts = [_padded(cells[at], sizes[at], style) for at in part]
            yield _joined([_padded(cut_inside(name, room), room), *texts])
    if len(rows) > MOST_ROWS:
        yield style.paint(f"… and {plural(len(rows) - MOST_ROWS, 'more spec')}, below", "dim")
    words = {word for cells in shown for cell in cells for word in cell.split()}
    words |= {_BLOCKED for heading in headings if heading.blocked}
    pieces = [(text, style.paint(text, "dim")) for text in _legend(words)]
    yield from gathered(pieces, width, "")


def _cells(headings: Sequence[Heading], row: MatrixRow) -> list[str]:
    held = iter(row.cells)
    return [_FAILED if heading.failed else _cell(next(held)) for heading in headings]


def _cell(spec: PlannedSpec | None) -> str:
    if spec is None:
        return _ABSENT
    if spec.action is Action.NONE:
        return _SKIPPED if spec.skipped else _OK
    sign, _ = SIGNS[spec.action]
    number = f" {len(spec.changes):,}" if spec.action is Action.UPDATE else ""
    return f"{sign}{number}{f' {_BLOCKED}' if is_blocked(spec) else ''}"


def _joined(cells: Sequence[str]) -> str:
    return (" " * _GAP).join(cells).rstrip()


def _padded(text: str, size: int, style: TerminalStyle | None = None) -> str:
    """Return a string padded with blanks, in its own color if a style is given."""
    painted = style.paint(text, *_tone(text)) if style else text
    return painted + " " * (size - columns(text))


def _tone(cell: str) -> tuple[str, ...]:
    if _BLOCKED in cell or cell == _FAILED:
        return ("red",)
    tones = {sign: (tone,) for sign, tone in SIGNS.values()}
    return tones.get(cell[0], ("dim",))


def _parts(sizes: Sequence[int], room: int) -> Iterator[list[int]]:
    """Yield the columns of each table, as many as fit and at least one."""
    part: list[int] = []
    for at in range(len(sizes)):
        if part and sum(sizes[one] + _GAP for one in (*part, at)) > room:
            yield part
            part = []
        part.append(at)
    yield part


def _legend(words: set[str]) -> list[str]:
    meanings = {
        "+": "to create",
        "~": "to update, with the number of changes",
        _OK: UNCHANGED,
        _SKIPPED: SKIPPED,
        _BLOCKED: "blocked",
        _ABSENT: "not managed there",
        _FAILED: "not planned",
    }
    return [f"{sign} {meaning}" for sign, meaning in meanings.items() if sign in words]
