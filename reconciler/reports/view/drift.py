"""Plans of `drift`: what happened on the target since the base, and not what an apply would do."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from reconciler.model.text import join_limited, plural
from reconciler.planning.body import live_before
from reconciler.planning.commands import on
from reconciler.planning.git_facts import HEAD
from reconciler.planning.multi_plan import Plans, each_plan
from reconciler.planning.plan import Action, Plan, PlannedSpec

_FEW = 5


def is_of_drift(plan: Plan) -> bool:
    """Return True for a plan of `drift`, of this or an earlier version."""
    return plan.pending is not None or (plan.git.base is not None and plan.git.base_name == HEAD)


def read_forward(plan: Plan) -> Plan:
    """Return a plan of `drift` with its changes from Git to the target; any other plan as it is.

    For display only: an element added on the target is shown as an addition, and
    `body` is the live document.
    """
    if not is_of_drift(plan):
        return plan
    return replace(unguarded(plan), specs=tuple(map(_forward, plan.specs)))


def _forward(spec: PlannedSpec) -> PlannedSpec:
    changes = tuple(replace(change.undone, removed_elements=()) for change in spec.changes)
    is_missing = spec.action is Action.CREATE or spec.body is None
    held = None if is_missing else live_before(spec.kind, spec.body or {}, spec.changes)
    return replace(spec, refusals=(), changes=changes, body=held)


def without_refusals(found: Plan | Plans) -> Plan | Plans:
    """Return a plan, or those of several targets, without refusals: drift is not blocked.

    For display only: a plan file without its refusals could be applied past the guards.
    """
    return each_plan(found, unguarded)


def unguarded(plan: Plan) -> Plan:
    """Return one plan without refusals."""
    return replace(
        plan, refusals=(), specs=tuple(replace(spec, refusals=()) for spec in plan.specs)
    )


def ways_out(plans: Sequence[Plan]) -> tuple[str, ...]:
    """Return the two ways out of drift, as lines with a command each; empty without drift."""
    drifted = [plan for plan in plans if is_of_drift(plan) and plan.to_write]
    if not drifted:
        return ()
    options = on(drifted[0].target.name if len(drifted) == 1 else "NAME", drifted[0].folder)
    return (
        f"Keep the changes: reconciler drift {options} --adopt, then commit",
        f"Undo the changes: reconciler apply {options}",
    )


def pending_in_words(plan: Plan) -> str:
    """Return which specs wait for an apply, beside the drift; an empty string if none does."""
    waiting = [
        f"{spec.name or spec.id} "
        f"({'new' if spec.action is Action.CREATE else plural(len(spec.changes), 'change')})"
        for spec in plan.pending or ()
    ]
    return f"Pending (committed, not applied): {join_limited(waiting, _FEW)}" if waiting else ""
