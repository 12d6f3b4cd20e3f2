"""A plan as a report on drift: what differs, and not whether an apply would be allowed."""

from __future__ import annotations

from dataclasses import replace

from reconciler.planning.multi_plan import Plans
from reconciler.planning.plan import HEAD, Plan


def is_of_drift(plan: Plan) -> bool:
    """Say whether a plan is one of `drift`: the base is the commit that it stands at."""
    return plan.git.base is not None and plan.git.base_name == HEAD


def without_refusals(found: Plan | Plans) -> Plan | Plans:
    """Return a plan, or those of several targets, as a report on drift shows it.

    For reports alone: a document without its refusals could be applied past the guards.
    """
    if isinstance(found, Plans):
        return Plans(
            tuple(
                unguarded(result) if isinstance(result, Plan) else result
                for result in found.results
            )
        )
    return unguarded(found)


def unguarded(plan: Plan) -> Plan:
    """Return one plan without what refuses it."""
    return replace(
        plan, refusals=(), specs=tuple(replace(spec, refusals=()) for spec in plan.specs)
    )
