"""A plan as text for a terminal: the specs, then what blocks it, and the verdict last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reconciler.model.text import escape_control, join_limited, plural
from reconciler.planning.plan import Action, Origin, Plan
from reconciler.reports.text.blocked import blocked_lines, risk_lines
from reconciler.reports.text.color import TerminalStyle
from reconciler.reports.text.spec import SpecText
from reconciler.reports.text.wrap import LEAST_WIDTH, columns, folded, gathered
from reconciler.reports.view.drift import (
    is_of_drift,
    pending_in_words,
    read_forward,
    ways_out,
)
from reconciler.reports.view.facts import facts
from reconciler.reports.view.headline import counts
from reconciler.reports.view.wording import (
    ORIGINS,
    UNCONVERGED,
    UNCONVERGED_MEANS,
    base_in_words,
    has_base,
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
    command: str = "apply",
) -> str:
    """Return the plan as text of `width` columns; ids and pointers are never broken.

    `every_unmanaged` lists every spec of the target that no file describes, and
    `verbose` adds a count of them and what is the same in nearly every plan.
    `command` is the one whose options override what blocks the plan.
    """
    plan = read_forward(plan)
    style, width = TerminalStyle(color), max(width, LEAST_WIDTH)
    lines = [
        *_head(plan, width, style),
        *_uncommitted(plan, width, style),
        *target_change_lines(plan, width, style),
    ]
    for spec in plan.specs:
        if spec.action is not Action.NONE or spec.skipped:
            text = SpecText(spec, plan, width, style)
            lines += ["", *text.head(), *text.changes()]
            lines += text.facts(facts(spec, verbose=verbose))
    parts = [
        [
            *notes_lines(plan, width, style),
            *legend_lines([plan], width, style),
            *unmanaged_lines(plan, width, style, every=every_unmanaged, verbose=verbose),
        ],
        [*blocked_lines(plan, width, style, command=command)],
        [*summary_lines(plan, width, style)],
    ]
    return "\n".join(lines + [line for part in parts if part for line in ("", *part)]) + "\n"


def _head(plan: Plan, width: int, style: TerminalStyle) -> Iterator[str]:
    target = plan.target
    name = f"Target {escape_control(target.name)}"
    place = escape_control(target_in_words(target))
    base = escape_control(base_in_words(plan.git))
    if columns(f"{name} ({place}) · {base}") <= width:
        yield f"{style.paint(name, 'bold')} {style.paint(f'({place})', 'dim')} · {base}"
        return
    first, *others = folded(f"{name} · {base}", width, others="  ")
    yield first.replace(name, style.paint(name, "bold"), 1)
    yield from others
    yield from (style.paint(line, "dim") for line in folded(place, width, first="  ", others="  "))


def _uncommitted(plan: Plan, width: int, style: TerminalStyle) -> Iterator[str]:
    if files := escape_control(uncommitted_in_words(plan.git)):
        lines = folded(f"not committed: {files}", width, first="  ", others="  ")
        yield from (style.paint(line, "dim") for line in lines)


def target_change_lines(plan: Plan, width: int, style: TerminalStyle) -> Iterator[str]:
    """Yield how the config changed, since the base, where credentials are sent and which."""
    for change in plan.target_changes:
        for line in folded(escape_control(change), width, others="  "):
            yield style.paint(line, "red", "bold")


def notes_lines(plan: Plan, width: int, style: TerminalStyle) -> Iterator[str]:
    """Yield the specs that are no longer managed, breaking changes that block nothing, warnings."""
    if pending := pending_in_words(plan):
        yield from folded(escape_control(pending), width, others="  ")
    for gone in plan.unmanaged_since_base:
        text = "no longer managed; left on the target (the API cannot delete):"
        what = f"{escape_control(gone.name)}  {gone.kind} {escape_control(gone.id)}"
        yield from gathered([(text, text), (what, what)], width, "  ")
    yield from risk_lines(plan, width, style)
    for warning in plan.warnings:
        for line in folded(f"warning: {escape_control(warning)}", width, others="  "):
            yield line.replace("warning:", style.paint("warning:", "yellow", "bold"), 1)


def unmanaged_lines(
    plan: Plan, width: int, style: TerminalStyle, *, every: bool, verbose: bool
) -> Iterator[str]:
    """Yield the specs of the target that no file describes: `every` one, or their number."""
    if not plan.unmanaged or not (every or verbose):
        return
    count = len(plan.unmanaged)
    text = f"{plural(count, 'spec')} on the target {'is' if count == 1 else 'are'} not managed here"
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


def legend_lines(plans: Iterable[Plan], width: int, style: TerminalStyle) -> Iterator[str]:
    """Yield what the marks beside the changes mean, if there are any to explain."""
    found: set[Origin] = set()
    unconverged = False
    for plan in plans:
        changes = [change for spec in plan.specs for change in (*spec.changes, *spec.skipped)]
        if has_base(plan) and not is_of_drift(plan):
            found |= {change.origin for change in changes}
        unconverged = unconverged or any(change.unconverged for change in changes)
    origins = [origin for origin in Origin if origin in found] if found - {Origin.REPO} else []
    meanings = [f"{origin}: {ORIGINS[origin]}" for origin in origins]
    meanings += [f"{UNCONVERGED}: {UNCONVERGED_MEANS}"] if unconverged else []
    for meaning in meanings:
        yield from (style.paint(line, "dim") for line in folded(meaning, width, others="  "))


def summary_lines(plan: Plan, width: int, style: TerminalStyle) -> Iterator[str]:
    """Yield the verdict and the counts; for drift the ways out too."""
    if not plan.summary.changes:
        yield f"{style.paint('No changes.', 'green', 'bold')} {unchanged_in_words([plan])}"
        return
    title, text = (
        ("Drift:", counts([plan])) if is_of_drift(plan) else ("Plan:", plan_in_words(plan))
    )
    lines = [*folded(f"{title} {text}", width, others="  ")]
    yield lines[0].replace(title, style.paint(title, "bold"), 1)
    yield from lines[1:]
    yield from ways_out([plan], several=False)
