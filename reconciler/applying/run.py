"""Carrying a whole plan out: look at everything first, then write spec by spec.

Before the first write everything that is about to change is read again; one
spec that is not as planned stops the run before it began. After that one
failing spec does not stop the others, and a request to stop lets the writes
under way finish.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from reconciler.applying.fit import Fit, Standing, standing
from reconciler.applying.write import OnWrite, SpecWrite
from reconciler.live.service import FlowService
from reconciler.model.errors import LiveError
from reconciler.model.specs import SpecKey
from reconciler.planning.outcomes import Outcome, Result
from reconciler.planning.plan import Plan, PlannedSpec


@dataclass(frozen=True)
class Conduct:
    """How a run goes about it.

    `parallelism`: specs under way at once. `continue_past_stale`: go on with
    the specs that are as planned. `stop`: when set, no further spec is begun.
    `on_write` and `on_outcome` are told before a spec's first write and after
    its end.
    """

    stop: asyncio.Event
    on_write: OnWrite
    on_outcome: Callable[[Outcome], None]
    parallelism: int = 4
    continue_past_stale: bool = False


async def apply_plan(plan: Plan, service: FlowService, conduct: Conduct) -> tuple[Outcome, ...]:
    """Carry out every spec of the plan that is to be created or updated.

    The guards have been asked already (`permit.require_allowed`). Returns one
    outcome for each such spec, in the plan's order. Raises `LiveError` where
    the first look at the target fails: then nothing was written.
    """
    specs = plan.to_write
    stale = await _stale(specs, service)
    hold = bool(stale) and not conduct.continue_past_stale
    turns = asyncio.Semaphore(conduct.parallelism)

    async def one(spec: PlannedSpec) -> Outcome:
        async with turns:
            found = stale.get(spec.key)
            if found is not None:
                outcome = _unwritten(spec, Result.STALE, found.message)
            elif hold:
                outcome = _unwritten(
                    spec, Result.NOT_DONE, "another spec changed at the target since the plan."
                )
            elif conduct.stop.is_set():
                outcome = _unwritten(spec, Result.NOT_DONE, "the run was stopped before its turn.")
            else:
                outcome = await _written(spec, service, conduct)
            conduct.on_outcome(outcome)
            return outcome

    return tuple(await asyncio.gather(*map(one, specs)))


async def _stale(specs: Sequence[PlannedSpec], service: FlowService) -> dict[SpecKey, Standing]:
    """Read everything that is about to change; return what is not as planned."""
    lives = await asyncio.gather(*(service.read(spec.kind, spec.id) for spec in specs))
    found = {spec.key: standing(spec, live) for spec, live in zip(specs, lives, strict=True)}
    return {key: seen for key, seen in found.items() if seen.fit is Fit.STALE}


async def _written(spec: PlannedSpec, service: FlowService, conduct: Conduct) -> Outcome:
    began = time.monotonic()
    write = SpecWrite(service, spec, conduct.on_write)
    try:
        outcome = await write.run()
    except LiveError as error:
        outcome = replace(
            _unwritten(spec, Result.FAILED, f"{error} {write.account}"),
            request_ids=tuple(write.request_ids),
        )
    return replace(outcome, seconds=time.monotonic() - began)


def _unwritten(spec: PlannedSpec, result: Result, message: str) -> Outcome:
    return Outcome(
        key=spec.key,
        name=spec.name,
        file=spec.file,
        action=spec.action,
        result=result,
        message=message,
        before=spec.live_fingerprint,
    )
