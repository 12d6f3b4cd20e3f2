"""`reconciler show`: render a saved plan again."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.options import command as declare
from reconciler.cli.options import existing, option, specs_option
from reconciler.cli.render import format_option, rendered


@declare("show")
@click.argument("plan_files", type=existing(), nargs=-1, required=True, metavar="PLAN_FILE…")
@format_option
@specs_option
@option(
    "--all-targets", is_flag=True, help="Show every target of reconciler.yaml that has no plan."
)
def command(plan_files: tuple[Path, ...], report: str, specs: Path, *, all_targets: bool) -> int:
    """Render saved plans again, those of several targets as one report.

    A file that was modified since `plan --out` wrote it is refused (exit 3).
    Also takes what `plan --format json` printed for several targets. With
    --all-targets, a target without a plan is shown as missing (exit 1).
    """
    from reconciler.cli import exit_codes
    from reconciler.cli.console import result
    from reconciler.desired.config import load_config
    from reconciler.operations.plan_targets import read_plan_files, with_missing

    found = read_plan_files(plan_files)
    if not all_targets:
        result(rendered(found, report))
        return 0
    merged = with_missing(found, load_config(specs).matching(()))
    result(rendered(merged, report))
    return exit_codes.of_plans(merged, changes_count=False)
