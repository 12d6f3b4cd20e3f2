"""Apply a whole plan: check every spec first, then write spec by spec.

Before the first write everything that is about to change is read again; one
spec that is not as planned stops the run before it began. Specs that others
name come first, and a spec that names one which was not created waits for
another run. Else one failing spec does not stop the others, and a request to
stop lets the writes under way finish. At the end every written spec is looked
at once more.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext, suppress

from msgspec import Struct, field
from msgspec.structs import replace

from reconciler.applying.creation import Creation
from reconciler.applying.precheck import Precheck, precheck
from reconciler.applying.second_look import second_look
from reconciler.applying.update import Update
from reconciler.applying.write import SpecWrite, WriteHooks
from reconciler.live.service import FlowService
from reconciler.model.errors import ReconcilerError
from reconciler.model.references import is_reference, referred
from reconciler.model.specs import SpecKey, naming
from reconciler.planning.pending import identified, resolved
from reconciler.planning.plan import Action, Plan, PlannedSpec
from reconciler.planning.results import Outcome, Result
from reconciler.planning.unconverged import unconverged_changes, without_unconverged

_WITHOUT = frozenset({Result.STALE, Result.FAILED, Result.NOT_DONE})
"""Results after which no other spec may rely on this one."""


class ApplyHooks(WriteHooks, frozen=True, kw_only=True):
    """The options of a run, and the hooks that it calls."""

    stop: asyncio.Event
    """When set, no further spec is started."""
    on_outcome: Callable[[Outcome], None]
    """After each spec, and again where a second look changes its outcome."""
    parallelism: int = 4
    """Specs that are applied concurrently."""
    continue_past_stale: bool = False
    """Apply the other specs if one is stale."""
    retry_residual: bool = False
    """Write again what the last apply wrote and the service did not keep."""
    settle: float | None = None
    """Seconds between the last write and a second look at what was written; None for no look."""


async def apply_plan(plan: Plan, service: FlowService, hooks: ApplyHooks) -> tuple[Outcome, ...]:
    """Create and update every spec of the plan that is to be written.

    The guards have been checked already (`authorize.require_allowed`). Returns
    one outcome for each such spec, in the plan's order. Raises `LiveError` if
    the precheck fails: then nothing was written.
    """
    known = {spec.id for spec in plan.specs if spec.has_id}
    before = await precheck(plan.to_write, service)
    turns = asyncio.Semaphore(hooks.parallelism)
    run = _Run(service, hooks, before, known | {*before.ids.values()}, turns, ids=dict(before.ids))
    naming_others = [spec for spec in plan.to_write if spec.kind.references]
    named_by_others = [spec for spec in plan.to_write if not spec.kind.references]
    outcomes = {**await run.execute(named_by_others), **await run.execute(naming_others)}
    if hooks.settle is not None:
        outcomes |= await run.look_again(outcomes, hooks.settle)
    return tuple(outcomes[spec.key] for spec in plan.to_write)


class _Run(Struct):
    """One run: the result of the precheck, and the state of the specs."""

    service: FlowService
    hooks: ApplyHooks
    before: Precheck
    taken: set[str]
    """The ids of all specs of the plan, which no other spec of it can be."""
    turns: asyncio.Semaphore
    """Of the specs that are written concurrently."""
    alike: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    """Held by the creation of a spec of that name and provider."""
    ids: dict[str, str] = field(default_factory=dict)
    """The ids of specs that had none in the plan, by reference."""
    absent: set[str] = field(default_factory=set)
    """The ids and references of specs that should exist by now and do not."""
    written: dict[SpecKey, SpecWrite] = field(default_factory=dict)
    """The writes that were verified, by the key in the plan."""

    async def execute(self, specs: Sequence[PlannedSpec]) -> dict[SpecKey, Outcome]:
        """Write several specs at once; return how each ended.

        Raises what ends the whole run, such as an abort, after every write has ended.
        """
        ended = await asyncio.gather(*map(self._one, specs), return_exceptions=True)
        for outcome in ended:
            if isinstance(outcome, BaseException):
                raise outcome
        return dict(zip((spec.key for spec in specs), ended, strict=True))  # type: ignore[arg-type]

    async def look_again(
        self, outcomes: Mapping[SpecKey, Outcome], settle: float
    ) -> dict[SpecKey, Outcome]:
        """Read every written spec once more; return the outcomes that change.

        Waits `settle` seconds first, unless the run is asked to stop.
        """
        if self.written:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.hooks.stop.wait(), settle)

        async def look(key: SpecKey) -> Outcome | None:
            async with self.turns:
                return await second_look(self.written[key], outcomes[key])

        keys = list(self.written)
        found = await asyncio.gather(*map(look, keys))
        changed = {key: seen for key, seen in zip(keys, found, strict=True) if seen is not None}
        return {key: self._reported(outcome) for key, outcome in changed.items()}

    async def _one(self, planned: PlannedSpec) -> Outcome:
        try:
            async with self.turns, self._apart_from_alike(planned):
                outcome = await self._ended(planned, self._known(planned))
                outcome = self._reported(outcome)
                self._learn(planned, outcome)
                return outcome
        except BaseException:
            self.hooks.stop.set()
            raise

    def _apart_from_alike(self, planned: PlannedSpec) -> AbstractAsyncContextManager[object]:
        """Of two new specs of one name and provider each must see what the other became."""
        if planned.action is not Action.CREATE:
            return nullcontext()
        return self.alike[f"{planned.kind.name} {naming(planned.body or {})}"]

    def _reported(self, outcome: Outcome) -> Outcome:
        """Report an outcome; where that fails, say so in it and begin nothing more."""
        try:
            self.hooks.on_outcome(outcome)
        except Exception as error:
            self.hooks.stop.set()
            result = "" if outcome.result is Result.FAILED else f"{outcome.result}, but "
            message = f"{result}the outcome could not be reported: {error}."
            return replace(
                outcome, result=Result.FAILED, message=f"{message} {outcome.message}".strip()
            )
        return outcome

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
            self.taken.add(outcome.new_id)

    async def _ended(self, planned: PlannedSpec, spec: PlannedSpec) -> Outcome:
        lacking = self._lacking(spec)
        found = self.before.stale.get(planned.key)
        unusable = self.before.unusable.get(planned.key)
        if found is not None:
            return Outcome.of(spec, Result.STALE, found.message)
        if self.before.stale and not self.hooks.continue_past_stale:
            reason = "another spec was changed on the target after the plan."
        elif self.hooks.stop.is_set():
            reason = "the run was stopped before its turn."
        elif unusable is not None:
            return Outcome.of(spec, Result.FAILED, f"{unusable} Nothing was written.")
        elif lacking:
            reason = f"it names {', '.join(lacking)}, which this run did not create."
        else:
            outcome = await self._converging(planned, spec)
            return replace(outcome, reference="" if planned.has_id else planned.reference)
        return Outcome.of(spec, Result.NOT_DONE, reason)

    def _lacking(self, spec: PlannedSpec) -> list[str]:
        """Return the references of the spec that do not exist on the target."""
        names = {text for _, text in referred(spec.kind, spec.body or {})}
        return sorted(text for text in names if is_reference(text) or text in self.absent)

    async def _converging(self, planned: PlannedSpec, spec: PlannedSpec) -> Outcome:
        """Write a spec without its unconverged changes."""
        unconverged = () if self.hooks.retry_residual else unconverged_changes(spec)
        if not unconverged:
            return await self._written(planned, spec)
        left = without_unconverged(spec)
        if left is None:
            outcome, rest = Outcome.of(spec, Result.NOT_CONVERGING, ""), "nothing was sent"
        else:
            outcome, rest = await self._written(planned, left), "the other changes are applied"
            if not outcome.is_good:
                return outcome
        message = f"the last apply wrote this and the service kept something else; {rest}."
        return replace(
            outcome, result=Result.NOT_CONVERGING, message=message, unconverged=unconverged
        )

    async def _written(self, planned: PlannedSpec, spec: PlannedSpec) -> Outcome:
        began = time.monotonic()
        kind = Creation if spec.action is Action.CREATE else Update
        write = kind(self.service, spec, self.hooks, self.taken)
        try:
            outcome = await write.run()
        except ReconcilerError as error:
            outcome = write.failed(str(error))
        except OSError as error:
            self.hooks.stop.set()
            why = error.strerror or error
            outcome = write.failed(f"the apply report could not be written: {why}.")
        except Exception as error:
            outcome = write.failed(f"unexpected {type(error).__name__}: {error}.")
        if outcome.result in (Result.APPLIED, Result.LOST):
            self.written[planned.key] = write
        return replace(outcome, seconds=time.monotonic() - began)
