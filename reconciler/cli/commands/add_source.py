"""`reconciler add-source`: a source's connection spec added to a flow spec's file."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.completion import complete_flow_spec, complete_source
from reconciler.cli.options import command as declare
from reconciler.cli.options import option, specs_option, target_option
from reconciler.live.settings import ConnectionSettings
from reconciler.operations.connection import connection_options


@declare("add-source")
@click.argument("wanted", metavar="NAME|ID", shell_complete=complete_source)
@option(
    "--to",
    "flow",
    metavar="SPEC",
    shell_complete=complete_flow_spec,
    help="The flow spec, by name, id or file [default: the one of the source's provider, or "
    "RestStorageToAEP].",
)
@target_option
@specs_option
@connection_options
def command(
    wanted: str, flow: str | None, target: str | None, specs: Path, settings: ConnectionSettings
) -> int:
    """Add a connection spec to the sources of a flow spec's file, and show the plan.

    What a new self-serve source needs before anybody can make a dataflow with
    it. NAME|ID is a connection spec of the target, or one that a file describes;
    a file's own key is written where it has one. Nothing is written to the
    target: that is for `apply`.
    """
    import asyncio

    from reconciler.cli.console import note, result
    from reconciler.cli.render import rendered
    from reconciler.operations.add_source import AddSourceRequest, add_source
    from reconciler.operations.inputs import PlanRequest
    from reconciler.operations.plan import plan_target

    added = add_source(AddSourceRequest(specs, target, wanted, flow), settings)
    note(added.sentence)
    plan = asyncio.run(plan_target(PlanRequest(specs, target, added.only), settings))
    result(rendered(plan, "text"))
    return 0
