"""A plan as text for a terminal: the specs, then what blocks it, and the verdict last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reconciler.model.text import escape_control, join_limited, plural
from reconciler.planning.plan import Origin, Plan
from reconciler.reports.text.blocked import blocked_lines, risk_lines
from reconciler.reports.text.layout import Layout
from reconciler.reports.text.spec import diff_lines, fact_lines, head_lines
from reconciler.reports.text.wrap import columns
from reconciler.reports.view.blocked import blocked
from reconciler.reports.view.changes import Marks
from reconciler.reports.view.drift import (
    is_of_drift,
    pending_in_words,
    read_forward,
    ways_out,
)
from reconciler.reports.view.facts import facts
from reconciler.reports.view.headline import counts
from reconciler.reports.view.specs import differs
from reconciler.reports.view.wording import (
    ORIGINS,
    UNCONVERGED,
    UNCONVERGED_MEANS,
    base_in_words,
    plan_in_words,
    target_in_words,
    unchanged_in_words,
    uncommitted_in_words,
)

_FEW = 5


def plan_text_report(
    plan: Plan,
    *,
    width: int = 80,
    color: bool = False,
    every_unmanaged: bool = False,
    verbose: bool = False,
    command: str = "",
) -> str:
    """Return the plan as text of `width` columns; ids and pointers are never broken.

    `every_unmanaged` lists every spec of the target that no file describes, and
    `verbose` adds a count of them and what is the same in nearly every plan.
    `command` is the one whose options override what blocks the plan; beside it no other way
    out of drift is shown.
    """
    plan, layout = read_forward(plan), Layout.of(width, color)
    lines = [*_head(plan, layout), *target_change_lines(plan, layout)]
    for spec in plan.specs:
        if differs(spec):
            lines += ["", *head_lines(spec, plan, layout), *diff_lines(spec, plan, layout)]
            lines += fact_lines(facts(spec, verbose=verbose), layout)
    parts = [
        [
            *notes_lines(plan, layout),
            *legend_lines([plan], layout),
            *unmanaged_lines(plan, layout, every=every_unmanaged, verbose=verbose),
        ],
        [*blocked_lines(blocked(plan), layout, command=command)],
        [*summary_lines(plan, layout), *(() if command else ways_out([plan]))],
    ]
    return "\n".join(lines + [line for part in parts if part for line in ("", *part)]) + "\n"


def _head(plan: Plan, layout: Layout) -> Iterator[str]:
    name = layout.paint(f"Target {escape_control(plan.target.name)}", "bold")
    place = escape_control(target_in_words(plan.target))
    base = escape_control(base_in_words(plan.git))
    in_one = f"{name} {layout.paint(f'({place})', 'dim')} · {base}"
    if columns(in_one) <= layout.width:
        yield in_one
    else:
        yield from layout.folded(f"{name} · {base}")
        yield from layout.folded(place, "dim", first="  ")
    if files := escape_control(uncommitted_in_words(plan.git)):
        yield from layout.folded(f"not committed: {files}", "dim", first="  ")


def target_change_lines(plan: Plan, layout: Layout) -> Iterator[str]:
    """Yield how the config changed, since the base, where credentials are sent and which."""
    for change in plan.target_changes:
        yield from layout.folded(escape_control(change), "red", "bold")


def notes_lines(plan: Plan, layout: Layout) -> Iterator[str]:
    """Yield the specs that are no longer managed, breaking changes that block nothing, warnings."""
    if pending := pending_in_words(plan):
        yield from layout.folded(escape_control(pending))
    for gone in plan.unmanaged_since_base:
        text = "no longer managed; left on the target (the API cannot delete):"
        what = f"{escape_control(gone.name)}  {gone.kind} {escape_control(gone.id)}"
        yield from layout.gathered([text, what], "  ")
    yield from risk_lines(plan, layout)
    title = layout.paint("warning:", "yellow", "bold")
    for warning in plan.warnings:
        yield from layout.folded(f"{title} {escape_control(warning)}")


def unmanaged_lines(plan: Plan, layout: Layout, *, every: bool, verbose: bool) -> Iterator[str]:
    """Yield the specs of the target that no file describes: `every` one, or their number."""
    if not plan.unmanaged or not (every or verbose):
        return
    count = len(plan.unmanaged)
    text = f"{plural(count, 'spec')} on the target {'is' if count == 1 else 'are'} not managed here"
    if not every:
        names = join_limited([escape_control(spec.name) for spec in plan.unmanaged], _FEW)
        yield from layout.folded(f"{text}: {names}", "dim")
        return
    yield layout.paint(f"{text}:", "dim")
    for spec in plan.unmanaged:
        line = f"  {escape_control(spec.name)}  {spec.kind} {escape_control(spec.id)}"
        yield layout.paint(line, "dim")


def legend_lines(plans: Iterable[Plan], layout: Layout) -> Iterator[str]:
    """Yield what the marks beside the changes mean, if there are any to explain."""
    found: set[Origin] = set()
    unconverged = False
    for plan in plans:
        for spec in plan.specs:
            changes = (*spec.changes, *spec.skipped)
            if Marks.of(changes, (), plan).origins:
                found |= {change.origin for change in changes}
            unconverged = unconverged or any(change.unconverged for change in changes)
    meanings = [f"{origin}: {ORIGINS[origin]}" for origin in Origin if origin in found]
    meanings += [f"{UNCONVERGED}: {UNCONVERGED_MEANS}"] if unconverged else []
    for meaning in meanings:
        yield from layout.folded(meaning, "dim")


def summary_lines(plan: Plan, layout: Layout, *, name: str = "") -> Iterator[str]:
    """Yield the counts, after `name` if there are several targets."""
    if not plan.summary.changes:
        none = layout.paint("No changes.", "green", "bold")
        yield f"{name}{none} {unchanged_in_words([plan])}"
        return
    drifted = is_of_drift(plan)
    text = counts([plan]) if drifted else plan_in_words(plan)
    title = layout.paint("Drift:" if drifted else "Plan:", "bold")
    if name:
        yield from layout.folded(text, first=name, others=" " * columns(name))
    else:
        yield from layout.folded(f"{title} {text}")
