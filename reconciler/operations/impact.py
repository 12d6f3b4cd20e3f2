"""Finding out what a plan breaks: verdicts first, and dataflows only where they could matter."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from reconciler.live.service import FlowService
from reconciler.model.flows import Flows
from reconciler.model.specs import LiveSpec, SpecKey
from reconciler.planning.plan import Plan
from reconciler.planning.schema_changes import contract_changes


class ImpactMode(StrEnum):
    """How much is found out: nothing, what can be without dataflows, or all of it."""

    OFF = "nothing"
    SCHEMAS = "schemas"
    DATAFLOWS = "flows"


async def assess_impact(
    plan: Plan, live: Mapping[SpecKey, LiveSpec], service: FlowService, how_far: ImpactMode
) -> Plan:
    """Return the plan with what it breaks. Reads only, and only what could be touched."""
    changes = [] if how_far is ImpactMode.OFF else list(contract_changes(plan.specs, live))
    if not changes:
        return plan
    from reconciler.live.flows import read_flows
    from reconciler.planning.assess import (
        touching_flows,
        with_impact,
        with_unread_told,
        with_verdicts,
    )

    plan = with_verdicts(plan, changes)
    touching = touching_flows(plan, changes)
    ids = [change.spec.id for change in touching]
    if how_far is ImpactMode.DATAFLOWS:
        losing = {change.spec.id for change in touching if change.removed_connections}
        read = await read_flows(service, ids, losing)
    else:
        read = dict.fromkeys(ids, Flows(note="live dataflows were not read (--no-impact)"))
    plan = with_impact(plan, touching, read)
    return with_unread_told(plan) if how_far is ImpactMode.DATAFLOWS else plan
