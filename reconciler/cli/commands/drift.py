"""`reconciler drift`: the target against what is committed. Reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reconciler.cli import exit_codes
from reconciler.cli.ci import announce_plans
from reconciler.cli.commands.plan import plan_selected
from reconciler.cli.commands.pull import pull_files
from reconciler.cli.console import result
from reconciler.cli.errors import notify_option, print_failures
from reconciler.cli.options import (
    cache_option,
    connection_options,
    declare,
    option,
    selection_options,
    specs_option,
)
from reconciler.cli.render import format_option, rendered
from reconciler.model.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.live.settings import ConnectionSettings
    from reconciler.operations.plan_targets import TargetSelection


@declare("drift")
@notify_option
@selection_options
@specs_option
@format_option
@option("--unmanaged", is_flag=True, help="List the specs of the target that no file describes.")
@option("--adopt", is_flag=True, help="Write the drift into the files, as `pull` does.")
@cache_option
@connection_options
def command(
    selection: TargetSelection,
    specs: Path,
    report: str,
    unmanaged: bool,
    adopt: bool,
    no_cache: bool,
    settings: ConnectionSettings,
) -> int:
    """Show how the target differs from the committed specs, and who changed it when.

    Compares with the files at HEAD, not with the work tree. Up to 24 specs of a
    kind are read by id; of more the target's list is compared, and 16 of its
    entries, others in each run, are confirmed by id. Exits with 2 if
    there is drift, and with 1 if a target could not be read. Writes nothing;
    with --adopt it writes the drift into the files of the work tree and exits
    as `pull` does.
    """
    from reconciler.operations.inputs import ImpactMode, PlanRequest
    from reconciler.operations.plan_targets import read_selected
    from reconciler.operations.pull import PullOptions
    from reconciler.planning.drift import pending_changes
    from reconciler.planning.multi_plan import as_plans
    from reconciler.planning.plan import Action
    from reconciler.reports.view.drift import without_refusals

    if adopt and selection.several:
        raise click.UsageError("--adopt takes one target at a time.")
    request = PlanRequest(specs, None, no_cache=no_cache, impact=ImpactMode.OFF, committed=True)
    selected = read_selected(request, selection)
    found = plan_selected(selected, settings, want_unmanaged=unmanaged, between_applies=True)
    plans = as_plans(found)
    shown = without_refusals(found)
    # JSON can be applied, and so keeps what blocks it.
    result(
        rendered(
            found if report == "json" else shown,
            report,
            every_unmanaged=unmanaged,
            command="drift --adopt" if adopt else "",
        )
    )
    print_failures(plans.failures, report)
    code: int = exit_codes.of_plans(plans, changes_count=True)
    if adopt and code is ExitCode.CHANGES:
        (plan,) = plans.plans
        files = tuple(spec.file for spec in plan.specs if spec.action is Action.UPDATE)
        if files:
            pending = pending_changes(plan)
            options = PullOptions(specs, plan.target.name, files, pending=pending)
            code = pull_files(options, settings)
    announce_plans(shown, report, with_ways_out=not adopt)
    return code
