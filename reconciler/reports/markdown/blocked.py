"""What must not be overlooked, before anything else: what refuses the plans, and the warnings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.model.text import plural
from reconciler.planning.multi_plan import Failure
from reconciler.planning.plan import Plan
from reconciler.reports.markdown.escape import code, name_code, prose
from reconciler.reports.text.wrap import cut
from reconciler.reports.view.blocked import flags_that_allow, guards_without_flag, refused_by_guard
from reconciler.reports.view.impact import Breakage, SchemaNote, breakages
from reconciler.reports.view.wording import RESIDUAL, RESIDUAL_MEANS

MOST_WARNINGS = 10
IN_SIGHT = 3
"""Of more warnings than this a reader opens the rest."""
MOST_TARGETS = 12
"""Targets of which it is said in full why they are refused, or were not planned."""
MOST_BREAKING = 10
_LONGEST = 600


def notices(plans: Sequence[Plan], failures: Sequence[Failure] = ()) -> Iterator[str]:
    """Yield the blocks, none where all is calm; `failures` are the targets without a plan."""
    several = len(plans) > 1
    changed = [f"- {prose(change)}" for plan in plans for change in plan.target_changes]
    if changed:
        yield _quoted("CAUTION", changed)
    if failures:
        yield _quoted("CAUTION", _not_planned(failures))
    refused = [plan for plan in plans if plan.all_refusals]
    for plan in refused[:MOST_TARGETS]:
        yield _quoted("CAUTION", _refusals(plan, several=several))
    if len(refused) > MOST_TARGETS:
        more = plural(len(refused) - MOST_TARGETS, "more target")
        yield _quoted("CAUTION", [f"**Apply refuses the plans for {more}.**"])
    for plan in plans:
        yield from _breaking(plan, several=several)
    warnings = [*_warnings(plans, several=several)]
    if warnings:
        yield _quoted("WARNING", warnings)


def _quoted(name: str, lines: Sequence[str] | Iterator[str]) -> str:
    return "\n".join([f"> [!{name}]", *(f"> {line}".rstrip() for line in lines), ""])


def _not_planned(failures: Sequence[Failure]) -> Iterator[str]:
    yield f"**Not planned: {plural(len(failures), 'target')}.**"
    yield ""
    for failure in failures[:MOST_TARGETS]:
        yield f"- {name_code(failure.target.name)}: {prose(cut(failure.message, _LONGEST))}"
    if len(failures) > MOST_TARGETS:
        yield f"- and {len(failures) - MOST_TARGETS:,} more"


def _refusals(plan: Plan, *, several: bool) -> Iterator[str]:
    where = f" for {name_code(plan.target.name)}" if several else ""
    yield f"**Apply refuses this plan{where}.**"
    yield ""
    for refused in refused_by_guard(plan):
        said = prose(cut(refused.message, _LONGEST)) if refused.message else ""
        yield f"- **{refused.guard}**: {said or refused.where(name_code)}"
    flags, fixed = flags_that_allow(plan), guards_without_flag(plan)
    yield ""
    if fixed:
        yield f"No option allows {fixed}."
    if flags:
        target = f" --target {plan.target.name}" if several else ""
        command = code(f"reconciler apply{target} {flags}")
        yield f"To allow {'the rest' if fixed else 'all of it'}: {command}"


def _breaking(plan: Plan, *, several: bool) -> Iterator[str]:
    found = [*breakages(plan)]
    for name, is_refused in (("CAUTION", True), ("WARNING", False)):
        of_sort = [each for each in found if each.is_refused is is_refused]
        if of_sort:
            yield _quoted(name, _breakages(of_sort, plan.target.name if several else ""))


def told_markdown(said: SchemaNote) -> str:
    """Return what is said of a schema, its place and the setting as code."""
    setting = f"{code(said.setting)} " if said.setting else ""
    return f"{code(said.path)}: {setting}{prose(cut(said.words, _LONGEST))}"


def _breakages(found: Sequence[Breakage], target: str) -> Iterator[str]:
    yield f"**Breaking{f' for {name_code(target)}' if target else ''}.**"
    yield ""
    for each in found[:MOST_BREAKING]:
        yield f"- {name_code(each.spec.name or each.spec.id)} {prose(each.headline)}"
        yield from (f"  - {told_markdown(example)}" for example in each.examples)
        for flow in each.flows:
            yield (
                f"  - {name_code(flow.name or flow.id)} ({code(flow.id)}) {code(flow.path)}: "
                f"{prose(cut(flow.message, _LONGEST))}"
            )
        if each.more:
            yield f"  - and {each.more:,} more, in the plan file"
    if len(found) > MOST_BREAKING:
        yield f"- and {plural(len(found) - MOST_BREAKING, 'more spec')}"


def _warnings(plans: Sequence[Plan], *, several: bool) -> Iterator[str]:
    found: dict[str, list[str]] = {}
    for plan in plans:
        for warning in plan.warnings:
            found.setdefault(warning, []).append(name_code(plan.target.name))
    told = [
        f"- {', '.join(targets) + ': ' if several else ''}{prose(cut(warning, _LONGEST))}"
        for warning, targets in [*found.items()][:MOST_WARNINGS]
    ]
    if len(found) > MOST_WARNINGS:
        told.append(f"- and {plural(len(found) - MOST_WARNINGS, 'more warning')}")
    unconverged = sum(
        change.unconverged for plan in plans for spec in plan.specs for change in spec.changes
    )
    if unconverged:
        yield f"- {plural(unconverged, 'change')} {RESIDUAL}: {RESIDUAL_MEANS}"
    yield from told[:IN_SIGHT]
    if len(told) > IN_SIGHT:
        more = len(found) - IN_SIGHT
        yield from ("", f"<details><summary>and {more:,} more</summary>", "", *told[IN_SIGHT:], "")
        yield "</details>"
