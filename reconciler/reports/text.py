"""A plan as text for a terminal: a block a spec, what refuses it, and a summary line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.planning.plan import Action, Origin, Plan, PlannedSpec, Refusal
from reconciler.reports.changes_text import Frame, change_lines
from reconciler.reports.escape import printable
from reconciler.reports.facts import facts
from reconciler.reports.groups import Marks
from reconciler.reports.layout import LEAST_WIDTH, columns, cut, folded, gathered
from reconciler.reports.refusals_text import refused_lines
from reconciler.reports.style import Style
from reconciler.reports.wording import (
    ORIGINS,
    RESIDUAL,
    RESIDUAL_MEANS,
    actions_in_words,
    base_in_words,
    counted,
    has_base,
    named,
    origins_in_words,
    quiet_in_words,
    weight_in_words,
)

_SIGNS = {Action.CREATE: ("+", "green"), Action.UPDATE: ("~", "yellow"), Action.NONE: (" ", "dim")}
_FEW = 5
_BODY = "    "


def plan_text_report(
    plan: Plan, *, width: int = 80, color: bool = False, every_unmanaged: bool = False
) -> str:
    """Return the plan as text of that many columns; ids and pointers are never broken.

    Specs that nobody manages are counted, with a few names, or all named where
    `every_unmanaged` asks for it.
    """
    style, width = Style(color), max(width, LEAST_WIDTH)
    lines = [*_head(plan, width, style)]
    with_base = has_base(plan)
    for spec in plan.specs:
        if spec.action is not Action.NONE or spec.left_alone:
            lines += ["", *_block(spec, width, style, plan.names, with_base=with_base)]
    notes = [*_notes(plan, width, style, every_unmanaged=every_unmanaged)]
    lines += ["", *notes] if notes else []
    refused = [*refused_lines(plan, width, style)]
    lines += ["", *refused] if refused else []
    lines += ["", *_summary(plan, width, style)]
    return "\n".join(lines) + "\n"


def _head(plan: Plan, width: int, style: Style) -> Iterator[str]:
    target = plan.target
    name = f"Target {printable(target.name)}"
    place = printable(f"{target.url}, {target.ims_org}, sandbox {target.sandbox}")
    base = f"base: {printable(base_in_words(plan.git))}"
    if columns(f"{name} ({place}) · {base}") <= width:
        yield f"{style.paint(name, 'bold')} {style.paint(f'({place})', 'dim')} · {base}"
        return
    yield f"{style.paint(name, 'bold')} · {base}"
    yield from (style.paint(line, "dim") for line in folded(place, width, first="  ", others="  "))


def _block(
    spec: PlannedSpec, width: int, style: Style, names: Mapping[str, str], *, with_base: bool
) -> Iterator[str]:
    sign, tone = _SIGNS[spec.action]
    name, kind = cut(printable(spec.name), width - 2) or "(no name)", spec.kind.name
    identity, file = f"{kind} {printable(spec.id)}", printable(spec.file)
    pieces = (
        (f"{sign} {name}", f"{style.paint(sign, tone, 'bold')} {style.paint(name, 'bold')}"),
        (identity, style.paint(identity, "dim")),
        (file, style.paint(file, "dim")),
    )
    yield from gathered(pieces, width, _BODY)
    frame = Frame(2, width, style, brief=spec.action is Action.CREATE, names=names)
    marks = Marks.of(spec.changes, spec.refusals, with_base=with_base)
    yield from change_lines(spec.kind, spec.changes, marks, frame)
    if spec.left_alone:
        title = f"left alone (--only-origin): {origins_in_words(spec.left_alone)}"
        yield _BODY + style.paint(title, "dim")
        dimmed = Frame(4, width, Style(color=False), names=names)
        marks = Marks.of(spec.left_alone, (), with_base=with_base)
        for line in change_lines(spec.kind, spec.left_alone, marks, dimmed):
            yield style.paint(line, "dim")
    for fact in facts(spec):
        yield from (style.paint(line, "dim") for line in _folded(printable(fact), width))
    for refusal in spec.refusals:
        yield from _refusal(refusal, width, style)


def _folded(text: str, width: int) -> Iterator[str]:
    return folded(text, width, first=_BODY, others=_BODY + "  ")


def _refusal(refusal: Refusal, width: int, style: Style) -> Iterator[str]:
    title = f"! apply refuses this ({refusal.guard}):"
    lines = [*folded(f"{title} {printable(refusal.message)}", width - 2, others="    ")]
    yield "  " + lines[0].replace(title, style.paint(title, "red", "bold"), 1)
    yield from (f"  {line}" for line in lines[1:])


def _notes(plan: Plan, width: int, style: Style, *, every_unmanaged: bool) -> Iterator[str]:
    for gone in plan.no_longer_managed:
        text = "no longer managed and stays live (the API has no DELETE):"
        what = f"{printable(gone.name)}  {gone.kind} {printable(gone.id)}"
        yield from gathered([(text, text), (what, what)], width, "  ")
    for warning in plan.warnings:
        for line in folded(f"warning: {printable(warning)}", width, others="  "):
            yield style.paint(line, "yellow")
    for meaning in _legend(plan):
        yield from (style.paint(line, "dim") for line in folded(meaning, width, others="  "))
    if plan.unmanaged:
        count = len(plan.unmanaged)
        text = f"{counted(count, 'spec')} at the target {'is' if count == 1 else 'are'} in no file"
        if every_unmanaged:
            yield style.paint(f"{text}:", "dim")
            for spec in plan.unmanaged:
                yield style.paint(
                    f"  {printable(spec.name)}  {spec.kind} {printable(spec.id)}", "dim"
                )
        else:
            names = named([printable(spec.name) for spec in plan.unmanaged], _FEW)
            for line in folded(f"{text}: {names}", width, others="  "):
                yield style.paint(line, "dim")


def _legend(plan: Plan) -> Iterator[str]:
    """Yield what the marks beside the changes mean, where there are any to explain."""
    changes = [change for spec in plan.specs for change in (*spec.changes, *spec.left_alone)]
    found = {change.origin for change in changes}
    if has_base(plan) and found - {Origin.REPO}:
        yield from (f"{origin}: {ORIGINS[origin]}" for origin in Origin if origin in found)
    if any(change.residual for change in changes):
        yield f"{RESIDUAL}: {RESIDUAL_MEANS}"


def _summary(plan: Plan, width: int, style: Style) -> Iterator[str]:
    if not plan.summary.changes:
        yield f"{style.paint('No changes.', 'green', 'bold')} {quiet_in_words([plan])}."
        return
    weight = weight_in_words([plan])
    text = f"Plan: {actions_in_words([plan])}." + (f" {weight}." if weight else "")
    lines = [*folded(text, width)]
    yield lines[0].replace("Plan:", style.paint("Plan:", "bold"), 1)
    yield from lines[1:]
