"""`reconciler rollback`: put back what an apply replaced, by an ordinary plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.allow_options import allow_options
from reconciler.cli.options import command as declare
from reconciler.cli.options import existing, option, specs_option
from reconciler.live.settings import ConnectionSettings
from reconciler.operations.connection import connection_options

if TYPE_CHECKING:
    from reconciler.planning.guards import Overrides


@declare("rollback")
@click.argument("report", type=existing())
@specs_option
@option("--yes", is_flag=True, help="Do not ask.")
@allow_options
@option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the plan to a file and apply nothing.",
)
@connection_options
def command(
    report: Path,
    specs: Path,
    yes: bool,
    allowed: Overrides,
    out: Path | None,
    settings: ConnectionSettings,
) -> int:
    """Put back the documents that an apply replaced.

    REPORT is what `apply --report` wrote. What somebody did at the target since
    that run is left alone; where both touched one place it is a conflict. The
    guards are the ordinary ones; a policy that an earlier document breaks only
    warns. Specs that the run created stay: the API has no DELETE.
    """
    import asyncio

    from reconciler.cli.console import has_color, note, result, width
    from reconciler.desired.config import load_config
    from reconciler.desired.policies import load_policies
    from reconciler.operations.apply import ApplyOptions, execute, require_same_target
    from reconciler.operations.inputs import read_report
    from reconciler.operations.plan import plan_of_rollback
    from reconciler.operations.policies import check_policies
    from reconciler.planning.plan_file import plan_text
    from reconciler.planning.rollback import earlier_documents
    from reconciler.reports.text.plan import plan_text_report

    earlier = earlier_documents(read_report(report), str(report))
    config = load_config(specs)
    target = config.target(earlier.target.name)
    plan = asyncio.run(plan_of_rollback(earlier, config, target, settings))
    plan = check_policies(plan, load_policies(specs, config.targets), refuses=False)
    require_same_target(plan, target, str(report))
    result(plan_text_report(plan, width=width(), color=has_color()))
    if out is not None:
        out.write_text(plan_text(plan), encoding="ascii")
        note(f"The plan is in {out}. To carry out exactly that: reconciler apply {out}")
        return 0
    return execute(plan, target, ApplyOptions(allowed, yes), settings)
