"""What differs between an approved plan and the current one."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.text import escape_control
from reconciler.planning.plan import Change, Plan
from reconciler.planning.plan_comparison import Departure, departures
from reconciler.reports.text.changes import Frame, change_lines
from reconciler.reports.text.layout import Layout
from reconciler.reports.view.changes import Marks
from reconciler.reports.view.wording import target_in_words

_INDENT = "    "


def approval_text(approved: Plan, found: Plan, *, width: int = 80, color: bool = False) -> str:
    """Return the differences, spec by spec; an empty string if there are none."""
    layout = Layout.of(width, color)
    lines = [*_targets(approved, found, layout)]
    for departure in departures(approved, found):
        lines += [*_heading(departure, layout)]
        for title, changes, plan in (
            ("approved, but no longer planned:", departure.gone, approved),
            ("planned now, but not approved:", departure.new, found),
        ):
            lines += [*_part(title, departure, changes, plan, layout)]
    if not lines:
        return ""
    return "\n".join([layout.paint("Since the approval:", "bold"), *lines]) + "\n"


def _targets(approved: Plan, found: Plan, layout: Layout) -> Iterator[str]:
    if any(approved.target.differences(found.target)):
        was, now = (
            escape_control(f"{place.name} ({target_in_words(place)})")
            for place in (approved.target, found.target)
        )
        text = f"the approved plan was for the target {was}, this one is for {now}"
        yield from layout.folded(text, first="  ", others=_INDENT)


def _heading(departure: Departure, layout: Layout) -> Iterator[str]:
    spec = departure.spec
    name = escape_control(spec.name) or "(no name)"
    pieces = [(name, "bold"), (escape_control(f"{spec.kind.name} {spec.id}"), "dim")]
    approved, found = departure.approved, departure.found
    if approved and found and approved.action is not found.action:
        pieces.append((f"approved: {approved.action}, now: {found.action}", "yellow"))
    yield from layout.gathered((layout.paint(*piece) for piece in pieces), _INDENT)


def _part(
    title: str,
    departure: Departure,
    changes: tuple[Change, ...],
    plan: Plan,
    layout: Layout,
) -> Iterator[str]:
    if changes:
        yield f"  {title}"
        marks = Marks.of(changes, (), plan)
        frame = Frame(4, layout, names=plan.names)
        yield from change_lines(departure.spec.kind, changes, marks, frame)
