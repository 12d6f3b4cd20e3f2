"""The specs of a part as a table, with a column for each target if there are several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from reconciler.planning.plan import Plan, PlannedSpec
from reconciler.reports.markdown.escape import cell, name_code
from reconciler.reports.markdown.links import Links
from reconciler.reports.markdown.sections import ReportSection, numbers, signs
from reconciler.reports.markdown.truncate import Rank, ReportBlock
from reconciler.reports.view.blocked import is_blocked
from reconciler.reports.view.specs import ShownSpec, differs
from reconciler.reports.view.wording import UNCHANGED, action_in_words


def spec_table(plans: Sequence[Plan], part: ReportSection, links: Links) -> Iterator[ReportBlock]:
    """Yield the head of the table and its rows, each as a piece."""
    rows = [list(run) for _, run in groupby(part.entries, key=lambda entry: entry.spec.place)]
    first, heads = "action", ["added", "removed", "replaced"]
    if len(plans) > 1:
        first, heads = "kind", [name_code(plan.target.name) for plan in plans]
    marks = "|:-|:-|" + ("--:|--:|--:|" if len(plans) == 1 else ":-|" * len(plans)) + ":-|"
    yield ReportBlock(_row([first, "spec", *heads, "file"]) + "\n" + marks)
    for entries in rows:
        spec = entries[0].spec
        cells = [*_cells(plans, part, entries), links.of(entries[0].plan, spec.file, short=True)]
        what = _action(spec, plans[0]) if len(plans) == 1 else spec.kind.name
        yield ReportBlock(_row([what, name_code(spec.name or spec.id), *cells]), Rank.ROW, spec)


def _cells(plans: Sequence[Plan], part: ReportSection, entries: Sequence[ShownSpec]) -> list[str]:
    if len(plans) == 1:
        return numbers(part.select(entries[0].spec))
    place = entries[0].spec.place
    on = {entry.column: entry.spec for entry in entries}
    cells = []
    for column, plan in enumerate(plans):
        spec = on.get(column)
        if spec is not None:
            cells.append(_action(spec, plan, signs(part.select(spec))))
        else:
            held = next((one for one in plan.specs if one.place == place), None)
            # Empty if it is in another part.
            elsewhere = "" if held and differs(held) else UNCHANGED
            cells.append(elsewhere if held else "–")  # noqa: RUF001
    return cells


def _action(spec: PlannedSpec, plan: Plan, changes: str = "") -> str:
    said = [action_in_words(spec, plan), changes, "**blocked**" if is_blocked(spec) else ""]
    return " ".join(filter(None, said))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(cell, cells))} |"
