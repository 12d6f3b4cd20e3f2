"""The changes on the target since the base, apart from those committed and not applied yet."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from reconciler.model.pointers import is_within
from reconciler.model.specs import Spec, SpecKey
from reconciler.planning.body import put_body
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.git_facts import HEAD
from reconciler.planning.guards import spec_refusals
from reconciler.planning.plan import Action, Change, Origin, Plan, PlannedSpec

_ON_TARGET = frozenset({Origin.DRIFT, Origin.CONFLICT})


def build_drift_plan(committed: Sequence[Spec], inputs: PlanInputs) -> Plan:
    """Return the plan that would revert the changes on the target since the base.

    `committed` are the specs at HEAD, `inputs.base` those that were recorded. What
    an ordinary plan calls drift or a conflict is drift here too, from the base's
    value to live's; the rest of that plan is pending. So is a spec that the target has
    not, unless it is recorded as applied.
    """
    base = inputs.base or {}
    applied = {} if inputs.git.base_name == HEAD else base
    plan = build_plan(committed, inputs)
    at_base = [
        replace(spec, document=base[spec.key].document) if spec.key in base else spec
        for spec in committed
    ]
    reverted = build_plan(at_base, inputs)
    drifted = tuple(
        _drifted(spec, ours, theirs, inputs, was_applied=spec.key in applied)
        for spec, ours, theirs in zip(committed, plan.specs, reverted.specs, strict=True)
    )
    pending = tuple(
        waiting
        for spec in plan.specs
        if (waiting := _pending(spec, is_lost=spec.key in applied and _is_new(spec)))
    )
    return replace(plan, specs=drifted, refusals=(), partial=True, pending=pending)


def _is_new(spec: PlannedSpec) -> bool:
    return spec.action is Action.CREATE


def _drifted(
    spec: Spec, ours: PlannedSpec, theirs: PlannedSpec, inputs: PlanInputs, *, was_applied: bool
) -> PlannedSpec:
    """Return `theirs`, a spec's way back to the base, without what is not drift in `ours`."""
    if ours.error:
        return ours
    if _is_new(ours):
        return theirs if was_applied else _without(theirs, ())
    drift = [change for change in ours.changes if change.origin in _ON_TARGET]
    conflicts = [change for change in drift if change.origin is Origin.CONFLICT]
    changes = tuple(
        replace(change, origin=Origin.CONFLICT) if _touches(change, conflicts) else change
        for change in theirs.changes
        if _touches(change, drift)
    )
    # A field that only HEAD and the target have is kept as an unknown one on the way to the base.
    changes += tuple(change for change in drift if not _touches(change, theirs.changes))
    if not changes:
        return _without(theirs, ())
    live = inputs.live[spec.key]
    return replace(
        _without(theirs, changes),
        body=put_body(spec.kind, live.document, changes),
        refusals=spec_refusals(spec, changes, inputs.safety, inputs.target.name),
    )


def _without(spec: PlannedSpec, changes: tuple[Change, ...]) -> PlannedSpec:
    action = Action.UPDATE if changes else Action.NONE
    return replace(spec, action=action, changes=changes, refusals=(), body=None)


def _touches(change: Change, others: Sequence[Change]) -> bool:
    return any(
        is_within(change.pointer, other.pointer) or is_within(other.pointer, change.pointer)
        for other in others
    )


def _pending(spec: PlannedSpec, *, is_lost: bool) -> PlannedSpec | None:
    """Return the unapplied changes of a spec; none for one that was deleted on the target."""
    changes = tuple(
        change
        for change in spec.changes
        if change.origin is not Origin.DRIFT or spec.action is Action.CREATE
    )
    if not changes or is_lost:
        return None
    return PlannedSpec(spec.kind, spec.id, spec.name, spec.file, spec.action, changes=changes)


def pending_changes(plan: Plan) -> dict[SpecKey, tuple[Change, ...]]:
    """Return the changes of each spec that are committed, not applied and not drift."""
    return {
        spec.key: tuple(change for change in spec.changes if change.origin is not Origin.CONFLICT)
        for spec in plan.pending or ()
        if spec.action is not Action.CREATE
    }
