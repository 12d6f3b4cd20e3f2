"""`reconciler drift`: live against what is committed. Reads only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.options import cache_option, option, specs_option
from reconciler.cli.options import command as declare
from reconciler.cli.render import format_option, rendered
from reconciler.cli.target_options import TargetSelection, choice_options
from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import ExitCode
from reconciler.operations.connection import connection_options

if TYPE_CHECKING:
    from reconciler.planning.multi_plan import Plans
    from reconciler.planning.plan import Plan


@declare("drift")
@choice_options
@specs_option
@format_option
@option("--unmanaged", is_flag=True, help="List the specs of the target that no file describes.")
@option("--adopt", is_flag=True, help="Take the drift over into the files, as `pull` does.")
@cache_option
@connection_options
def command(
    choice: TargetSelection,
    specs: Path,
    report: str,
    unmanaged: bool,
    adopt: bool,
    no_cache: bool,
    settings: ConnectionSettings,
) -> int:
    """Show how the target differs from the committed specs, and who changed it when.

    Compares with the files at HEAD, whatever stands in the work tree. Exits
    with 2 where there is drift, and with 1 where a target could not be read.
    Writes nothing, but with --adopt what drifted into the files of the work
    tree; then it exits as `pull` does.
    """
    from reconciler.cli.annotate_plans import announce_plans
    from reconciler.cli.console import result
    from reconciler.operations.impact import ImpactMode
    from reconciler.operations.inputs import PlanRequest, read_committed
    from reconciler.operations.plan_targets import exit_code, plan_targets, tell_failures
    from reconciler.reports.view.drift import without_refusals

    if adopt and choice.several:
        raise click.UsageError("--adopt takes one target at a time: the files hold one truth.")
    found = plan_targets(
        PlanRequest(specs, None, no_cache=no_cache, weighing=ImpactMode.OFF),
        choice,
        settings,
        read=read_committed,
        want_unmanaged=unmanaged,
    )
    told = without_refusals(found)
    # What programs read can be applied, and so keeps what refuses it.
    shown = found if report == "json" else told
    result(rendered(shown, report, every_unmanaged=unmanaged))
    if report != "text":
        tell_failures(found)
    announce_plans(told, report)
    code = exit_code(found, changes_count=True)
    return adopted(found, specs, settings) if adopt and code is ExitCode.CHANGES else code


def adopted(found: Plan | Plans, specs: Path, settings: ConnectionSettings) -> int:
    """Hand what drifted over to `pull`; return its exit code, or that there is drift to create."""
    import asyncio

    from reconciler.operations.plan_targets import plans_of
    from reconciler.operations.pull import PullOptions, pull, tell_and_write
    from reconciler.planning.plan import Action

    (plan,) = plans_of(found)
    files = tuple(spec.file for spec in plan.specs if spec.action is Action.UPDATE)
    if not files:
        return ExitCode.CHANGES
    request = PullOptions(specs, plan.target.name, files)
    return tell_and_write(asyncio.run(pull(request, settings)), specs, dry_run=False)
