"""What the target holds of a planned spec, also of one that has no id yet."""

from __future__ import annotations

from collections.abc import Collection

from reconciler.applying.staleness import Freshness, check_staleness
from reconciler.live.find_by_name import named
from reconciler.live.service import FlowService
from reconciler.model.specs import LiveSpec
from reconciler.planning.plan import PlannedSpec


async def find_live(
    service: FlowService, spec: PlannedSpec, taken: Collection[str]
) -> LiveSpec | None:
    """Return the live spec: by its id, and without one by its name and provider.

    A spec that was there when the plan was made is another one, and so is one
    whose id is in `taken`: that of another spec of this run. Of several that
    came since, the one that is as asked for is meant: a run that died made it.
    """
    if spec.has_id:
        return await service.read(spec.kind, spec.id)
    others = {*spec.namesakes, *taken}
    found = [
        live for live in await named(service, spec.kind, spec.body or {}) if live.id not in others
    ]
    same = [live for live in found if check_staleness(spec, live).fit is Freshness.ALREADY_APPLIED]
    return next(iter(same or found), None)
