"""What differs between an approved plan and the current one."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.text import escape_control
from reconciler.planning.plan import Change, Plan
from reconciler.planning.plan_comparison import Departure, departures
from reconciler.reports.text.changes import Frame, change_lines
from reconciler.reports.text.color import TerminalStyle
from reconciler.reports.text.wrap import LEAST_WIDTH, folded, gathered
from reconciler.reports.view.changes import Marks
from reconciler.reports.view.wording import target_in_words

_INDENT = "    "


def approval_text(approved: Plan, found: Plan, *, width: int = 80, color: bool = False) -> str:
    """Return the differences, spec by spec; an empty string if there are none."""
    style, width = TerminalStyle(color), max(width, LEAST_WIDTH)
    lines = [*_targets(approved, found, width)]
    for departure in departures(approved, found):
        lines += [*_heading(departure, width, style)]
        for title, changes, plan in (
            ("approved, but no longer planned:", departure.gone, approved),
            ("planned now, but not approved:", departure.new, found),
        ):
            lines += [*_part(title, departure, changes, plan, width, style)]
    if not lines:
        return ""
    return "\n".join([style.paint("Since the approval:", "bold"), *lines]) + "\n"


def _targets(approved: Plan, found: Plan, width: int) -> Iterator[str]:
    if any(approved.target.differences(found.target)):
        was, now = (
            escape_control(f"{place.name} ({target_in_words(place)})")
            for place in (approved.target, found.target)
        )
        text = f"the approved plan was for the target {was}, this one is for {now}"
        yield from folded(text, width, first="  ", others=_INDENT)


def _heading(departure: Departure, width: int, style: TerminalStyle) -> Iterator[str]:
    spec = departure.spec
    name = escape_control(spec.name) or "(no name)"
    pieces = [(name, "bold"), (escape_control(f"{spec.kind.name} {spec.id}"), "dim")]
    approved, found = departure.approved, departure.found
    if approved and found and approved.action is not found.action:
        pieces.append((f"approved: {approved.action}, now: {found.action}", "yellow"))
    yield from gathered([(text, style.paint(text, tone)) for text, tone in pieces], width, _INDENT)


def _part(
    title: str,
    departure: Departure,
    changes: tuple[Change, ...],
    plan: Plan,
    width: int,
    style: TerminalStyle,
) -> Iterator[str]:
    if changes:
        yield f"  {title}"
        marks = Marks.of(changes, (), plan)
        frame = Frame(4, width, style, names=plan.names)
        yield from change_lines(departure.spec.kind, changes, marks, frame)
