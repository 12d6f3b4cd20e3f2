"""The first look: everything that is about to change, before anything is written."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from reconciler.applying.find_live import find_live
from reconciler.applying.staleness import Freshness, Standing, check_staleness
from reconciler.live.fetch import FEW, fetch_live
from reconciler.live.service import FlowService
from reconciler.model.specs import LiveSpec, SpecKey
from reconciler.planning.pending import resolved
from reconciler.planning.plan import Action, PlannedSpec

_Lives: TypeAlias = list[LiveSpec | None]


@dataclass(frozen=True)
class FirstLook:
    """What is not as planned, and the ids, by reference, of specs that are there already.

    A run that died after it created a spec left one that the plan does not know of.
    """

    stale: Mapping[SpecKey, Standing]
    ids: Mapping[str, str]


async def precheck(specs: Sequence[PlannedSpec], service: FlowService) -> FirstLook:
    """Read the specs and compare them with the plan. Raises `LiveError` where one read fails."""
    listed = await _listed([spec for spec in specs if spec.action is Action.UPDATE], service)
    others = [spec for spec in specs if spec.key not in listed]
    lives = await _together([find_live(service, spec, ()) for spec in others])
    read = {spec.key: live for spec, live in zip(others, lives, strict=True)}
    read.update(listed)
    seen = [(spec, read[spec.key]) for spec in specs]
    ids: dict[str, str] = {}
    for spec, live in seen:
        if live is None or spec.has_id or live.id in ids.values():
            continue
        if check_staleness(spec, live).fit is Freshness.ALREADY_APPLIED:
            ids[spec.reference] = live.id
    found = {spec.key: check_staleness(resolved(spec, ids), live) for spec, live in seen}
    return FirstLook({key: fit for key, fit in found.items() if fit.fit is Freshness.STALE}, ids)


async def _listed(specs: Sequence[PlannedSpec], service: FlowService) -> Mapping[SpecKey, LiveSpec]:
    """Return those of many specs that are there, by a list where it shows them as planned."""
    if len(specs) <= FEW:
        return {}
    planned = {spec.key: spec for spec in specs}
    fetched = await fetch_live(
        service,
        planned,
        want_unmanaged=False,
        is_settled=lambda live: check_staleness(planned[live.key], live).fit is not Freshness.STALE,
    )
    return fetched.live


async def _together(reads: Sequence[Coroutine[None, None, LiveSpec | None]]) -> _Lives:
    """Return what every read returns; where one fails, the others are ended before it is told."""
    tasks = [asyncio.create_task(read) for read in reads]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
