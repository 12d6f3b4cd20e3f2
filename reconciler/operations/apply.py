"""The course of an apply: have a plan, have it allowed, carry it out, record it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import click

from reconciler.applying.authorize import require_allowed
from reconciler.applying.report_writer import ApplyReportWriter
from reconciler.cli.annotate_plans import announce_outcomes
from reconciler.cli.console import has_color, note, result, width
from reconciler.desired.config import load_config
from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import ExitCode, ReconcilerError, RefusedError
from reconciler.model.targets import Target
from reconciler.operations.apply_run import ApplyRun, exit_code
from reconciler.operations.approval import Expectation
from reconciler.operations.inputs import PlanRequest, read_config
from reconciler.operations.plan import has_changes, plan_target
from reconciler.operations.record import Record, open_record
from reconciler.operations.write_ids import WriteBack
from reconciler.planning.guards import Overrides, with_overrides
from reconciler.planning.plan import Origin, Plan
from reconciler.planning.plan_file_reader import read_plan
from reconciler.planning.results import Outcome
from reconciler.reports.text.apply_result import outcomes_report
from reconciler.reports.text.plan import plan_text_report


@dataclass(frozen=True)
class ApplyOptions:
    """What a person allows a run to do, and how it goes about it."""

    allowed: Overrides
    yes: bool
    continue_past_stale: bool = False
    retry_residual: bool = False
    report: Path | None = None


def apply_saved(
    plan_file: Path,
    request: PlanRequest,
    consent: ApplyOptions,
    settings: ConnectionSettings,
    *,
    record: bool,
) -> int:
    """Apply exactly the plan of a file, without asking, and return the exit code.

    Raises `RefusedError` before the first write where the file is not to be
    trusted, is for another target, or a guard refuses it.
    """
    plan = read_plan(plan_file.read_bytes(), str(plan_file))
    config = load_config(request.specs)
    target = config.target(request.target or plan.target.name)
    require_same_target(plan, target, str(plan_file))
    recorded = open_record(request, target, plan) if record else None
    write_back = WriteBack.of(config, request.specs, target.name)
    return execute(plan, target, replace(consent, yes=True), settings, recorded, write_back)


def apply_fresh(
    request: PlanRequest,
    consent: ApplyOptions,
    settings: ConnectionSettings,
    *,
    expectation: Expectation | None,
    record: bool,
) -> int:
    """Plan, show the plan, ask, apply, and return the exit code.

    Raises `RefusedError` before the first write where a guard refuses, or where
    the plan is not the one that was approved.
    """
    if record and (request.only or request.only_origin is Origin.DRIFT):
        raise click.UsageError(
            "--record says that the target holds the whole commit: it does not go with --only "
            "or --only-origin drift."
        )
    config = read_config(request)
    target = config.target(request.target)
    plan = asyncio.run(plan_target(request, settings))
    shown = with_overrides(plan, consent.allowed)
    result(plan_text_report(shown, width=width(), color=has_color()))
    recorded = open_record(request, target, plan) if record else None
    if expectation is not None:
        expectation.require(plan)
    write_back = WriteBack.of(config, request.specs, target.name)
    return execute(plan, target, consent, settings, recorded, write_back)


def execute(
    plan: Plan,
    target: Target,
    consent: ApplyOptions,
    settings: ConnectionSettings,
    record: Record | None = None,
    write_back: WriteBack | None = None,
) -> int:
    """Carry a plan out if the guards and the person let it, and return the exit code.

    With `write_back` the ids that it learns are written into the files.
    """
    if not has_changes(plan):
        return _finish(plan, record, write_back, ())
    require_allowed(plan, consent.allowed)
    if not consent.yes:
        _ask(target)
    outcomes = asyncio.run(_applied(plan, target, consent, settings))
    result(outcomes_report(outcomes, width=width(), color=has_color(), names=plan.names))
    announce_outcomes(outcomes, plan.names)
    return _finish(plan, record, write_back, outcomes)


def require_same_target(plan: Plan, target: Target, name: str) -> None:
    """Raise `RefusedError` where a plan was made for another place than this target."""
    made_for = plan.target
    if made_for != target.identity:
        raise RefusedError(
            f"{name}: it is for the target {made_for.name} ({made_for.url}, {made_for.ims_org}, "
            f"sandbox {made_for.sandbox}), not for {target.name} ({target.url}, "
            f"{target.ims_org}, sandbox {target.sandbox}). Plan again for the one that is meant."
        )


def _ask(target: Target) -> None:
    if not sys.stdin.isatty():
        raise ReconcilerError(
            "there is no terminal to ask on, and nothing was written. Apply with --yes, or save "
            "the plan (reconciler plan --out FILE) and apply that file."
        )
    answer = click.prompt(
        f"Apply these changes to {target.name}? Only 'yes' is taken",
        default="",
        show_default=False,
        err=True,
    )
    if answer.strip() != "yes":
        raise ReconcilerError("not confirmed; nothing was written.")


async def _applied(
    plan: Plan, target: Target, consent: ApplyOptions, settings: ConnectionSettings
) -> Sequence[Outcome]:
    opened = ApplyReportWriter(consent.report) if consent.report else nullcontext(None)
    with opened as journal:
        carrying = ApplyRun(
            target, settings, journal, consent.continue_past_stale, consent.retry_residual
        )
        return await carrying.run(plan)


def _finish(
    plan: Plan,
    record: Record | None,
    write_back: WriteBack | None,
    outcomes: Sequence[Outcome],
) -> int:
    code = exit_code(outcomes)
    if write_back is not None:
        write_back.write(plan, outcomes)
    if record is not None:
        if code is ExitCode.DONE:
            note(record.move())
        else:
            note("Not recorded: not everything succeeded.")
    return code
