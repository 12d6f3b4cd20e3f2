"""`reconciler apply`: apply a plan, and verify it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from shlex import quote
from typing import TYPE_CHECKING

import click

from reconciler.cli import exit_codes
from reconciler.cli.app import File, Number, existing
from reconciler.cli.ci import announce_outcomes
from reconciler.cli.console import (
    LOG,
    has_color,
    log_event,
    note,
    print_warnings,
    reading,
    result,
    terminal,
    width,
)
from reconciler.cli.errors import notify_option, warned
from reconciler.cli.options import (
    allow_options,
    connection_options,
    declare,
    last_report_option,
    option,
    planning_options,
    target_option,
)
from reconciler.cli.render import apply_command, rendered
from reconciler.model.errors import ReconcilerError, RefusedError
from reconciler.model.text import escape_control

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.live.settings import ConnectionSettings
    from reconciler.operations.apply import ApplyOptions, Executed, Finished, Proposal
    from reconciler.operations.inputs import PlanRequest
    from reconciler.operations.record import Record
    from reconciler.operations.write_ids import WrittenId
    from reconciler.planning.guards import Overrides
    from reconciler.planning.plan import Plan


@declare("apply")
@notify_option
@click.argument("plan_file", type=existing(), required=False)
@target_option
@planning_options
@option("--yes", is_flag=True, help="Do not ask.")
@allow_options
@option(
    "--continue",
    "continue_past_stale",
    is_flag=True,
    help="Apply the other specs if one was changed on the target after the plan.",
)
@last_report_option
@option("--retry-residual", is_flag=True, help="Write again what the service did not keep.")
@option(
    "--expect",
    metavar="DIGEST|FILE",
    help="Apply only if the plan has this change digest, or that of this plan file: the plan "
    "that was approved. With a file, differences are shown.",
)
@option(
    "--record/--no-record",
    default=None,
    help="Record the commit as the base of later plans, or fail. [default: record it if possible]",
)
@option(
    "--report",
    type=File(dir_okay=False),
    metavar="FILE",
    help="Add this run to an apply report (JSON lines): who, what was there before, what became "
    "of it. Default: a new file in .reconciler/reports.",
)
@option(
    "--settle",
    type=Number(min=0),
    metavar="SECONDS",
    help="After the last write, wait so long and check that no other client overwrote what was "
    "written. Default: 2, for an embedded target 0.",
)
@connection_options
def command(
    plan_file: Path | None,
    target: str | None,
    request: PlanRequest,
    yes: bool,
    allowed: Overrides,
    continue_past_stale: bool,
    last_report: Path | None,
    retry_residual: bool,
    expect: str | None,
    record: bool | None,
    report: Path | None,
    settle: float | None,
    settings: ConnectionSettings,
) -> int:
    """Apply a plan, and verify it.

    With PLAN_FILE exactly that plan is applied. Without, the specs are planned,
    the plan is shown, and you are asked. Nothing is written if a guard blocks
    the plan, or the target changed since the plan (exit 3). Specs that already
    match are not written. The id that the service gives a new connection spec
    is written into its file.
    """
    from msgspec.structs import replace

    from reconciler.operations.apply import ApplyOptions, propose, propose_saved
    from reconciler.operations.approval import read_expected
    from reconciler.operations.inputs import read_inputs
    from reconciler.planning.guards import with_overrides

    if plan_file and (request.only or request.base or request.only_origin or last_report or expect):
        raise click.UsageError(
            "a plan file already selects what is applied: --only, --base, --only-origin, "
            "--last-report and --expect go without one."
        )
    request = replace(request, target=target, last_report=last_report)
    expected = read_expected(expect) if expect else None
    options = ApplyOptions(
        allowed, continue_past_stale, retry_residual, expected, record, report, settle
    )
    if plan_file is not None:
        proposal = propose_saved(plan_file, request)
        return carry_out(proposal, options, settings, ask=False, command=f"apply {plan_file}")
    inputs = read_inputs(request)
    with warned(inputs.warnings):
        proposal = reading(
            inputs.target.name, lambda on_event: propose(inputs, settings, on_event=on_event)
        )
    again = apply_command(request, proposal.target.name)
    result(rendered(with_overrides(proposal.plan, allowed), "text", command=again))
    return carry_out(proposal, options, settings, ask=not yes)


def print_blocked(plan: Plan, allowed: Overrides, command: str) -> None:
    """Print what blocks a plan and what is allowed, and the `command` with what overrides it."""
    from reconciler.planning.guards import with_overrides
    from reconciler.reports.text.blocked import blocked_lines
    from reconciler.reports.text.layout import Layout
    from reconciler.reports.view.blocked import blocked

    shown, layout = with_overrides(plan, allowed), Layout(width(), has_color(sys.stderr))
    if text := "\n".join(blocked_lines(blocked(shown), layout, command=command)):
        note(text, "error" if shown.blocking else "info")


def carry_out(
    proposal: Proposal,
    options: ApplyOptions,
    settings: ConnectionSettings,
    *,
    ask: bool,
    command: str = "",
) -> int:
    """Authorize a plan, with `ask` prompt for it, execute it, print the result.

    What blocks the plan is printed if `command` is given, the command that can
    override it; without, the plan was printed before.
    """
    import asyncio

    from reconciler.operations.apply import execute, finish
    from reconciler.operations.event_loop import run_to_end
    from reconciler.operations.signals import on_first_signal
    from reconciler.reports.text.apply_result import outcome_line, outcomes_report

    plan = proposal.plan
    record = _authorize(proposal, options, command)
    if ask and plan.to_write:
        _ask(proposal.target.name)

    def interrupt(stop: asyncio.Event) -> None:
        stop.set()
        note("Stopping after the writes under way are verified. Once more to abort.")

    async def run() -> tuple[Executed, Finished]:
        stop = asyncio.Event()
        with on_first_signal(lambda: interrupt(stop)):
            executed = await execute(
                proposal,
                options,
                settings,
                stop=stop,
                on_outcome=lambda outcome: note(outcome_line(outcome, color=has_color())),
                on_wait=lambda: note(f"Waiting for another apply to {proposal.target.name}."),
                on_event=log_event,
            )
            return executed, finish(proposal, record, executed.outcomes)

    executed, finished = run_to_end(run())
    outcomes = executed.outcomes
    print_ids(finished.ids)
    if finished.recorded is not None:
        is_recorded = finished.recorded.startswith("Recorded")
        note(finished.recorded, "info" if is_recorded else "warning")
    if plan.to_write:
        watched = sys.stdout.isatty() and sys.stderr.isatty() and not LOG.quiet
        report = outcomes_report(outcomes, names=plan.names, was_watched=watched, **terminal())
        result(report)
        announce_outcomes(outcomes, plan.names)
    elif command and not plan.errors:
        result("No changes.")
    if command:
        print_warnings(f"{spec.file}: error: {spec.error}" for spec in plan.errors)
    if executed.report is not None:
        can_undo = any(outcome.may_have_replaced for outcome in outcomes)
        undo = f" To undo: reconciler rollback {quote(str(executed.report))}" if can_undo else ""
        note(f"Report: {executed.report}.{undo}")
    if finished.error is not None:
        raise finished.error
    return exit_codes.of_outcomes(outcomes, plan)


def _authorize(proposal: Proposal, options: ApplyOptions, command: str) -> Record | None:
    """Return where to record the apply; print why it is blocked or not approved before raising."""
    from reconciler.applying.authorize import BlockedError
    from reconciler.operations.apply import authorize
    from reconciler.operations.approval import NotApprovedError
    from reconciler.reports.text.plan_comparison import approval_text

    plan = proposal.plan
    if command:
        print_blocked(plan, options.allowed, command)
    try:
        return authorize(proposal, options)
    except BlockedError as error:
        raise RefusedError(error.short) from error
    except NotApprovedError as error:
        if error.approved is not None:
            result("\n" + approval_text(error.approved, plan, **terminal()))
        raise


def print_ids(ids: Iterable[WrittenId]) -> None:
    """Print which ids were written into files, and which could not be."""
    for written in ids:
        what = f"the id {written.spec_id} of {written.name}"
        where = f"{written.file} ({written.place})"
        if written.error is None:
            note(escape_control(f"Wrote {what} into {where}. Commit it."))
            continue
        until = "until then the spec is found by its name and provider"
        text = f"Not written: {what} ({written.error}). Write it into {where} yourself; {until}."
        note(escape_control(text), "warning")


def _ask(target: str) -> None:
    if not sys.stdin.isatty():
        raise ReconcilerError(
            "Cannot prompt: not a terminal. Nothing was written. Apply with --yes, or save "
            "the plan (reconciler plan --out FILE) and apply that file."
        )
    answer = click.prompt(
        f"Apply these changes to {target}? Only 'yes' will be accepted",
        default="",
        show_default=False,
        err=True,
    )
    if answer.strip() != "yes":
        raise ReconcilerError("not confirmed; nothing was written.")
