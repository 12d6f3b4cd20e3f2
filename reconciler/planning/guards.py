"""The rules that refuse a plan until a person allows it.

Judged when a plan is built, on what the plan says; never on what was allowed.
Allowing is done when applying (`Allowed`), so that a plan file holds no consent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from math import ceil
from shlex import quote

from reconciler.model.kinds import Kind
from reconciler.model.pointers import format_pointer, parse_pointer, yaml_pointer
from reconciler.model.safety import Removals, Safety
from reconciler.model.shape import ListRule, rule_at
from reconciler.model.specs import Spec
from reconciler.model.text import plural
from reconciler.planning.plan import Action, Change, Origin, Plan, PlannedSpec
from reconciler.planning.refusal import Guard, Override, Refusal


@dataclass(frozen=True)
class Overrides:
    """The guards that a person has lifted for this one apply."""

    guards: frozenset[Guard] = frozenset()

    def lifts(self, refusal: Refusal) -> bool:
        """Say whether the refusal is one that a flag lifts and that flag was given."""
        return bool(refusal.flag) and refusal.guard in self.guards


def with_overrides(plan: Plan, allowed: Overrides) -> Plan:
    """Return the plan with each refusal that `allowed` lifts marked as overridden by its option."""

    def marked(refusals: tuple[Refusal, ...]) -> tuple[Refusal, ...]:
        return tuple(
            replace(refusal, override=Override(option=refusal.flag))
            if allowed.lifts(refusal) and refusal.override is None
            else refusal
            for refusal in refusals
        )

    specs = tuple(replace(spec, refusals=marked(spec.refusals)) for spec in plan.specs)
    return replace(plan, refusals=marked(plan.refusals), specs=specs)


def spec_refusals(
    spec: Spec, changes: tuple[Change, ...], safety: Safety, *, by_name: bool = False
) -> tuple[Refusal, ...]:
    """Return what the guards say of one spec's changes: removals, conflicts, protection.

    `by_name`: nothing but its name and provider says that live is this spec.
    """
    found = (
        _removals(spec, changes, safety),
        _mistaken(spec, changes) if by_name else _conflicts(spec, changes),
        _protected(spec, changes),
    )
    return tuple(refusal for refusal in found if refusal)


def plan_refusals(specs: Collection[PlannedSpec], safety: Safety) -> tuple[Refusal, ...]:
    """Return what the guards say of a plan as a whole: how many specs change at once.

    Both limits count only where at least `minSpecs` specs are managed.
    """
    changing = sum(spec.action is not Action.NONE for spec in specs)
    if len(specs) < safety.min_specs:
        return ()
    share = 100 * changing / len(specs) if specs else 0.0
    limits, enough = [], []
    if safety.max_changes is not None and changing > safety.max_changes:
        limits.append(f"maxChanges: {safety.max_changes}")
        enough.append(f"maxChanges: {changing}")
    if safety.max_changed_percent is not None and share > safety.max_changed_percent:
        limits.append(f"maxChangedPercent: {safety.max_changed_percent:g}")
        enough.append(f"maxChangedPercent: {ceil(share)}")
    if not limits:
        return ()
    message = (
        f"{changing} of {len(specs)} specs ({_percent(share, safety.max_changed_percent)} %) "
        f"would change at once; the limit is {' and '.join(limits)}.\n"
        "Apply in parts with --only, or raise the limit in reconciler.yaml:\n"
        f"  safety: {{{', '.join(enough)}}}"
    )
    return (Refusal(Guard.LIMIT, (), message, Guard.LIMIT.flag),)


def _percent(share: float, limit: float | None) -> str:
    """Return a percentage with a decimal, or as many as show on which side of the limit it is."""
    for decimals in range(1, 10):
        text = f"{share:.{decimals}f}"
        if limit is None or (float(text) > limit) == (share > limit):
            return text
    return str(share)


def _removals(spec: Spec, changes: tuple[Change, ...], safety: Safety) -> Refusal | None:
    reviewed = safety.removals is Removals.REVIEWED
    lost = [
        change
        for change in changes
        if change.removed_elements and not (reviewed and change.origin is Origin.REPO)
    ]
    if not lost:
        return None
    pointers = tuple(pointer for change in lost for pointer in change.removed_elements)
    fact = f"would delete {plural(len(pointers), 'value')}"
    ways = [
        "To keep the target's values:",
        f"  reconciler pull {quote(spec.name)}",
        f"or add to {spec.file}:",
        f"  {_directive(spec.kind, lost)}",
    ]
    if safety.removals is Removals.NEVER:
        fact = f"{fact}, and this target allows no removals"
        ways += ["To allow removals, set in reconciler.yaml:", "  safety: {removals: ask}"]
    elif reviewed:
        fact = f"{fact} that Git never had or did not delete"
    else:
        fact = f"{fact} (safety.removals: ask)"
    flag = "" if safety.removals is Removals.NEVER else Guard.REMOVALS.flag
    return Refusal(Guard.REMOVALS, pointers, "\n".join([f"{fact}.", *ways]), flag)


def _directive(kind: Kind, lost: Iterable[Change]) -> str:
    """Return the YAML that leaves to others what these changes would take away."""
    shared: list[str] = []
    ignored: list[str] = []
    for change in lost:
        for element in map(parse_pointer, change.removed_elements):
            above = element[:-1]
            if rule_at(kind, above) is not ListRule.ORDERED:
                shared.append(yaml_pointer(format_pointer(above)))
            else:
                # An element of an ordered list has no name: only the list can be ignored.
                is_field = element == change.pointer
                ignored.append(yaml_pointer(format_pointer(element if is_field else above)))
    entries = [
        f"{name}: [{', '.join(dict.fromkeys(pointers))}]"
        for name, pointers in (("shared", shared), ("ignore", ignored))
        if pointers
    ]
    return f"x-reconciler: {{{', '.join(entries)}}}"


def _conflicts(spec: Spec, changes: tuple[Change, ...]) -> Refusal | None:
    pointers = _paths(change for change in changes if change.origin is Origin.CONFLICT)
    if not pointers:
        return None
    ways = ["To keep the target's values:", f"  reconciler pull {quote(spec.name)}"]
    fact = f"{plural(len(pointers), 'value')} changed in both Git and the target."
    return Refusal(Guard.CONFLICTS, pointers, "\n".join([fact, *ways]), Guard.CONFLICTS.flag)


def _mistaken(spec: Spec, changes: tuple[Change, ...]) -> Refusal | None:
    if not changes:
        return None
    message = [
        f"a spec of this name already exists ({spec.id}) and differs from the file.",
        f"To use it, add its id to {spec.file} and pull it:",
        f"  id: {spec.id}",
        f"  reconciler pull {spec.id}",
        f"If it is another spec, add to {spec.file}:",
        f"  x-reconciler: {{others: [{spec.id}]}}",
    ]
    return Refusal(Guard.CONFLICTS, _paths(changes), "\n".join(message), Guard.CONFLICTS.flag)


def _protected(spec: Spec, changes: tuple[Change, ...]) -> Refusal | None:
    if not (spec.directives.protect and changes):
        return None
    return Refusal(
        Guard.PROTECTED,
        _paths(changes),
        f"the spec is protected (x-reconciler: protect in {spec.file}).",
        Guard.PROTECTED.flag,
    )


def _paths(changes: Iterable[Change]) -> tuple[str, ...]:
    return tuple(change.path for change in changes)
