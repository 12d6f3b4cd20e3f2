"""`reconciler add-source`: a connection spec added to the sources in a flow spec's file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reconciler.cli.commands.plan import plan_selected
from reconciler.cli.completion import complete_flow_spec, complete_source
from reconciler.cli.console import note, reading, result
from reconciler.cli.options import connection_options, declare, option, specs_option, target_option
from reconciler.cli.render import apply_command, rendered
from reconciler.model.text import escape_control

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.live.settings import ConnectionSettings


@declare("add-source")
@click.argument("wanted", metavar="NAME|ID", shell_complete=complete_source)
@option(
    "--to",
    "flow",
    metavar="SPEC",
    shell_complete=complete_flow_spec,
    help="The flow spec, by name, id or file [default: the one of the source's provider, of "
    "several RestStorageToAEP].",
)
@target_option
@specs_option
@connection_options
def command(
    wanted: str, flow: str | None, target: str | None, specs: Path, settings: ConnectionSettings
) -> int:
    """Add a connection spec to the sources in a flow spec's file, and show the plan.

    A new self-serve source needs this before it can be used in a dataflow.
    NAME|ID is a connection spec on the target, or in a file; if the file has a
    key, the key is written. Writes nothing to the target.
    """
    from reconciler.operations.add_source import add_source
    from reconciler.operations.inputs import PlanRequest
    from reconciler.operations.plan_targets import TargetSelection, read_selected
    from reconciler.planning.multi_plan import as_plans

    added = reading(
        target or "the target",
        lambda on_event: add_source(
            specs, wanted, settings, target=target, flow=flow, on_event=on_event
        ),
    )
    done = f"added {added.source} to its sources"
    same = f"{added.source} is already a source"
    note(escape_control(f"{added.file}: {done if added.is_new else same}."))
    names = TargetSelection((target,) if target else ())
    request = PlanRequest(specs, target, added.only)
    [plan] = as_plans(plan_selected(read_selected(request, names), settings)).plans
    result(rendered(plan, "text", command=apply_command(request, plan.target.name)))
    return 0
