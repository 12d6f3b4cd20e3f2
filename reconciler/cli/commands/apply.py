"""`reconciler apply`: carry a plan out, and verify it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.allow_options import allow_options
from reconciler.cli.options import command as declare
from reconciler.cli.options import (
    existing,
    last_report_option,
    option,
    planning_options,
    specs_option,
    target_option,
)
from reconciler.live.settings import ConnectionSettings
from reconciler.operations.connection import connection_options

if TYPE_CHECKING:
    from reconciler.planning.guards import Overrides


@declare("apply")
@click.argument("plan_file", type=existing(), required=False)
@target_option
@specs_option
@planning_options
@option("--yes", is_flag=True, help="Do not ask.")
@allow_options
@option(
    "--continue",
    "continue_past_stale",
    is_flag=True,
    help="Go on with the other specs where one changed at the target since the plan.",
)
@last_report_option
@option(
    "--retry-residual",
    is_flag=True,
    help="Write again what the last apply wrote and the service did not keep.",
)
@option(
    "--expect",
    metavar="DIGEST|FILE",
    help="Go on only if the plan has this change digest, or that of this plan file: what "
    "somebody approved. With a file, what differs is shown.",
)
@option(
    "--record",
    is_flag=True,
    help="When everything succeeded, record the commit as the target's base.",
)
@option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write an apply report (JSON lines): who, what was there before, what became of it.",
)
@connection_options
def command(
    plan_file: Path | None,
    target: str | None,
    specs: Path,
    only: tuple[str, ...],
    base: str | None,
    only_origin: str | None,
    no_cache: bool,
    yes: bool,
    allowed: Overrides,
    continue_past_stale: bool,
    last_report: Path | None,
    retry_residual: bool,
    expect: str | None,
    record: bool,
    report: Path | None,
    settings: ConnectionSettings,
) -> int:
    """Carry a plan out, and verify it.

    With PLAN_FILE exactly that plan is applied. Without, the specs are planned
    afresh, the plan is shown, and you are asked. Nothing is written where a
    guard refuses, or where the target is not as the plan saw it (exit 3).
    What is already in order is never written. The id that the service gives a
    new connection spec is written into its file.
    """
    from reconciler.operations.apply import ApplyOptions, apply_fresh, apply_saved
    from reconciler.operations.approval import read_expectation
    from reconciler.operations.inputs import PlanRequest
    from reconciler.planning.plan import Origin

    origin = Origin(only_origin) if only_origin else None
    request = PlanRequest(specs, target, only, base, origin, last_report, no_cache)
    consent = ApplyOptions(allowed, yes, continue_past_stale, retry_residual, report)
    if plan_file is None:
        expectation = read_expectation(expect) if expect else None
        return apply_fresh(request, consent, settings, expectation=expectation, record=record)
    if only or base or only_origin or last_report or expect:
        raise click.UsageError(
            "a plan file says by itself what is applied: --only, --base, --only-origin, "
            "--last-report and --expect go without one."
        )
    return apply_saved(plan_file, request, consent, settings, record=record)
