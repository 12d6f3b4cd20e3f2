"""Carrying a whole plan out: look at everything first, then write spec by spec.

Before the first write everything that is about to change is read again; one
spec that is not as planned stops the run before it began. After that one
failing spec does not stop the others, and a request to stop lets the writes
under way finish.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from reconciler.applying.fit import Fit, Standing, standing
from reconciler.applying.write import OnWrite, SpecWrite
from reconciler.live.service import FlowService
from reconciler.model.errors import ReconcilerError
from reconciler.model.specs import LiveSpec, SpecKey
from reconciler.planning.outcomes import Outcome, Result
from reconciler.planning.plan import Plan, PlannedSpec
from reconciler.planning.residue import residue_of, without_residue

_Lives: TypeAlias = list[LiveSpec | None]


@dataclass(frozen=True)
class Conduct:
    """How a run goes about it.

    `parallelism`: specs under way at once. `continue_past_stale`: go on with
    the specs that are as planned. `retry_residual`: write again what the last
    apply wrote and the service did not keep. `stop`: when set, no further spec
    is begun.
    `on_write` and `on_outcome` are told before a spec's first write and after
    its end.
    """

    stop: asyncio.Event
    on_write: OnWrite
    on_outcome: Callable[[Outcome], None]
    parallelism: int = 4
    continue_past_stale: bool = False
    retry_residual: bool = False


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
        try:
            return await carried_out(spec)
        except BaseException:
            conduct.stop.set()  # such as a report that cannot be written: begin nothing more
            raise

    async def carried_out(spec: PlannedSpec) -> Outcome:
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
            elif conduct.retry_residual:
                outcome = await _written(spec, service, conduct)
            else:
                outcome = await _converging(spec, service, conduct)
            conduct.on_outcome(outcome)
            return outcome

    ended = await asyncio.gather(*map(one, specs), return_exceptions=True)
    errors = [outcome for outcome in ended if isinstance(outcome, BaseException)]
    if errors:
        raise errors[0]
    return tuple(outcome for outcome in ended if isinstance(outcome, Outcome))


async def _stale(specs: Sequence[PlannedSpec], service: FlowService) -> dict[SpecKey, Standing]:
    """Read everything that is about to change; return what is not as planned."""
    lives = await _together([service.read(spec.kind, spec.id) for spec in specs])
    found = {spec.key: standing(spec, live) for spec, live in zip(specs, lives, strict=True)}
    return {key: seen for key, seen in found.items() if seen.fit is Fit.STALE}


async def _together(reads: Sequence[Coroutine[None, None, LiveSpec | None]]) -> _Lives:
    """Return what every read returns; where one fails, the others are ended before it is told."""
    tasks = [asyncio.create_task(read) for read in reads]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _converging(spec: PlannedSpec, service: FlowService, conduct: Conduct) -> Outcome:
    """Write a spec less what the service did not keep the last time, and say that it was left."""
    residue = residue_of(spec)
    if not residue:
        return await _written(spec, service, conduct)
    left = without_residue(spec)
    if left is None:
        outcome, rest = _unwritten(spec, Result.NOT_CONVERGING, ""), "nothing was sent"
    else:
        outcome, rest = await _written(left, service, conduct), "the other changes are applied"
        if not outcome.is_good:
            return outcome
    message = f"the last apply wrote this and the service kept something else; {rest}."
    return replace(outcome, result=Result.NOT_CONVERGING, message=message, residue=residue)


async def _written(spec: PlannedSpec, service: FlowService, conduct: Conduct) -> Outcome:
    began = time.monotonic()
    write = SpecWrite(service, spec, conduct.on_write)
    try:
        outcome = await write.run()
    except ReconcilerError as error:
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
