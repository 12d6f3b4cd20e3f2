"""What blocks a plan: each reason once, with all specs that it holds for, and the ways out."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.model.specs import SpecKey
from reconciler.model.text import join_limited, plural
from reconciler.model.verdicts import AffectedFlow
from reconciler.planning.plan import Action, Plan, PlannedSpec
from reconciler.planning.refusal import Guard, Override, Refusal
from reconciler.reports.view.impact import MOST_FLOWS, Breakage, SchemaNote, breakages, user_of

MOST_LISTED = MOST_FLOWS
"""Specs or dataflows of one reason that are listed; of more the first ones and their number."""
_VALID_NOW = "is valid now, would be rejected"
_FEW = 3
_SPECS_IN_COMMAND = 5


@dataclass(frozen=True)
class Cause:
    """One reason for which a guard blocks a plan, or would if it were not overridden."""

    guard: Guard
    fact: str
    """What is wrong, without a full stop: `would delete 2 values`."""
    ways: tuple[str, ...] = ()
    """The ways out, a line each; lines that begin with two spaces are to be copied."""
    specs: tuple[PlannedSpec, ...] = ()
    """The specs that it holds for; empty if it is about the plan as a whole."""
    details: tuple[str, ...] = ()
    """What it is about in each of the specs, in their order; empty strings if that is clear."""
    examples: tuple[SchemaNote, ...] = ()
    flows: tuple[AffectedFlow, ...] = ()
    """The dataflows that are affected, each once."""
    override: Override | None = None
    """What allows it in this run; None if it blocks."""

    @property
    def likeness(self) -> object:
        """What is equal for causes on several targets that are shown as one."""
        places = tuple(spec.place for spec in self.specs)
        return self.guard, self.fact, self.ways, places, self.details, self.flows, self.override


@dataclass(frozen=True)
class Blocked:
    """All causes of one plan, and the options that override them."""

    causes: tuple[Cause, ...]
    """What blocks the plan."""
    allowed: tuple[Cause, ...]
    """What would, and was overridden."""
    options: str
    """The options of `apply`, always in the same order; empty if there are none to offer."""
    discards: int
    """How many values on the target these options would discard."""
    fixed: str
    """A sentence on the causes that no option overrides; an empty string if there are none."""

    @property
    def guards(self) -> int:
        """How many guards block the plan."""
        return len({cause.guard for cause in self.causes})


def blocked(plan: Plan, target: str = "") -> Blocked:
    """Return what blocks a plan. `target` is named in commands; empty for the default target."""
    groups: dict[object, list[tuple[PlannedSpec, Refusal]]] = {}
    broken = {each.spec.key: each for each in breakages(plan)}
    for spec in plan.specs:
        for refusal in spec.refusals:
            key = (refusal.guard, refusal.override, refusal.flag, _reason(spec, refusal, broken))
            groups.setdefault(key, []).append((spec, refusal))
    found = [Cause(no.guard, *_message(no), override=no.override) for no in plan.refusals]
    found += [_cause(group, broken, plan, target) for group in groups.values()]
    order = [*Guard]
    found.sort(key=lambda cause: order.index(cause.guard))
    causes = tuple(cause for cause in found if cause.override is None)
    options = _options(plan)
    return Blocked(
        causes,
        tuple(cause for cause in found if cause.override is not None),
        options,
        _discarded(plan) if options else 0,
        _fixed(plan),
    )


def is_blocked(spec: PlannedSpec) -> bool:
    """Return True if a guard refuses a change of this spec and nothing overrides it."""
    return any(refusal.override is None for refusal in spec.refusals)


def override_command(found: Blocked, target: str = "", command: str = "apply") -> tuple[str, str]:
    """Return what introduces the command that overrides what blocks a plan, and all of it.

    Both are empty if no option would help.
    """
    if not found.options:
        return "", ""
    number = plural(found.discards, "value")
    losing = f" (discards {number} on the target)" if found.discards else ""
    what = "To override the rest" if found.fixed else "To override"
    on = f" --target {shlex.quote(target)}" if target else ""
    return f"{what}{losing}:", f"reconciler {command}{on} {found.options}"


def override_in_words(override: Override) -> str:
    """Return who allowed something: `allowed by --allow-breaking`."""
    if override.option:
        return f"allowed by {override.option}"
    author = f" by {override.author}" if override.author else ""
    reason = f" ({override.reason})" if override.reason else ""
    return f"allowed{author} in commit {override.commit[:12]}{reason}"


def risks(plan: Plan) -> Iterator[tuple[str, tuple[Breakage, ...]]]:
    """Yield breaking changes that block nothing, since no dataflow is affected, by their reason."""
    groups: dict[tuple[tuple[str, ...], str], list[Breakage]] = {}
    for each in breakages(plan):
        if all(refusal.guard is not Guard.BREAKING for refusal in each.spec.refusals):
            groups.setdefault((each.reasons, each.headline), []).append(each)
    for (_, headline), group in groups.items():
        names = join_limited([each.spec.name or each.spec.id for each in group], _FEW)
        yield f"breaking: {names} {headline}", tuple(group)


def _reason(spec: PlannedSpec, refusal: Refusal, broken: Mapping[SpecKey, Breakage]) -> str:
    """Return what is the same in refusals that are shown as one."""
    if refusal.guard is Guard.BREAKING and spec.key in broken:
        return "; ".join(broken[spec.key].reasons)
    if refusal.guard in (Guard.BREAKING, Guard.POLICY):
        return _without_place(spec, refusal.message)
    return str(_is_by_name(spec, refusal))


def _without_place(spec: PlannedSpec, message: str) -> str:
    bare = re.sub(rf"{re.escape(spec.file)}(?::\d+)*", "the file", message)
    return bare.replace(spec.name, "the spec") if spec.name else bare


def _is_by_name(spec: PlannedSpec, refusal: Refusal) -> bool:
    """Return True if the refusal is about a spec that was found by its name only."""
    return refusal.guard is Guard.CONFLICTS and spec.found


def _message(refusal: Refusal) -> tuple[str, tuple[str, ...]]:
    fact, *ways = refusal.message.split("\n")
    return fact.removesuffix("."), tuple(ways)


def _cause(
    group: Sequence[tuple[PlannedSpec, Refusal]],
    broken: Mapping[SpecKey, Breakage],
    plan: Plan,
    target: str,
) -> Cause:
    spec, refusal = group[0]
    specs = tuple(spec for spec, _ in group)
    if refusal.guard is Guard.BREAKING and spec.key in broken:
        return _breaking(specs, refusal.override, [broken[spec.key] for spec in specs])
    details = tuple(_detail(*each, plan) for each in group)
    if len(group) == 1:
        return Cause(refusal.guard, *_message(refusal), specs, details, override=refusal.override)
    number = sum(len(refusal.pointers) for _, refusal in group)
    return Cause(
        refusal.guard,
        _fact(spec, refusal, number, len(specs)),
        tuple(_ways(spec, refusal, specs, target)),
        specs,
        details,
        override=refusal.override,
    )


def _breaking(
    specs: tuple[PlannedSpec, ...], override: Override | None, found: Sequence[Breakage]
) -> Cause:
    flows = tuple({flow.id: flow for each in found for flow in each.flows}.values())
    checked = sum(spec.impact.checked for spec in specs if spec.impact is not None)
    notes = {spec.impact.note for spec in specs if spec.impact is not None and spec.impact.note}
    noun = user_of(specs[0])
    many = f"{len(specs):,} specs, " if len(specs) > 1 else ""
    impact = f"{many}would break {len(flows):,} of {plural(checked, noun)}"
    fix = f"Fix the {noun if len(flows) == 1 else f'{noun}s'} first"
    change = specs[0].file if len(specs) == 1 else "the specs"
    return Cause(
        Guard.BREAKING,
        "; ".join([f"{join_limited(found[0].reasons, _FEW)}: {impact}", *sorted(notes)]),
        (f"{fix}, or change {change}",),
        specs,
        ("",) * len(specs),
        tuple(replace(note, words=_VALID_NOW) for note in found[0].examples),
        flows,
        override,
    )


def _detail(spec: PlannedSpec, refusal: Refusal, plan: Plan) -> str:
    """Return what a refusal is about: the names of removed elements, or the pointers."""
    if refusal.guard is Guard.REMOVALS:
        tokens = [(pointer, pointer.rpartition("/")[2]) for pointer in refusal.pointers]
        return join_limited([plan.names.get(token, pointer) for pointer, token in tokens], _FEW)
    if refusal.guard is Guard.CONFLICTS and not spec.found:
        return join_limited(refusal.pointers, _FEW)
    return ""


def _fact(spec: PlannedSpec, refusal: Refusal, number: int, specs: int) -> str:
    match refusal.guard:
        case Guard.REMOVALS:
            return f"would delete {plural(number, 'value')} on the target"
        case Guard.CONFLICTS if spec.found:
            return f"{specs:,} specs exist on the target by name only, and differ from their files"
        case Guard.CONFLICTS:
            return f"{plural(number, 'value')} changed in both Git and the target"
        case Guard.PROTECTED:
            return f"{specs:,} protected specs would change (x-reconciler: protect)"
        case _:
            return _without_place(spec, _message(refusal)[0])


def _ways(
    spec: PlannedSpec, refusal: Refusal, specs: Sequence[PlannedSpec], target: str
) -> Iterator[str]:
    if refusal.guard not in (Guard.REMOVALS, Guard.CONFLICTS):
        return
    names = [shlex.quote(spec.name or spec.id) for spec in specs[:_SPECS_IN_COMMAND]]
    on = f" --target {shlex.quote(target)}" if target else ""
    yield "To use the existing specs:" if spec.found else "To keep the target's values:"
    yield f"  reconciler pull{on} {' '.join(names)}{' …' if len(specs) > len(names) else ''}"
    if refusal.guard is Guard.REMOVALS:
        yield "Or leave the lists to others: x-reconciler: shared in the files"


def _options(plan: Plan) -> str:
    """Return the options that override what blocks a plan, and those that were given already.

    A spec that was found by its name is pulled, and never written over by an option.
    """
    by_name = {
        refusal.flag
        for spec in plan.specs
        for refusal in spec.refusals
        if _is_by_name(spec, refusal) and refusal.override is None
    }
    flags = {refusal.flag for refusal in plan.all_refusals if refusal.flag} - by_name
    needed = {refusal.flag for refusal in plan.blocking} & flags
    return " ".join(guard.flag for guard in Guard if guard.flag in flags) if needed else ""


def _discarded(plan: Plan) -> int:
    """Return how many of the target's values the options would discard."""
    return sum(
        len(refusal.pointers)
        for spec in plan.specs
        if spec.action is Action.UPDATE
        for refusal in spec.refusals
        if refusal.guard in (Guard.REMOVALS, Guard.CONFLICTS)
        and refusal.override is None
        and refusal.flag
        and not _is_by_name(spec, refusal)
    )


def _fixed(plan: Plan) -> str:
    guards = {refusal.guard for refusal in plan.blocking if not refusal.flag}
    names = {
        Guard.POLICY: "Policy violations",
        Guard.LIMIT: "Limits",
        Guard.REMOVALS: "Removals on this target",
    }
    found = [names.get(guard, guard.value) for guard in Guard if guard in guards]
    if not found:
        return ""
    return f"{' and '.join([found[0], *(name.lower() for name in found[1:])])} cannot be overridden"
