r"""All guards: the rules that block a plan until they are overridden, and their overrides.

They are evaluated when a plan is built, on what the plan says. Overrides are
given when it is applied, so that a plan file holds none. To add a guard, add a
value to `refusal.Guard` and a function here, and name it in `spec_refusals`; its
option of `apply`, its place in every report and in the plan file follow:

    def _renames(spec: Spec, changes: tuple[Change, ...]) -> Refusal | None:
        paths = _paths(change for change in changes if change.pointer == ("name",))
        if not paths:
            return None
        way = f"Keep the name in {spec.file}"
        return _refusal(Guard.RENAMES, paths, "would rename the spec.", way)

The first line of a message is the fact, the others are the ways out. What needs
more than a plan's changes to be found (`breaking`: the dataflows, `policy`: the
policies) is found elsewhere, and refused here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from math import ceil

from msgspec import Struct
from msgspec.structs import replace

from reconciler.model.kinds import Kind
from reconciler.model.pointers import format_pointer, parse_pointer, yaml_pointer
from reconciler.model.safety import Removals, Safety
from reconciler.model.shape import ListRule, rule_at
from reconciler.model.specs import LiveSpec, Spec
from reconciler.model.text import escape_control, plural
from reconciler.model.verdicts import Impact
from reconciler.planning.commands import pull_command
from reconciler.planning.plan import Action, Change, Origin, Plan, PlannedSpec
from reconciler.planning.refusal import Guard, Override, Refusal

IN_BOTH = "changed in both Git and the target"
"""What a conflict is."""
_SHOWN = 2
"""The number of broken dataflows that are named."""


class Overrides(Struct, frozen=True):
    """The guards that are overridden for one apply."""

    guards: frozenset[Guard] = frozenset()

    def lifts(self, refusal: Refusal) -> bool:
        """Return True if an option overrides the refusal and was given."""
        return bool(refusal.flag) and refusal.guard in self.guards


def with_overrides(plan: Plan, allowed: Overrides) -> Plan:
    """Return the plan with each refusal that `allowed` lifts marked as overridden by its option."""

    def marked(refusal: Refusal) -> Refusal:
        if allowed.lifts(refusal) and refusal.override is None:
            return replace(refusal, override=Override(option=refusal.flag))
        return refusal

    return plan.with_refusals(marked)


def spec_refusals(
    spec: Spec,
    changes: tuple[Change, ...],
    safety: Safety,
    target: str,
    twins: Sequence[LiveSpec] | None = (),
) -> tuple[Refusal, ...]:
    """Return the refusals of one spec's changes: removals, conflicts, protection.

    `target` is named in commands. `twins` are what a spec that would be created may be
    mistaken for on the target, None if the target does not list them.
    """
    found = (
        _removals(spec, changes, safety, target),
        _conflicts(spec, changes, target),
        _namesakes(spec, twins),
        _protected(spec, changes),
    )
    return tuple(refusal for refusal in found if refusal)


def plan_refusals(specs: Collection[PlannedSpec], safety: Safety) -> tuple[Refusal, ...]:
    """Return the refusals of a plan as a whole: the number of specs that change at once.

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
    fact = (
        f"{changing} of {len(specs)} specs ({_percent(share, safety.max_changed_percent)} %) "
        f"would change at once; the limit is {' and '.join(limits)}."
    )
    way = "Apply in parts with --only, or raise the limit in reconciler.yaml:"
    return (_refusal(Guard.LIMIT, (), fact, way, f"  safety: {{{', '.join(enough)}}}"),)


def _percent(share: float, limit: float | None) -> str:
    """Return a percentage with a decimal, or as many as show on which side of the limit it is."""
    for decimals in range(1, 10):
        text = f"{share:.{decimals}f}"
        if limit is None or (float(text) > limit) == (share > limit):
            return text
    return str(share)


def _removals(
    spec: Spec, changes: tuple[Change, ...], safety: Safety, target: str
) -> Refusal | None:
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
        *_pull(spec, target),
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
    refusal = _refusal(Guard.REMOVALS, pointers, f"{fact}.", *ways)
    return replace(refusal, flag="") if safety.removals is Removals.NEVER else refusal


def _directive(kind: Kind, lost: Iterable[Change]) -> str:
    """Return the YAML that shares or ignores what these changes would remove."""
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


def _conflicts(spec: Spec, changes: tuple[Change, ...], target: str) -> Refusal | None:
    pointers = _paths(change for change in changes if change.origin is Origin.CONFLICT)
    if not pointers:
        return None
    fact = f"{plural(len(pointers), 'value')} {IN_BOTH}."
    return _refusal(Guard.CONFLICTS, pointers, fact, *_pull(spec, target))


def _pull(spec: Spec, target: str) -> tuple[str, str]:
    command = pull_command(target, spec.kind, spec.file, spec.name)
    return "To keep the target's values:", f"  {command}"


def _namesakes(spec: Spec, twins: Sequence[LiveSpec] | None) -> Refusal | None:
    if twins is None:
        fact = (
            f'a spec named "{spec.name}" may exist under another id: the target does not list '
            f"{spec.kind.collection}."
        )
        return _refusal(Guard.CONFLICTS, (), fact, f"If one exists, set its id in {spec.file}")
    if not twins:
        return None
    renamed = [live for live in twins if not spec.is_namesake(live)]
    if renamed:
        return _changed_id(spec, renamed[0])
    ids = ", ".join(live.id for live in twins)
    equal = [live.id for live in twins if live.equals_but_id(spec.document)]
    how = "equals the file" if ids in equal else "differs from the file"
    fact = (
        f'a spec named "{spec.name}" already exists ({ids}) and {how}.'
        if len(twins) == 1
        else f'{len(twins)} specs named "{spec.name}" already exist ({ids}).'
    )
    ways = [
        f"If {spec.file} describes {'it' if len(twins) == 1 else 'one of them'}, set its id there:",
        f"  id: {(equal or [twins[0].id])[0]}",
        "If not, add:",
        f"  x-reconciler: {{others: [{ids}]}}",
    ]
    return _refusal(Guard.CONFLICTS, (), fact, *ways)


def _changed_id(spec: Spec, live: LiveSpec) -> Refusal:
    """Return the refusal of a creation by a file that described another spec at the base."""
    fact = f"{spec.file} had the id {live.id} at the base, and that spec still exists."
    ways = [
        "If it still describes that spec, set its id there:",
        f"  id: {live.id}",
        "If not, add:",
        f"  x-reconciler: {{others: [{live.id}]}}",
    ]
    return _refusal(Guard.CONFLICTS, (), fact, *ways)


def _protected(spec: Spec, changes: tuple[Change, ...]) -> Refusal | None:
    if not (spec.directives.protect and changes):
        return None
    fact = f"must not change (x-reconciler: protect in {spec.file})."
    return _refusal(Guard.PROTECTED, _paths(changes), fact)


def breaking_refusal(
    spec: PlannedSpec, impact: Impact, paths: tuple[str, ...], *, is_known: bool = True
) -> Refusal | None:
    """Return the refusal of an update that breaks dataflows or connections by changes at `paths`.

    It is refused too if it is a breaking change and not known which ones it breaks.
    """
    noun = spec.kind.settings_of
    if not impact.affected:
        fact = f"it is unknown which {noun}s this breaks: {impact.note.rstrip('.')}."
        way = f"Get permission to read {noun}s, or change {spec.file}"
        return None if is_known else _refusal(Guard.BREAKING, paths, fact, way)
    first = {flow.id: flow for flow in reversed(impact.affected)}
    shown = [f"{flow.name} ({flow.id}): {flow.message}" for flow in reversed(first.values())]
    more = f" and {len(shown) - _SHOWN:,} more" if len(shown) > _SHOWN else ""
    fact = (
        f"would break {impact.flows:,} of {plural(impact.checked, noun)}: "
        f"{'; '.join(shown[:_SHOWN])}{more}."
    )
    way = f"Fix the {noun if impact.flows == 1 else f'{noun}s'} first, or change {spec.file}"
    return _refusal(Guard.BREAKING, paths, fact, way)


def policy_refusal(violation: str, place: str, fix: str, paths: tuple[str, ...]) -> Refusal:
    """Return the refusal of a spec that violates a policy. It cannot be overridden."""
    return _refusal(Guard.POLICY, paths, violation, f"at {place}", fix)


def _refusal(guard: Guard, pointers: tuple[str, ...], *lines: str) -> Refusal:
    # A name or a reason that the service sends must not add a line, which could be a command.
    return Refusal(guard, pointers, "\n".join(map(escape_control, lines)), guard.flag)


def _paths(changes: Iterable[Change]) -> tuple[str, ...]:
    return tuple(change.path for change in changes)
