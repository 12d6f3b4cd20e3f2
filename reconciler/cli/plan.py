"""`reconciler plan`: what an apply would change, and for whom. Reads only."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.connection import connection_options
from reconciler.cli.options import command as declare
from reconciler.cli.options import (
    last_report_option,
    option,
    planning_options,
    specs_option,
    target_option,
)
from reconciler.cli.render import format_option, rendered
from reconciler.live.settings import ConnectionSettings


@declare("plan")
@target_option
@specs_option
@planning_options
@last_report_option
@option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the plan to a file that `apply` and `show` take.",
)
@format_option
@option("--detailed-exitcode", is_flag=True, help="Exit with 2 where there are changes.")
@connection_options
def command(
    target: str | None,
    specs: Path,
    only: tuple[str, ...],
    base: str | None,
    only_origin: str | None,
    last_report: Path | None,
    out: Path | None,
    report: str,
    detailed_exitcode: bool,
    settings: ConnectionSettings,
) -> int:
    """Show what an apply would change, and for whom.

    Compares the spec files with the target and, where there is a base, with
    the files as they stood when the target was last reconciled: so each change
    says whether the repo made it or somebody at the target did. Writes nothing
    to the target.
    """
    import asyncio

    from reconciler.cli.console import note, result
    from reconciler.cli.gather import Request, has_changes, plan_for
    from reconciler.model.errors import ExitCode
    from reconciler.planning.plan import Origin
    from reconciler.planning.planfile import plan_text

    origin = Origin(only_origin) if only_origin else None
    request = Request(specs, target, only, base, origin, last_report)
    plan = asyncio.run(plan_for(request, settings))
    if out is not None:
        out.write_text(plan_text(plan), encoding="ascii")
    result(rendered([plan], report))
    if out is not None:
        note(f"The plan is in {out}. To carry out exactly that: reconciler apply {out}")
    return ExitCode.CHANGES if detailed_exitcode and has_changes(plan) else ExitCode.DONE
