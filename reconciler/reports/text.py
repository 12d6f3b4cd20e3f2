"""A plan as text for people: a block a spec, what refuses it, and a summary line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from textwrap import wrap

from reconciler.planning.plan import Action, Plan, PlannedSpec, Refusal
from reconciler.reports.changes_text import change_lines, origins_of
from reconciler.reports.escape import printable
from reconciler.reports.style import Style

LEAST_WIDTH = 40
_SIGNS = {Action.CREATE: ("+", "green"), Action.UPDATE: ("~", "yellow"), Action.NONE: (" ", "dim")}


def plan_text_report(plan: Plan, *, width: int = 80, color: bool = False) -> str:
    """Return the plan as text of that many columns; long ids and pointers are never broken."""
    style, width = Style(color), max(width, LEAST_WIDTH)
    lines = [*_head(plan, style)]
    for spec in plan.specs:
        if spec.action is not Action.NONE or spec.left_alone:
            lines += ["", *_block(spec, width, style)]
    for refusal in plan.refusals:
        lines += ["", *_refusal(refusal, 0, width, style)]
    notes = [*_notes(plan, width, style)]
    lines += ["", *notes] if notes else []
    lines += ["", *_summary(plan, style)]
    return "\n".join(lines) + "\n"


def _head(plan: Plan, style: Style) -> Iterator[str]:
    target = plan.target
    place = f"{target.url}, {target.ims_org}, sandbox {target.sandbox}"
    base = (
        f"base {plan.git.base[:12]} ({plan.git.base_name})"
        if plan.git.base
        else f"base: {plan.git.base_name or 'none, so nobody can tell who made a difference'}"
    )
    yield f"{style.paint(printable(target.name), 'bold')}, {printable(base)}"
    yield style.paint(printable(place), "dim")


def _block(spec: PlannedSpec, width: int, style: Style) -> Iterator[str]:
    sign, color = _SIGNS[spec.action]
    name = style.paint(printable(spec.name), "bold")
    yield f"{style.paint(sign, color)} {name}  {spec.kind.name}  {printable(spec.file)}"
    yield "  " + style.paint(printable(spec.id), "dim")
    yield from change_lines(spec.changes, 4, width, style)
    if spec.left_alone:
        yield "    " + style.paint(f"left alone: {_counted(spec)}", "dim")
        yield from change_lines(spec.left_alone, 6, width, Style(color=False))
    yield from (f"    {style.paint(line, 'dim')}" for line in _facts(spec))
    for refusal in spec.refusals:
        yield from _refusal(refusal, 4, width, style)


def _counted(spec: PlannedSpec) -> str:
    return ", ".join(f"{count} {origin}" for origin, count in origins_of(spec.left_alone).items())


def _facts(spec: PlannedSpec) -> Iterator[str]:
    carried = spec.carried
    if spec.action is Action.UPDATE:
        others = f", {_count(carried.elements, 'element')} of others" if carried.elements else ""
        yield f"carries {_count(carried.fields, 'value')} forward as they are{others}"
    if carried.unknown:
        yield f"among them fields that are not known here: {printable(', '.join(carried.unknown))}"
    written = spec.last_write
    if written is not None:
        by = f" by {printable(written.by)}" if written.by else ""
        yield f"live was last written{by}{_moment(written.at)}"


def _moment(milliseconds: int | None) -> str:
    if milliseconds is None:
        return ""
    try:
        when = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return f" at {milliseconds}"
    return f" at {when:%Y-%m-%d %H:%M:%S} UTC"


def _refusal(refusal: Refusal, indent: int, width: int, style: Style) -> Iterator[str]:
    pad = " " * indent
    title = style.paint(f"! apply refuses this ({refusal.guard}):", "red", "bold")
    yield f"{pad}{title}"
    for line in wrap(
        printable(refusal.message),
        width=max(width - indent - 2, LEAST_WIDTH),
        break_long_words=False,
        break_on_hyphens=False,
    ):
        yield f"{pad}  {line}"


def _notes(plan: Plan, width: int, style: Style) -> Iterator[str]:
    for spec in plan.no_longer_managed:
        name = f"{printable(spec.name)} ({spec.kind} {printable(spec.id)})"
        yield f"{name} is no longer managed and stays live: the API has no DELETE."
    for warning in plan.warnings:
        text = f"warning: {printable(warning)}"
        yield from (
            style.paint(line, "yellow")
            for line in wrap(text, width, break_long_words=False, break_on_hyphens=False)
        )
    if plan.unmanaged:
        count = len(plan.unmanaged)
        shown = ", ".join(printable(spec.name) for spec in plan.unmanaged[:5])
        more = f" and {count - 5} more" if count > 5 else ""
        verb = "is" if count == 1 else "are"
        text = f"{_count(count, 'spec')} of the target's {verb} in no file: {shown}{more}"
        yield from (style.paint(line, "dim") for line in wrap(text, width))


def _summary(plan: Plan, style: Style) -> Iterator[str]:
    total = plan.summary
    if not total.changes:
        left = sum(len(spec.left_alone) for spec in plan.specs)
        kept = f" {_count(left, 'difference')} left alone." if left else ""
        order = f"{_count(total.none, 'spec')} in order."
        yield f"{style.paint('No changes.', 'green', 'bold')} {order}{kept}"
        return
    counts = f"{total.create} to create, {total.update} to update, {total.none} in order."
    yield f"{style.paint('Plan:', 'bold')} {counts}"
    every = [change for spec in plan.specs for change in spec.changes]
    origins = ", ".join(f"{count} {origin}" for origin, count in origins_of(every).items())
    removals = f", {_count(total.removals, 'removal')}" if total.removals else ""
    yield f"{_count(len(every), 'change')} ({origins}){removals}."
    if total.refused:
        text = f"Apply refuses this plan: {_count(total.refused, 'refusal')} above."
        yield style.paint(text, "red", "bold")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
