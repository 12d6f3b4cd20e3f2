"""Apply a whole plan: look at everything first, then write spec by spec.

Before the first write everything that is about to change is read again; one
spec that is not as planned stops the run before it began. Specs that others
name come first, and a spec that names one which was not created waits for
another run. Else one failing spec does not stop the others, and a request to
stop lets the writes under way finish.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.applying.precheck import precheck
from reconciler.applying.staleness import Standing
from reconciler.applying.write import OnWrite, SpecWrite
from reconciler.live.service import FlowService
from reconciler.model.errors import ReconcilerError
from reconciler.model.references import is_reference, referred
from reconciler.model.specs import SpecKey, naming
from reconciler.planning.pending import identified, resolved
from reconciler.planning.plan import Action, Plan, PlannedSpec
from reconciler.planning.results import Outcome, Result
from reconciler.planning.unconverged import unconverged_changes, without_unconverged

_WITHOUT = frozenset({Result.STALE, Result.FAILED, Result.NOT_DONE})
"""How it went with a spec that nobody can count on."""


@dataclass(frozen=True)
class ApplyHooks:
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


async def apply_plan(plan: Plan, service: FlowService, conduct: ApplyHooks) -> tuple[Outcome, ...]:
    """Carry out every spec of the plan that is to be created or updated.

    The guards have been asked already (`permit.require_allowed`). Returns one
    outcome for each such spec, in the plan's order. Raises `LiveError` where
    the first look at the target fails: then nothing was written.
    """
    look = await precheck(plan.to_write, service)
    run = _Run(service, conduct, look.stale, dict(look.ids))
    naming_others = [spec for spec in plan.to_write if spec.kind.references]
    named_by_others = [spec for spec in plan.to_write if not spec.kind.references]
    outcomes = {**await run.execute(named_by_others), **await run.execute(naming_others)}
    errors = [outcome for outcome in outcomes.values() if isinstance(outcome, BaseException)]
    if errors:
        raise errors[0]
    ended = [outcomes[spec.key] for spec in plan.to_write]
    return tuple(outcome for outcome in ended if isinstance(outcome, Outcome))


@dataclass
class _Run:
    """One run: what the first look found, and what is learned on the way.

    `ids` are those of specs that had none in the plan, by reference; `absent`
    holds the ids and references of specs that should be there by now and are not.
    """

    service: FlowService
    conduct: ApplyHooks
    stale: Mapping[SpecKey, Standing]
    ids: dict[str, str]
    absent: set[str] = field(default_factory=set)
    turns: asyncio.Semaphore = field(init=False)
    alike: dict[str, asyncio.Lock] = field(init=False)

    def __post_init__(self) -> None:
        self.turns = asyncio.Semaphore(self.conduct.parallelism)
        self.alike = defaultdict(asyncio.Lock)

    async def execute(self, specs: Sequence[PlannedSpec]) -> dict[SpecKey, Outcome | BaseException]:
        """Carry out several specs at once; return how each ended."""
        ended = await asyncio.gather(*map(self._one, specs), return_exceptions=True)
        return {spec.key: outcome for spec, outcome in zip(specs, ended, strict=True)}

    async def _one(self, planned: PlannedSpec) -> Outcome:
        try:
            async with self.turns:
                outcome = await self._ended(planned, self._known(planned))
                self._learn(planned, outcome)
                self.conduct.on_outcome(outcome)
                return outcome
        except BaseException:
            self.conduct.stop.set()  # such as a report that cannot be written: begin nothing more
            raise

    def _known(self, planned: PlannedSpec) -> PlannedSpec:
        """Return the planned spec with every id that is known by now."""
        if not planned.has_id and planned.reference in self.ids:
            return identified(planned, self.ids[planned.reference])
        return resolved(planned, self.ids)

    def _learn(self, planned: PlannedSpec, outcome: Outcome) -> None:
        if planned.action is Action.CREATE and outcome.result in _WITHOUT:
            self.absent.add(planned.id)
        elif outcome.new_id:
            self.ids[outcome.reference] = outcome.new_id

    async def _ended(self, planned: PlannedSpec, spec: PlannedSpec) -> Outcome:
        lacking = self._lacking(spec)
        found = self.stale.get(planned.key)
        if found is not None:
            return _unwritten(spec, Result.STALE, found.message)
        if self.stale and not self.conduct.continue_past_stale:
            reason = "another spec changed at the target since the plan."
        elif self.conduct.stop.is_set():
            reason = "the run was stopped before its turn."
        elif lacking:
            reason = f"it names {', '.join(lacking)}, which this run did not create."
        else:
            outcome = await self._carried_out(spec)
            return replace(outcome, reference="" if planned.has_id else planned.reference)
        return _unwritten(spec, Result.NOT_DONE, reason)

    def _lacking(self, spec: PlannedSpec) -> list[str]:
        """Return what the spec names and the target has not got."""
        names = {text for _, text in referred(spec.kind, spec.body or {})}
        return sorted(text for text in names if is_reference(text) or text in self.absent)

    async def _carried_out(self, spec: PlannedSpec) -> Outcome:
        if spec.has_id:
            return await self._converging(spec)
        # Of two new specs of one name and provider each must see what the other became.
        async with self.alike[f"{spec.kind.name} {naming(spec.body or {})}"]:
            return await self._converging(spec)

    async def _converging(self, spec: PlannedSpec) -> Outcome:
        """Write a spec less what the service did not keep the last time, and say what was left."""
        unconverged = () if self.conduct.retry_residual else unconverged_changes(spec)
        if not unconverged:
            return await self._written(spec)
        left = without_unconverged(spec)
        if left is None:
            outcome, rest = _unwritten(spec, Result.NOT_CONVERGING, ""), "nothing was sent"
        else:
            outcome, rest = await self._written(left), "the other changes are applied"
            if not outcome.is_good:
                return outcome
        message = f"the last apply wrote this and the service kept something else; {rest}."
        return replace(
            outcome, result=Result.NOT_CONVERGING, message=message, unconverged=unconverged
        )

    async def _written(self, spec: PlannedSpec) -> Outcome:
        began = time.monotonic()
        write = SpecWrite(self.service, spec, self.conduct.on_write, self.ids.values())
        try:
            outcome = await write.run()
        except ReconcilerError as error:
            outcome = replace(
                _unwritten(write.spec, Result.FAILED, f"{error} {write.account}"),
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
