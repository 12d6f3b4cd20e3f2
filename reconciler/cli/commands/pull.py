"""`reconciler pull`: what the target has, written into the files. Reads the target only."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.completion import complete_spec
from reconciler.cli.options import command as declare
from reconciler.cli.options import option, specs_option, target_option
from reconciler.live.settings import ConnectionSettings
from reconciler.operations.connection import connection_options


@declare("pull")
@click.argument("wanted", nargs=-1, metavar="[ID|NAME|FILE …]", shell_complete=complete_spec)
@target_option
@specs_option
@option("--all", "every", is_flag=True, help="All specs of the target, with or without a file.")
@option(
    "--include-shared",
    is_flag=True,
    help="Take over shared lists and ignored places too, which are left alone otherwise.",
)
@option("--dry-run", is_flag=True, help="Show the patch, and write nothing.")
@connection_options
def command(
    wanted: tuple[str, ...],
    target: str | None,
    specs: Path,
    every: bool,
    include_shared: bool,
    dry_run: bool,
    settings: ConnectionSettings,
) -> int:
    """Write what the target has into the spec files.

    Of the specs that are named, of those that have a file where none is named,
    or of all. A file is edited where it differs: comments, quotes, the order of
    its keys and every other line stay. A spec without a file gets one. Exits
    with 1 where a spec cannot be written; the others are. Nothing is written to
    the target.
    """
    import asyncio

    from reconciler.operations.pull import PullOptions, pull, tell_and_write

    if wanted and every:
        raise click.UsageError("--all takes all: leave out the ids and names.")
    request = PullOptions(specs, target, wanted, every, include_shared)
    return tell_and_write(asyncio.run(pull(request, settings)), specs, dry_run=dry_run)
