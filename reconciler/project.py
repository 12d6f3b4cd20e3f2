"""The Python API: what `plan`, `apply`, `drift`, `pull` and `validate` do, without printing.

Provisional: names and signatures can change until 1.0. Values are returned and errors
are raised as `reconciler.model.errors.ReconcilerError`. Warnings about files go to the
logger `reconciler`.

Each call blocks until it is done. In a thread that runs an event loop (a notebook, an
async task) the requests run in a thread of their own meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Coroutine, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import ReconcilerError
from reconciler.model.problems import Problem
from reconciler.operations.apply import ApplyOptions, authorize, execute, finish, propose_plan
from reconciler.operations.event_loop import run_to_end
from reconciler.operations.inputs import (
    ImpactMode,
    PlanRequest,
    RepoInputs,
    read_inputs,
)
from reconciler.operations.plan import plan_target
from reconciler.operations.pull import PullOptions, PullResult, pull
from reconciler.operations.validate import validate
from reconciler.planning.guards import Overrides
from reconciler.planning.plan import Plan
from reconciler.planning.refusal import Guard
from reconciler.planning.results import Outcome

__all__ = ["Guard", "NotAppliedError", "Plan", "Project"]

_LOGGER = logging.getLogger("reconciler")
_Value = TypeVar("_Value")


class NotAppliedError(ReconcilerError):
    """A plan was not applied as a whole; `outcomes` has the result for each spec."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self.outcomes = tuple(outcomes)
        bad = [outcome for outcome in outcomes if not outcome.is_good]
        lines = [f"{len(bad)} of {len(outcomes)} specs not applied."]
        lines += [f"  {outcome.name}: {outcome.result}: {outcome.message}" for outcome in bad]
        super().__init__("\n".join(lines))


class Project:
    """A folder of specs and its targets.

    Args:
        specs: The folder with the spec files and reconciler.yaml.
        settings: Limits of the connections to targets.

    Example:
        >>> project = Project("specs")
        >>> plan = project.plan("prod")
        >>> project.apply(plan)

    """

    def __init__(
        self, specs: str | Path = "specs", settings: ConnectionSettings | None = None
    ) -> None:
        self.specs = Path(specs)
        self.settings = settings or ConnectionSettings()

    def validate(self) -> tuple[Problem, ...]:
        """Return the problems of all files, errors and warnings. Reads no target.

        Raises:
            ReconcilerError: There is no such folder.

        Example:
            >>> [str(problem) for problem in Project("specs").validate()]
            []

        """
        return validate(self.specs).problems

    def plan(
        self,
        target: str | None = None,
        *,
        base: str | None = None,
        only: Iterable[str] = (),
        impact: bool = True,
    ) -> Plan:
        """Return what an apply would change. Reads only.

        Args:
            target: The target's name; None is the config's default.
            base: The revision that the target was last reconciled at, or `applied`; None
                is the recorded one, if there is one.
            only: Patterns of names, ids or files; without any, all specs are planned.
            impact: Read the dataflows that a change could break.

        Raises:
            InputError: A file is invalid.
            GitError: The base is not available.
            LiveError: The target cannot be read.

        Example:
            >>> plan = Project("specs").plan("prod", base="main")
            >>> [(spec.name, spec.action) for spec in plan.to_write]
            [('RestStorageToAEP', <Action.UPDATE: 'update'>)]

        """
        mode = ImpactMode.DATAFLOWS if impact else ImpactMode.SCHEMAS
        request = PlanRequest(self.specs, target, tuple(only), base, impact=mode)
        return self._plan(read_inputs(request))

    def drift(self, target: str | None = None) -> Plan:
        """Return how the target differs from the committed specs, as the plan that reverts it.

        Reads only. Raises what `plan` raises.

        Example:
            >>> drifted = Project("specs").drift("prod").to_write
            >>> [spec.name for spec in drifted]
            []

        """
        request = PlanRequest(self.specs, target, impact=ImpactMode.OFF, committed=True)
        return self._plan(read_inputs(request))

    def apply(
        self,
        plan: Plan,
        *,
        allow: Collection[Guard] = (),
        record: bool | None = None,
        report: str | Path | None = None,
    ) -> tuple[Outcome, ...]:
        """Apply a plan, verify it, and write new ids into the spec files.

        Args:
            plan: What `plan` returned. It is never applied to another target.
            allow: The guards to override.
            record: Record the plan's commit as applied if everything succeeds: True requires
                that it can be recorded, None records it if it can be.
            report: The file of the apply report, which `rollback` reads; None keeps one in
                `.reconciler/reports`.

        Returns:
            What became of each spec.

        Raises:
            RefusedError: A guard blocks the plan, or it is for another target. Nothing was
                written.
            NotAppliedError: A spec was not applied. The others were.
            LiveError: The target cannot be read. Nothing was written.
            GitError: The commit cannot be recorded.

        Example:
            >>> project = Project("specs")
            >>> outcomes = project.apply(project.plan("prod"), allow={Guard.BREAKING})
            >>> [(outcome.name, outcome.result) for outcome in outcomes]
            [('RestStorageToAEP', <Result.APPLIED: 'applied'>)]

        """
        proposal = propose_plan(plan, PlanRequest(self.specs, plan.target.name), "the plan")
        options = ApplyOptions(
            Overrides(frozenset(allow)), record=record, report=Path(report) if report else None
        )
        recording = authorize(proposal, options)
        outcomes = _run(execute(proposal, options, self.settings)).outcomes
        finished = finish(proposal, recording, outcomes)
        if not all(outcome.is_good for outcome in outcomes):
            raise NotAppliedError(outcomes)
        if finished.error is not None:
            raise finished.error
        return outcomes

    def pull(
        self,
        *names: str,
        target: str | None = None,
        all_specs: bool = False,
        dry_run: bool = False,
    ) -> PullResult:
        """Write what the target has into the spec files. Only reads the target.

        Args:
            names: Specs by id, name or file; without any, those that have a file.
            target: The target's name; None is the config's default.
            all_specs: Pull every spec of the target, even without a file.
            dry_run: Write no file.

        Raises:
            InputError: A file is invalid.
            LiveError: The target cannot be read.
            ReconcilerError: A name matches no spec, or several.

        Example:
            >>> pulled = Project("specs").pull("RestStorageToAEP", target="prod", dry_run=True)
            >>> [change.path.name for change in pulled.changes]
            ['rest-storage-to-aep.yaml']

        """
        options = PullOptions(self.specs, target, names, all_specs)
        pulled = _run(pull(options, self.settings))
        _log(pulled.warnings)
        if not dry_run:
            return pulled.write()
        return pulled

    def _plan(self, inputs: RepoInputs) -> Plan:
        _log(inputs.warnings)
        return _run(plan_target(inputs, self.settings))


def _log(warnings: Iterable[object]) -> None:
    for warning in warnings:
        _LOGGER.warning("%s", warning)


def _run(work: Coroutine[Any, Any, _Value]) -> _Value:
    """Run a coroutine to its end, in another thread if this one runs an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return run_to_end(work)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run_to_end, work).result()
