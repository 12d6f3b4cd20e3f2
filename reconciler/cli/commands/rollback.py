"""`reconciler rollback`: put back what an apply replaced, by an ordinary plan."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

import click

from reconciler.cli.app import existing
from reconciler.cli.commands.apply import carry_out
from reconciler.cli.console import note, reading, result
from reconciler.cli.options import (
    allow_options,
    connection_options,
    declare,
    option,
    out_option,
    specs_option,
)
from reconciler.cli.render import rendered

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.live.settings import ConnectionSettings
    from reconciler.planning.guards import Overrides


@declare("rollback")
@click.argument("report", type=existing())
@specs_option
@option("--yes", is_flag=True, help="Do not ask.")
@allow_options
@out_option("Write the plan to a file and apply nothing.")
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

    REPORT is the report of an apply, which prints its name. Later changes on the
    target stay; a value that both changed is a conflict. The guards are the ordinary ones; a
    policy that an earlier document violates only warns. Specs that the run
    created stay: the API cannot delete.
    """
    from reconciler.operations.apply import ApplyOptions
    from reconciler.operations.output_files import discard_plan
    from reconciler.operations.plan_targets import save_plan
    from reconciler.operations.rollback import propose_rollback
    from reconciler.planning.guards import with_overrides

    if out is not None:
        discard_plan(out)
    proposal = reading(
        "the target", lambda on_event: propose_rollback(report, specs, settings, on_event=on_event)
    )
    file = None if out is None else save_plan(proposal.plan, out)
    shown = with_overrides(proposal.plan, allowed)
    result(rendered(shown, "text", command=f"rollback {quote(str(report))}"))
    if file is None:
        return carry_out(proposal, ApplyOptions(allowed), settings, ask=not yes)
    note(f"Saved the plan to {file}. To apply it: reconciler apply {quote(str(file))}")
    return 0
