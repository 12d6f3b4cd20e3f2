"""Changes as lines of a diff, each below its pointer, written as in the file of the spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice

from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import Kind
from reconciler.model.text import plural
from reconciler.planning.plan import Change, Operation
from reconciler.reports.text.wrap import cut
from reconciler.reports.view.changes import Elements, Marks, grouped, label
from reconciler.reports.view.side_by_side import (
    DiffRow,
    RowState,
    around_changes,
    change_rows,
    document_rows,
)

WIDEST = 240
"""Columns of a line; GitHub makes longer ones scroll."""
MOST_LINES = 80
"""Lines of one change that are shown."""
MOST_ELEMENTS = 40
"""Elements of one set that are shown."""
_AROUND = 2
_SIGNS = {Operation.ADD: "+", Operation.REMOVE: "-"}


def diff_lines(
    kind: Kind, changes: Sequence[Change], marks: Marks, names: Mapping[str, str]
) -> Iterator[str]:
    """Yield the lines for changes of one spec: the elements of a set are together.

    `names` are those of the connection specs whose ids are in the changes.
    """
    for group in grouped(kind, changes):
        if isinstance(group, Elements):
            yield from _elements(group, marks, names)
        else:
            yield _heading(group.path, marks.beside_alone(group))
            yield from _limited([*_changed(change_rows(group))], MOST_LINES)


def new_lines(kind: Kind, document: JsonObject) -> Iterator[str]:
    """Yield the lines of a new document, as in its file."""
    yield from _limited([*_changed(document_rows(kind, {}, document))], MOST_LINES)


def _heading(path: str, mark: str) -> str:
    return cut(f"@@ {path} @@", WIDEST) + (f" ({mark})" if mark else "")


def _elements(group: Elements, marks: Marks, names: Mapping[str, str]) -> Iterator[str]:
    common = marks.beside_all(group)
    yield _heading(group.path, common or "")
    lines = []
    for change in group.changes:
        mark = marks.beside(change) if common is None else ""
        name = label(change, names)
        first, *rest = [row.before or row.after or "" for row in change_rows(change)]
        sign = _SIGNS[change.operation]
        beside = [*([name] if name else []), *([f"({mark})"] if mark else [])]
        lines.append("  ".join([cut(f"{sign} {first}", WIDEST), *beside]))
        lines += [cut(f"{sign} {line}", WIDEST) for line in rest]
    yield from _limited(lines, MOST_ELEMENTS)


def _limited(lines: list[str], most: int) -> Iterator[str]:
    yield from islice(lines, most)
    more = len(lines) - most
    if more > 0:
        yield f"  … {plural(more, 'more line')}"


def _changed(rows: Sequence[DiffRow]) -> Iterator[str]:
    """Yield rows in the order of a diff: in each run of changes the old rows first."""
    runs = [(same, [*run]) for same, run in groupby(rows, lambda row: row.state is RowState.SAME)]
    for place, (same, run) in enumerate(runs):
        if same:
            first, last = place == 0, place == len(runs) - 1
            above, hidden, below = around_changes(run, _AROUND, least=2, first=first, last=last)
            yield from (cut(f"  {row.after}", WIDEST) for row in above)
            yield from [f"  … {len(hidden):,} unchanged lines"] if hidden else []
            yield from (cut(f"  {row.after}", WIDEST) for row in below)
            continue
        yield from (cut(f"- {row.before}", WIDEST) for row in run if row.before is not None)
        yield from (cut(f"+ {row.after}", WIDEST) for row in run if row.after is not None)
