"""`reconciler plan` and `show`: what an apply would change, and for whom. Read only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reconciler.cli.app import existing
from reconciler.cli.options import (
    allow_options,
    connection_options,
    declare,
    last_report_option,
    option,
    out_option,
    planning_options,
    require_placeholder,
    selection_options,
    specs_option,
)
from reconciler.cli.render import apply_command, format_option, rendered

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.live.settings import ConnectionSettings
    from reconciler.operations.inputs import PlanRequest
    from reconciler.operations.plan_targets import SelectedInputs, TargetSelection
    from reconciler.planning.guards import Overrides
    from reconciler.planning.multi_plan import Plans
    from reconciler.planning.plan import Plan


@declare("plan")
@selection_options
@planning_options
@last_report_option
@out_option(
    "Write the plan to a file for `apply` and `show`; {target} in its name is the target's name."
)
@option("--no-impact", is_flag=True, help="Do not read the dataflows that a change could break.")
@format_option
@option("--detailed-exitcode", is_flag=True, help="Exit with 2 if there are changes.")
@option("--fail-on-refusal", is_flag=True, help="Exit with 3 if a guard blocks the plan.")
@allow_options
@connection_options
def plan(
    selection: TargetSelection,
    request: PlanRequest,
    last_report: Path | None,
    out: Path | None,
    no_impact: bool,
    report: str,
    detailed_exitcode: bool,
    fail_on_refusal: bool,
    allowed: Overrides,
    settings: ConnectionSettings,
) -> int:
    """Show what apply would change, and who is affected.

    Compares the spec files with the target and, if there is a base, with the
    files as they were when the target was last reconciled, so each change
    says whether Git made it or the target did. Writes nothing to the target.
    Several targets are planned side by side; one that cannot be planned is
    shown among the others, and makes the exit code 1. A guard that an
    --allow option overrides is shown as such; the saved plan does not keep it.
    """
    from shlex import quote

    from msgspec.structs import replace

    from reconciler.cli.ci import announce_plans
    from reconciler.cli.console import note, result
    from reconciler.cli.errors import print_failures
    from reconciler.cli.exit_codes import of_plans
    from reconciler.operations.inputs import ImpactMode
    from reconciler.operations.plan_targets import discard_plans, read_selected, save_plan
    from reconciler.planning.guards import with_overrides
    from reconciler.planning.multi_plan import as_plans, each_plan

    require_placeholder(out, several=selection.several)
    if last_report is not None and selection.several:
        raise click.UsageError(
            "--last-report is the report of one target's apply: plan that target alone."
        )
    impact = ImpactMode.SCHEMAS if no_impact else ImpactMode.DATAFLOWS
    if out is not None:
        discard_plans(out, selection)
    request = replace(request, last_report=last_report, impact=impact)
    found = plan_selected(read_selected(request, selection), settings)
    plans = as_plans(found)
    files = {} if out is None else {save_plan(plan, out): plan for plan in plans.plans}
    shown = each_plan(found, lambda plan: with_overrides(plan, allowed))
    commands = [f"apply {quote(str(file))}" for file in files]
    commands += [apply_command(request, plan.target.name) for plan in plans.plans]
    result(rendered(found if report == "json" else shown, report, command="".join(commands[:1])))
    print_failures(plans.failures, report)
    for file, plan in files.items():
        which = f"the plan for {plan.target.name}" if selection.several else "the plan"
        note(f"Saved {which} to {file}. To apply it: reconciler apply {quote(str(file))}")
    announce_plans(shown, report, [*files])
    return of_plans(
        as_plans(shown), changes_count=detailed_exitcode, refusals_count=fail_on_refusal
    )


@declare("show")
@click.argument("plan_files", type=existing(), nargs=-1, required=True, metavar="PLAN_FILE…")
@format_option
@specs_option
@option(
    "--all-targets", is_flag=True, help="Show every target of reconciler.yaml that has no plan."
)
def show(plan_files: tuple[Path, ...], report: str, specs: Path, *, all_targets: bool) -> int:
    """Render saved plans again, those of several targets as one report.

    A file that was modified since `plan --out` wrote it is refused (exit 3).
    Also takes what `plan --format json` printed for several targets. With
    --all-targets, a target without a plan is shown as missing (exit 1).
    """
    from reconciler.cli.console import result
    from reconciler.cli.exit_codes import of_plans
    from reconciler.desired.config import load_config
    from reconciler.operations.plan_targets import read_plan_files, with_missing

    found = read_plan_files(plan_files)
    if not all_targets:
        result(rendered(found, report))
        return 0
    merged = with_missing(found, load_config(specs).matching(()))
    result(rendered(merged, report))
    return of_plans(merged, changes_count=False)


def plan_selected(
    selected: SelectedInputs,
    settings: ConnectionSettings,
    *,
    want_unmanaged: bool = True,
    between_applies: bool = False,
) -> Plan | Plans:
    """Print the warnings about the files, and plan with progress on a terminal."""
    from reconciler.cli.console import reading
    from reconciler.cli.errors import warned
    from reconciler.operations.plan_targets import plan_targets
    from reconciler.planning.multi_plan import as_plans

    with warned(selected.warnings) as errors:
        found = reading(
            selected.label,
            lambda on_event: plan_targets(
                selected,
                settings,
                want_unmanaged=want_unmanaged,
                between_applies=between_applies,
                on_event=on_event,
            ),
        )
        errors.extend(failure.error for failure in as_plans(found).failures)
    return found
