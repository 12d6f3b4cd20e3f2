"""Apply a plan in front of a user: signals, progress, the apply report."""

from __future__ import annotations

import asyncio
import getpass
import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from reconciler.applying.report_writer import ApplyReportWriter
from reconciler.applying.run import ApplyHooks, apply_plan
from reconciler.cli.console import has_color, note
from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import ExitCode
from reconciler.model.json_text import JsonObject
from reconciler.model.targets import Target
from reconciler.operations.connection import open_service
from reconciler.operations.signals import on_first_signal
from reconciler.planning.plan import Plan, PlannedSpec
from reconciler.planning.results import Outcome, Result, count
from reconciler.reports.text.apply_result import outcome_line


@dataclass
class ApplyRun:
    """One run against a target; `journal` is None where no report was asked for."""

    target: Target
    settings: ConnectionSettings
    journal: ApplyReportWriter | None
    continue_past_stale: bool
    retry_residual: bool
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, plan: Plan) -> Sequence[Outcome]:
        """Carry the plan out. Ctrl-C and SIGTERM let the writes under way finish."""
        if self.journal is not None:
            self.journal.begin(plan, who())
        conduct = ApplyHooks(
            stop=self.stop,
            on_write=self._before,
            on_outcome=self._after,
            parallelism=self.settings.parallelism,
            continue_past_stale=self.continue_past_stale,
            retry_residual=self.retry_residual,
        )
        with on_first_signal(self._interrupted):
            async with open_service(self.target, self.settings, read_only=False) as service:
                return await apply_plan(plan, service, conduct)

    def _interrupted(self) -> None:
        self.stop.set()
        note("Stopping: the writes under way are finished and verified first. Once more to abort.")

    def _before(self, spec: PlannedSpec, document: JsonObject | None) -> None:
        if self.journal is not None:
            self.journal.before(spec, document)

    def _after(self, outcome: Outcome) -> None:
        if self.journal is not None:
            self.journal.outcome(outcome)
        note(outcome_line(outcome, color=has_color()))


def who() -> str:
    """Name whoever runs this: the CI's actor, or the user of the machine."""
    for variable in ("GITHUB_ACTOR", "GITLAB_USER_LOGIN"):
        if os.environ.get(variable):
            return os.environ[variable]
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # no such account, or Windows without a name
        return ""


def exit_code(outcomes: Sequence[Outcome]) -> ExitCode:
    """Return the contract's exit code for a run: an error beats a plan that does not fit."""
    if all(outcome.is_good for outcome in outcomes):
        return ExitCode.DONE
    if count(outcomes, Result.FAILED, Result.RESIDUAL, Result.LOST, Result.NOT_CONVERGING):
        return ExitCode.ERROR
    return ExitCode.REFUSED if count(outcomes, Result.STALE) else ExitCode.ERROR
