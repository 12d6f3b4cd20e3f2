"""The check before the first write: reads every spec that is about to change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from reconciler.applying.find_live import equal_to, find_alike
from reconciler.applying.staleness import Freshness, Staleness, check_staleness
from reconciler.live.fetch import FEW, each, fetch_live
from reconciler.live.service import FlowService
from reconciler.model.specs import LiveSpec, SpecKey
from reconciler.planning.pending import resolved
from reconciler.planning.plan import Action, PlannedSpec


class Precheck(Struct, frozen=True):
    """The differences from the plan."""

    stale: Mapping[SpecKey, Staleness]
    """The specs that were changed on the target."""
    unusable: Mapping[SpecKey, str]
    """The specs whose live document cannot be compared or written back, and why."""
    ids: Mapping[str, str]
    """The ids, by reference, of specs that a run created which died: the plan has none."""


async def precheck(specs: Sequence[PlannedSpec], service: FlowService) -> Precheck:
    """Read the specs and compare them with the plan. Raises `LiveError` where one read fails."""
    found = await _read(specs, service)
    ids: dict[str, str] = {}
    for spec in specs:
        untaken = [live for live in found[spec.key] if live.id not in ids.values()]
        equal = None if spec.has_id else equal_to(spec, untaken)
        if equal is not None:
            ids[spec.reference] = equal.id
    stale: dict[SpecKey, Staleness] = {}
    unusable: dict[SpecKey, str] = {}
    for spec in specs:
        live = _own(spec, found[spec.key], ids)
        try:
            staleness = check_staleness(resolved(spec, ids), live)
        except Exception as error:
            unusable[spec.key] = f"the live document cannot be compared: {error}."
            continue
        if live is not None and live.flaw:
            unusable[spec.key] = f"{live.flaw}: it cannot be written back without a loss."
        elif staleness.freshness is Freshness.STALE:
            stale[spec.key] = staleness
    return Precheck(stale, unusable, ids)


def _own(spec: PlannedSpec, found: Sequence[LiveSpec], ids: Mapping[str, str]) -> LiveSpec | None:
    """Return the live spec that is this one and not another of this run."""
    own = ids.get(spec.reference) if not spec.has_id else None
    others = {*ids.values()} - {own}
    return next((live for live in found if live.id not in others and own in (None, live.id)), None)


async def _read(
    specs: Sequence[PlannedSpec], service: FlowService
) -> Mapping[SpecKey, Sequence[LiveSpec]]:
    """Return the live documents of each spec: at most one if its id is known."""
    listed = await _listed([spec for spec in specs if spec.action is Action.UPDATE], service)
    others = {spec.key: spec for spec in specs if spec.key not in listed}
    read = await each(lambda key: _candidates(service, others[key]), others, len(others))
    return {**read, **{key: [live] for key, live in listed.items()}}


async def _candidates(service: FlowService, spec: PlannedSpec) -> Sequence[LiveSpec]:
    if not spec.has_id:
        return await find_alike(service, spec, ())
    live = await service.read(spec.kind, spec.id)
    return [] if live is None else [live]


async def _listed(specs: Sequence[PlannedSpec], service: FlowService) -> Mapping[SpecKey, LiveSpec]:
    """Return those of many specs that exist, from a list where it shows them as planned."""
    if len(specs) <= FEW:
        return {}
    planned = {spec.key: spec for spec in specs}

    def is_settled(live: LiveSpec) -> bool:
        return check_staleness(planned[live.key], live).freshness is not Freshness.STALE

    fetched = await fetch_live(service, planned, want_unmanaged=False, is_settled=is_settled)
    return fetched.live
