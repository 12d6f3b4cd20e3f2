"""`reconciler plan`: what an apply would change, and for whom. Reads only."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.options import command as declare
from reconciler.cli.options import last_report_option, option, planning_options, specs_option
from reconciler.cli.render import format_option, rendered
from reconciler.cli.target_options import TargetSelection, choice_options
from reconciler.live.settings import ConnectionSettings
from reconciler.operations.connection import connection_options


@declare("plan")
@choice_options
@specs_option
@planning_options
@last_report_option
@option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the plan to a file that `apply` and `show` take; {target} in its name stands for "
    "the target's.",
)
@option("--no-impact", is_flag=True, help="Do not read the dataflows that a change could break.")
@format_option
@option("--detailed-exitcode", is_flag=True, help="Exit with 2 where there are changes.")
@connection_options
def command(
    choice: TargetSelection,
    specs: Path,
    only: tuple[str, ...],
    base: str | None,
    only_origin: str | None,
    no_cache: bool,
    last_report: Path | None,
    out: Path | None,
    no_impact: bool,
    report: str,
    detailed_exitcode: bool,
    settings: ConnectionSettings,
) -> int:
    """Show what an apply would change, and for whom.

    Compares the spec files with the target and, where there is a base, with
    the files as they stood when the target was last reconciled: so each change
    says whether the repo made it or somebody at the target did. Writes nothing
    to the target. Several targets are planned side by side; one that cannot be
    is told among the others, and makes the exit code 1.
    """
    from reconciler.cli.annotate_plans import announce_plans
    from reconciler.cli.console import note, result
    from reconciler.cli.target_options import file_for, require_names
    from reconciler.operations.impact import ImpactMode
    from reconciler.operations.inputs import PlanRequest
    from reconciler.operations.plan_targets import exit_code, plan_targets, plans_of, tell_failures
    from reconciler.planning.plan import Origin
    from reconciler.planning.plan_file import plan_text

    require_names(out, choice)
    if last_report is not None and choice.several:
        raise click.UsageError(
            "--last-report is the report of one target's apply: plan that target by itself."
        )
    origin = Origin(only_origin) if only_origin else None
    weighing = ImpactMode.SCHEMAS if no_impact else ImpactMode.DATAFLOWS
    request = PlanRequest(specs, None, only, base, origin, last_report, no_cache, weighing)
    found = plan_targets(request, choice, settings)
    files = {} if out is None else {file_for(out, plan): plan for plan in plans_of(found)}
    for file, plan in files.items():
        file.write_text(plan_text(plan), encoding="ascii")
    result(rendered(found, report))
    if report != "text":
        tell_failures(found)
    for file, plan in files.items():
        which = f"The plan for {plan.target.name}" if choice.several else "The plan"
        note(f"{which} is in {file}. To carry out exactly that: reconciler apply {file}")
    announce_plans(found, report, [*files])
    return exit_code(found, changes_count=detailed_exitcode)
