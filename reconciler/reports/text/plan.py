"""A plan as text for a terminal: a block a spec, what refuses it, and a summary line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reconciler.model.text import escape_control, join_limited, plural
from reconciler.planning.plan import Action, Origin, Plan
from reconciler.reports.text.blocked import refused_lines
from reconciler.reports.text.color import Style
from reconciler.reports.text.impact import breakage_lines
from reconciler.reports.text.spec import SpecText
from reconciler.reports.text.wrap import LEAST_WIDTH, columns, folded, gathered
from reconciler.reports.view.facts import facts
from reconciler.reports.view.wording import (
    ORIGINS,
    RESIDUAL,
    RESIDUAL_MEANS,
    base_in_words,
    has_base,
    plan_in_words,
    quiet_in_words,
    target_in_words,
)

_FEW = 5


def plan_text_report(
    plan: Plan, *, width: int = 80, color: bool = False, every_unmanaged: bool = False
) -> str:
    """Return the plan as text of that many columns; ids and pointers are never broken.

    Specs that nobody manages are counted, with a few names, or all named where
    `every_unmanaged` asks for it.
    """
    style, width = Style(color), max(width, LEAST_WIDTH)
    lines = [*_head(plan, width, style), *target_change_lines(plan, width, style)]
    breaking = [*breakage_lines(plan, width, style)]
    lines += ["", *breaking] if breaking else []
    for spec in plan.specs:
        if spec.action is not Action.NONE or spec.skipped:
            text = SpecText(spec, plan, width, style)
            lines += ["", *text.head(), *text.changes()]
            lines += [*text.facts(facts(spec)), *text.refusals()]
    notes = [
        *notes_lines(plan, width, style),
        *legend_lines([plan], width, style),
        *unmanaged_lines(plan, width, style, every=every_unmanaged),
    ]
    lines += ["", *notes] if notes else []
    refused = [*refused_lines(plan, width, style)]
    lines += ["", *refused] if refused else []
    lines += ["", *_summary(plan, width, style)]
    return "\n".join(lines) + "\n"


def _head(plan: Plan, width: int, style: Style) -> Iterator[str]:
    target = plan.target
    name = f"Target {escape_control(target.name)}"
    place = escape_control(target_in_words(target))
    base = f"base: {escape_control(base_in_words(plan.git))}"
    if columns(f"{name} ({place}) · {base}") <= width:
        yield f"{style.paint(name, 'bold')} {style.paint(f'({place})', 'dim')} · {base}"
        return
    yield f"{style.paint(name, 'bold')} · {base}"
    yield from (style.paint(line, "dim") for line in folded(place, width, first="  ", others="  "))


def target_change_lines(plan: Plan, width: int, style: Style) -> Iterator[str]:
    """Yield how the config changed, since the base, where credentials are sent and which."""
    for change in plan.target_changes:
        for line in folded(escape_control(change), width, others="  "):
            yield style.paint(line, "red", "bold")


def notes_lines(plan: Plan, width: int, style: Style) -> Iterator[str]:
    """Yield which specs are managed no longer, and the warnings."""
    for gone in plan.unmanaged_since_base:
        text = "no longer managed and stays live (the API has no DELETE):"
        what = f"{escape_control(gone.name)}  {gone.kind} {escape_control(gone.id)}"
        yield from gathered([(text, text), (what, what)], width, "  ")
    for warning in plan.warnings:
        for line in folded(f"warning: {escape_control(warning)}", width, others="  "):
            yield line.replace("warning:", style.paint("warning:", "yellow", "bold"), 1)


def unmanaged_lines(plan: Plan, width: int, style: Style, *, every: bool) -> Iterator[str]:
    """Yield how many specs nobody manages, with a few of their names or `every` one."""
    if not plan.unmanaged:
        return
    count = len(plan.unmanaged)
    text = f"{plural(count, 'spec')} at the target {'is' if count == 1 else 'are'} in no file"
    if every:
        yield style.paint(f"{text}:", "dim")
        for spec in plan.unmanaged:
            yield style.paint(
                f"  {escape_control(spec.name)}  {spec.kind} {escape_control(spec.id)}", "dim"
            )
    else:
        names = join_limited([escape_control(spec.name) for spec in plan.unmanaged], _FEW)
        for line in folded(f"{text}: {names}", width, others="  "):
            yield style.paint(line, "dim")


def legend_lines(plans: Iterable[Plan], width: int, style: Style) -> Iterator[str]:
    """Yield what the marks beside the changes mean, where there are any to explain."""
    found: set[Origin] = set()
    unconverged = False
    for plan in plans:
        changes = [change for spec in plan.specs for change in (*spec.changes, *spec.skipped)]
        found |= {change.origin for change in changes} if has_base(plan) else set()
        unconverged = unconverged or any(change.unconverged for change in changes)
    origins = [origin for origin in Origin if origin in found] if found - {Origin.REPO} else []
    meanings = [f"{origin}: {ORIGINS[origin]}" for origin in origins]
    meanings += [f"{RESIDUAL}: {RESIDUAL_MEANS}"] if unconverged else []
    for meaning in meanings:
        yield from (style.paint(line, "dim") for line in folded(meaning, width, others="  "))


def _summary(plan: Plan, width: int, style: Style) -> Iterator[str]:
    if not plan.summary.changes:
        yield f"{style.paint('No changes.', 'green', 'bold')} {quiet_in_words([plan])}."
        return
    lines = [*folded(f"Plan: {plan_in_words(plan)}", width)]
    yield lines[0].replace("Plan:", style.paint("Plan:", "bold"), 1)
    yield from lines[1:]
