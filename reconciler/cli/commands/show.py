"""`reconciler show`: a saved plan, rendered again."""

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

    A file that was edited since `plan --out` wrote it is refused (exit 3).
    Also takes what `plan --format json` printed for several targets.
    """
    from reconciler.cli.console import result
    from reconciler.planning.multi_plan import Plans
    from reconciler.planning.plan import Plan
    from reconciler.planning.plan_file_reader import read_plans

    found = [each for file in plan_files for each in read_plans(file.read_bytes(), str(file))]
    alone = found[0] if len(found) == 1 else None
    result(rendered(alone if isinstance(alone, Plan) else Plans(tuple(found)), report))
    return 0
