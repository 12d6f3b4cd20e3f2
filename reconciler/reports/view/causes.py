"""Why guards block a plan: the refusals of its specs, those for one reason together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from reconciler.model.specs import SpecKey
from reconciler.model.text import join_limited, plural
from reconciler.model.verdicts import AffectedFlow
from reconciler.planning.commands import pull_command
from reconciler.planning.plan import Plan, PlannedSpec
from reconciler.planning.refusal import Guard, Override, Refusal
from reconciler.reports.view.groups import by_key
from reconciler.reports.view.impact import Breakage, SchemaNote, breakages, user_of

_VALID_NOW = "is valid now, would be rejected"
_FEW = 3
_SPECS_IN_COMMAND = 5
_PULL = "  reconciler pull "


class Cause(Struct, frozen=True):
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

    @property
    def listed(self) -> tuple[tuple[PlannedSpec | None, str], ...]:
        """What to list below the fact: each spec and what it is about there.

        Without the spec if there is only one; empty if that would say nothing new.
        """
        if len(self.specs) == 1:
            (detail,) = self.details
            return ((None, detail),) if detail and detail not in self.fact else ()
        return tuple(zip(self.specs, self.details, strict=True)) if any(self.details) else ()


def causes(plan: Plan, target: str) -> list[Cause]:
    """Return the causes of one plan, in the order of the guards; overridden ones too.

    `target` is named in commands.
    """
    broken = {each.spec.key: each for each in breakages(plan)}
    groups = by_key(
        ((no.guard, no.override, no.flag, _reason(spec, no, broken)), (spec, no))
        for spec in plan.specs
        for no in spec.refusals
    )
    found = [Cause(no.guard, *_message(no), override=no.override) for no in plan.refusals]
    found += [_cause(group, broken, plan, target) for group in groups.values()]
    order = [*Guard]
    return sorted(found, key=lambda cause: order.index(cause.guard))


def _reason(spec: PlannedSpec, refusal: Refusal, broken: Mapping[SpecKey, Breakage]) -> str:
    """Return what is the same in refusals that are shown as one."""
    if refusal.guard is Guard.BREAKING and spec.key in broken:
        return "; ".join(broken[spec.key].reasons)
    if refusal.guard in (Guard.BREAKING, Guard.POLICY):
        return _without_place(spec, refusal.message)
    return str(is_by_name(spec, refusal))


def _without_place(spec: PlannedSpec, message: str) -> str:
    bare = re.sub(rf"{re.escape(spec.file)}(?::\d+)*", "the file", message)
    return bare.replace(spec.name, "the spec") if spec.name else bare


def is_by_name(spec: PlannedSpec, refusal: Refusal) -> bool:
    """Return True if the refusal is about specs on the target that have the spec's name only."""
    return refusal.guard is Guard.CONFLICTS and (spec.found or not refusal.pointers)


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
        return _breaking(specs, refusal, [broken[spec.key] for spec in specs])
    details = tuple(_detail(refusal, plan) for _, refusal in group)
    if len(group) == 1:
        fact, ways = _message(refusal)
        pull = f"  {pull_command(target, spec.kind, spec.file, spec.name)}"
        ways = tuple(pull if way.startswith(_PULL) else way for way in ways)
    else:
        number = sum(len(refusal.pointers) for _, refusal in group)
        fact = _fact(spec, refusal, number, len(specs))
        ways = tuple(_ways(group, target))
    return Cause(refusal.guard, fact, ways, specs, details, override=refusal.override)


def _breaking(specs: tuple[PlannedSpec, ...], refusal: Refusal, found: Sequence[Breakage]) -> Cause:
    flows = tuple({flow.id: flow for each in found for flow in each.flows}.values())
    checked = sum(spec.impact.checked for spec in specs if spec.impact is not None)
    notes = {spec.impact.note for spec in specs if spec.impact is not None and spec.impact.note}
    noun = user_of(specs[0])
    many = f"{len(specs):,} specs, " if len(specs) > 1 else ""
    impact = f"{many}would break {len(flows):,} of {plural(checked, noun)}"
    fix = f"Fix the {noun if len(flows) == 1 else f'{noun}s'} first"
    change = specs[0].file if len(specs) == 1 else "the specs"
    ways: tuple[str, ...] = (f"{fix}, or change {change}",)
    if not flows:  # they could not be read
        (fact, ways), notes = _message(refusal), set()
        impact = f"{many}{fact}"
        ways = ways if len(specs) == 1 else tuple(_without_place(specs[0], way) for way in ways)
    return Cause(
        Guard.BREAKING,
        "; ".join([f"{join_limited(found[0].reasons, _FEW)}: {impact}", *sorted(notes)]),
        ways,
        specs,
        ("",) * len(specs),
        tuple(_shortened(note, found[0].reasons) for note in found[0].examples),
        flows,
        refusal.override,
    )


def _shortened(note: SchemaNote, reasons: Sequence[str]) -> SchemaNote:
    """Return an example without its reason, if that is one of those that are shown above it."""
    is_shown = any(note.words.endswith(f": {reason}") for reason in reasons[:_FEW])
    return replace(note, words=_VALID_NOW) if is_shown else note


def _detail(refusal: Refusal, plan: Plan) -> str:
    """Return what a refusal is about: the names of removed elements, or the pointers."""
    if refusal.guard is Guard.REMOVALS:
        tokens = [(pointer, pointer.rpartition("/")[2]) for pointer in refusal.pointers]
        return join_limited([plan.names.get(token, pointer) for pointer, token in tokens], _FEW)
    if refusal.guard is Guard.CONFLICTS:
        return join_limited(refusal.pointers, _FEW)
    return ""


def _fact(spec: PlannedSpec, refusal: Refusal, number: int, specs: int) -> str:
    if is_by_name(spec, refusal):
        return f"{specs:,} specs have the names of specs that exist on the target"
    fact = _without_place(spec, _message(refusal)[0])
    return fact.replace(plural(len(refusal.pointers), "value"), plural(number, "value"), 1)


def _ways(group: Sequence[tuple[PlannedSpec, Refusal]], target: str) -> Iterator[str]:
    """Yield the ways out of several refusals: those of each, but one pull for all."""
    spec, refusal = group[0]
    if is_by_name(spec, refusal):
        yield "Set the ids in the files, or list the specs of others under x-reconciler: others"
    elif refusal.guard in (Guard.REMOVALS, Guard.CONFLICTS):
        names = [spec.name or spec.id for spec, _ in group]
        shown = names[:_SPECS_IN_COMMAND]
        command = pull_command(target, spec.kind, spec.file, *shown)
        pull = f"  {command}{' …' if len(names) > len(shown) else ''}"
        for lines in zip(*(_lines(*each) for each in group), strict=False):
            yield from [pull] if lines[0].startswith(_PULL) else [*dict.fromkeys(lines)][:_FEW]


def _lines(spec: PlannedSpec, refusal: Refusal) -> list[str]:
    ways = _message(refusal)[1]
    return [way if way.startswith("  ") else _without_place(spec, way) for way in ways]
