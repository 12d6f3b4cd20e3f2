"""Finding the live spec of a planned one, even of one without an id."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from reconciler.live.fetch import named
from reconciler.live.service import FlowService
from reconciler.model.specs import LiveSpec, identity
from reconciler.planning.plan import PlannedSpec


async def find_live(
    service: FlowService, spec: PlannedSpec, taken: Collection[str]
) -> LiveSpec | None:
    """Return the live spec: by its id, and without one by its name and provider.

    Of several that were created since the plan, the one that is as asked for is
    meant: a run that died created it. `taken` is as for `find_alike`.
    """
    if spec.has_id:
        return await service.read(spec.kind, spec.id)
    found = await find_alike(service, spec, taken)
    return equal_to(spec, found) or next(iter(found), None)


async def find_alike(
    service: FlowService, spec: PlannedSpec, taken: Collection[str]
) -> list[LiveSpec]:
    """Return the specs of its name and provider that were created since the plan.

    `taken` are ids of other specs of this run.
    """
    known = {*spec.namesakes, *taken, spec.id}
    body = spec.body or {}
    found = await named(service, spec.kind, body, known)
    ours = identity(spec.kind, body, spec.match)
    return [live for live in found if identity(spec.kind, live.document, spec.match) == ours]


def equal_to(spec: PlannedSpec, found: Iterable[LiveSpec]) -> LiveSpec | None:
    """Return the first live spec that equals what is sent, under whatever id, or None."""
    return next((live for live in found if live.equals_but_id(spec.body or {})), None)
