"""`reconciler pull`: writes live documents into the files. Only reads the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reconciler.cli import exit_codes
from reconciler.cli.completion import complete_spec
from reconciler.cli.console import has_color, note, print_warnings, reading, result, terminal
from reconciler.cli.options import connection_options, declare, option, specs_option, target_option

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.live.settings import ConnectionSettings
    from reconciler.operations.pull import PullOptions


@declare("pull")
@click.argument("wanted", nargs=-1, metavar="[ID|NAME|FILE …]", shell_complete=complete_spec)
@target_option
@specs_option
@option("--all", "every", is_flag=True, help="Pull all specs of the target, even without a file.")
@option(
    "--include-shared",
    is_flag=True,
    help="Pull shared lists and ignored places too, which are skipped otherwise.",
)
@option("--force", is_flag=True, help="Overwrite files with uncommitted changes too.")
@option("--dry-run", is_flag=True, help="Show the patch, and write nothing.")
@connection_options
def command(
    wanted: tuple[str, ...],
    target: str | None,
    specs: Path,
    every: bool,
    include_shared: bool,
    force: bool,
    dry_run: bool,
    settings: ConnectionSettings,
) -> int:
    """Write what the target has into the spec files.

    Pulls the named specs, all with --all, or else those that have a file. A
    file is edited if it differs: comments, quotes, the order of its keys and
    every other line stay. A spec without a file gets one. Exits with 1 if a
    spec cannot be written or its file has uncommitted changes; the others are
    written. Writes nothing to the target.
    """
    from reconciler.operations.pull import PullOptions

    if wanted and every:
        raise click.UsageError("--all pulls everything: leave out the ids and names.")
    options = PullOptions(specs, target, wanted, every, include_shared, force)
    return pull_files(options, settings, dry_run=dry_run)


def pull_files(options: PullOptions, settings: ConnectionSettings, *, dry_run: bool = False) -> int:
    """Pull into the files, or with `dry_run` show the patch; print the result."""
    from reconciler.operations.pull import pull
    from reconciler.planning.pull_result import PullStatus
    from reconciler.reports.text.patch import patch_text
    from reconciler.reports.text.pull import pulled_report

    pulled = reading(
        options.target or "the target", lambda on_event: pull(options, settings, on_event=on_event)
    )
    if not dry_run:
        pulled = pulled.write()
    print_warnings(pulled.warnings)
    for change in pulled.changes if dry_run else ():
        file = change.path.as_posix()
        result(patch_text(file, change.before, change.after, color=has_color()))
    report = pulled_report(pulled.pulled, pulled.target, dry=dry_run, **terminal())
    (note if dry_run else result)(report)
    for change in () if dry_run else pulled.editor_schemas:
        note(f"Wrote {change.path.as_posix()} (editor schema).")
    return exit_codes.failed_if(any(spec.fate is PullStatus.FAILED for spec in pulled.pulled))
