"""Which specs change on which targets: a table with a row per spec and a column per target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.model.text import escape_control, plural
from reconciler.planning.multi_plan import Failure
from reconciler.planning.plan import Action, Plan, PlannedSpec
from reconciler.reports.text.layout import Layout
from reconciler.reports.text.spec import SIGNS
from reconciler.reports.text.wrap import columns, cut_inside
from reconciler.reports.view.blocked import is_blocked
from reconciler.reports.view.drift import is_of_drift
from reconciler.reports.view.specs import differs
from reconciler.reports.view.wording import SKIPPED, UNCHANGED

MOST_ROWS = 40
"""Rows of the table; the other specs are shown below it only."""
_LEAST_NAME = 24
_WIDEST_HEADING = 20
_GAP = 2
_OK, _ABSENT, _FAILED, _BLOCKED, _SKIPPED = "ok", "-", "?", "!", "skip"
_MISSING = "missing"


def matrix_lines(results: Sequence[tuple[str, Plan | Failure]], layout: Layout) -> Iterator[str]:
    """Yield the table, or several ones below each other if the targets do not fit in one.

    `results` are those of the targets with the names above their columns. There is no table
    without changes.
    """
    rows = _rows(results)
    if not rows:
        return
    headings = [_heading(*each) for each in results]
    names = [escape_control(name) or "(no name)" for name, _ in rows[:MOST_ROWS]]
    shown = [cells for _, cells in rows[:MOST_ROWS]]
    sizes = [
        max(columns(heading), *(len(cells[at]) for cells in shown))
        for at, heading in enumerate(headings)
    ]
    beside = layout.width - sum(sizes) - _GAP * len(sizes)
    room = min(max(map(columns, names)), max(_LEAST_NAME, beside))
    for number, part in enumerate(_parts(sizes, layout.width - room)):
        yield from [""] if number else []
        titles = [_padded(headings[at], sizes[at]) for at in part]
        yield layout.paint(_joined([" " * room, *titles]), "bold")
        for name, cells in zip(names, shown, strict=True):
            texts = [_padded(layout.paint(cells[at], _tone(cells[at])), sizes[at]) for at in part]
            yield _joined([_padded(cut_inside(name, room), room), *texts])
    if len(rows) > MOST_ROWS:
        yield layout.paint(f"… and {plural(len(rows) - MOST_ROWS, 'more spec')}, below", "dim")
    words = {word for cells in shown for cell in cells for word in cell.split()}
    words |= {_BLOCKED for heading in headings if heading.endswith(f" {_BLOCKED}")}
    plans = [found for _, found in results if isinstance(found, Plan)]
    legend = _legend(words, "drifted" if any(map(is_of_drift, plans)) else "to update")
    yield from layout.gathered((layout.paint(text, "dim") for text in legend), "")


def _rows(results: Sequence[tuple[str, Plan | Failure]]) -> list[tuple[str, list[str]]]:
    """Return the name of each spec that differs on a target, and its cells."""
    names: dict[tuple[str, str], str] = {}
    for _, found in results:
        for spec in found.specs if isinstance(found, Plan) else ():
            if differs(spec):
                names.setdefault(spec.place, spec.name)
    held = [
        {spec.place: _cell(spec, found) for spec in found.specs}
        if isinstance(found, Plan)
        else None
        for _, found in results
    ]
    return [
        (name, [_FAILED if cells is None else cells.get(place, _ABSENT) for cells in held])
        for place, name in names.items()
    ]


def _heading(name: str, found: Plan | Failure) -> str:
    """Return the text above a column: the target's name, and a mark if its plan is blocked."""
    is_refused = isinstance(found, Plan) and any(no.override is None for no in found.refusals)
    mark = f" {_BLOCKED}" if is_refused else ""
    return cut_inside(name, _WIDEST_HEADING - len(mark)) + mark


def _cell(spec: PlannedSpec, plan: Plan) -> str:
    if spec.action is Action.NONE:
        return _SKIPPED if spec.skipped else _OK
    if spec.action is Action.CREATE and is_of_drift(plan):
        return _MISSING
    sign, _ = SIGNS[spec.action]
    number = f" {len(spec.changes):,}" if spec.action is Action.UPDATE else ""
    return f"{sign}{number}{f' {_BLOCKED}' if is_blocked(spec) else ''}"


def _joined(cells: Sequence[str]) -> str:
    return (" " * _GAP).join(cells).rstrip()


def _padded(text: str, size: int) -> str:
    return text + " " * (size - columns(text))


def _tone(cell: str) -> str:
    if _BLOCKED in cell or cell in (_FAILED, _MISSING):
        return "red"
    return dict(SIGNS.values()).get(cell[0], "dim")


def _parts(sizes: Sequence[int], room: int) -> Iterator[list[int]]:
    """Yield the columns of each table, as many as fit and at least one."""
    part: list[int] = []
    for at in range(len(sizes)):
        if part and sum(sizes[one] + _GAP for one in (*part, at)) > room:
            yield part
            part = []
        part.append(at)
    yield part


def _legend(words: set[str], update: str) -> list[str]:
    meanings = {
        "+": "to create",
        "~": f"{update}, with the number of changes",
        _OK: UNCHANGED,
        _SKIPPED: SKIPPED,
        _BLOCKED: "blocked",
        _ABSENT: "not managed there",
        _FAILED: "not planned",
    }
    return [f"{sign} {meaning}" for sign, meaning in meanings.items() if sign in words]
