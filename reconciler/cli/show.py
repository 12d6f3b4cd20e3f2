"""`reconciler show`: a saved plan, rendered again."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.options import command as declare
from reconciler.cli.options import existing
from reconciler.cli.render import format_option, rendered


@declare("show")
@click.argument("plan_file", type=existing())
@format_option
def command(plan_file: Path, report: str) -> int:
    """Render a saved plan again.

    A file that was edited since `plan --out` wrote it is refused (exit 3).
    """
    from reconciler.cli.console import result
    from reconciler.planning.readplan import read_plan

    plan = read_plan(plan_file.read_bytes(), str(plan_file))
    result(rendered([plan], report))
    return 0
