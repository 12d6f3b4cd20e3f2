"""`reconciler show`: a saved plan, rendered again."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.options import command as declare
from reconciler.cli.options import existing, option
from reconciler.cli.render import FORMATS, rendered


@declare("show")
@click.argument("plan_file", type=existing())
@option(
    "--format",
    "report",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How the plan is shown.",
)
def command(plan_file: Path, report: str) -> int:
    """Render a saved plan again.

    A file that was edited since `plan --out` wrote it is refused (exit 3).
    """
    from reconciler.cli.console import result
    from reconciler.planning.readplan import read_plan

    result(rendered(read_plan(plan_file.read_bytes(), str(plan_file)), report))
    return 0
