"""Which specs change on which targets: a table for a terminal, a row a spec, a column a target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reconciler.model.text import escape_control, plural
from reconciler.planning.plan import Action, PlannedSpec
from reconciler.reports.text.color import Style
from reconciler.reports.text.spec import SIGNS
from reconciler.reports.text.wrap import columns, cut_inside, gathered
from reconciler.reports.view.wording import IN_ORDER

MOST_ROWS = 40
"""How many specs the table has; each of the others has its own block below."""
_LEAST_NAME = 24
_WIDEST_HEADING = 20
_GAP = 2
_OK, _ABSENT, _FAILED, _REFUSED, _LEFT = "ok", "-", "?", "!", "left"


@dataclass(frozen=True)
class Row:
    """A spec by its name, and how it stands on each target.

    A cell is None where the target's plan has no such spec.
    """

    name: str
    cells: tuple[PlannedSpec | None, ...]


@dataclass(frozen=True)
class Heading:
    """A target's name above its column; one that failed has no plan and so no cells.

    `refused`: as a whole, whatever becomes of its specs.
    """

    name: str
    failed: bool = False
    refused: bool = False

    @property
    def text(self) -> str:
        """What stands above the column."""
        mark = f" {_REFUSED}" if self.refused else ""
        return cut_inside(self.name, _WIDEST_HEADING - len(mark)) + mark


def matrix_lines(
    headings: Sequence[Heading], rows: Sequence[Row], width: int, style: Style
) -> Iterator[str]:
    """Yield the table, or several below each other where the targets do not fit beside each other.

    A row's cells are in the order of those headings that did not fail.
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
    words |= {_REFUSED for heading in headings if heading.refused}
    pieces = [(text, style.paint(text, "dim")) for text in _legend(words)]
    yield from gathered(pieces, width, "")


def _cells(headings: Sequence[Heading], row: Row) -> list[str]:
    held = iter(row.cells)
    return [_FAILED if heading.failed else _cell(next(held)) for heading in headings]


def _cell(spec: PlannedSpec | None) -> str:
    if spec is None:
        return _ABSENT
    if spec.action is Action.NONE:
        return _LEFT if spec.skipped else _OK
    sign, _ = SIGNS[spec.action]
    number = f" {len(spec.changes):,}" if spec.action is Action.UPDATE else ""
    return f"{sign}{number}{f' {_REFUSED}' if spec.refusals else ''}"


def _joined(cells: Sequence[str]) -> str:
    return (" " * _GAP).join(cells).rstrip()


def _padded(text: str, size: int, style: Style | None = None) -> str:
    """Return a text with blanks after it, and in its own colour where a style is given."""
    painted = style.paint(text, *_tone(text)) if style else text
    return painted + " " * (size - columns(text))


def _tone(cell: str) -> tuple[str, ...]:
    if _REFUSED in cell or cell == _FAILED:
        return ("red",)
    tones = {sign: (tone,) for sign, tone in SIGNS.values()}
    return tones.get(cell[0], ("dim",))


def _parts(sizes: Sequence[int], room: int) -> Iterator[list[int]]:
    """Yield the columns that stand beside each other, as many as fit and at least one."""
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
        _OK: IN_ORDER,
        _LEFT: "left alone",
        _REFUSED: "apply refuses it",
        _ABSENT: "no such spec there",
        _FAILED: "not planned",
    }
    return [f"{sign} {meaning}" for sign, meaning in meanings.items() if sign in words]
