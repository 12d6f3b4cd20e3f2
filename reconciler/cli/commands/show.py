"""`reconciler show`: render a saved plan again."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.options import command as declare
from reconciler.cli.options import existing
from reconciler.cli.render import format_option, rendered


@declare("show")
@click.argument("plan_files", type=existing(), nargs=-1, required=True, metavar="PLAN_FILE…")
@format_option
def command(plan_files: tuple[Path, ...], report: str) -> int:
    """Render saved plans again, those of several targets as one report.

    A file that was modified since `plan --out` wrote it is refused (exit 3).
    Also takes what `plan --format json` printed for several targets.
    """
    from reconciler.cli.console import result
    from reconciler.operations.plan_targets import read_plan_files

    result(rendered(read_plan_files(plan_files), report))
    return 0
