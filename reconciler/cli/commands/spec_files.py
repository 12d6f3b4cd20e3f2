"""`reconciler new`, `fmt` and `export`: spec files on their own; no target is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reconciler.cli import exit_codes
from reconciler.cli.app import File
from reconciler.cli.completion import complete_spec
from reconciler.cli.console import note, result
from reconciler.cli.options import declare, option, specs_option, target_option
from reconciler.model.errors import message_of
from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC, kind_named
from reconciler.model.text import escape_control, plural

if TYPE_CHECKING:
    from pathlib import Path


@declare("new")
@click.argument("kind", type=click.Choice([FLOW_SPEC.name, CONNECTION_SPEC.name]))
@click.argument("name")
@option(
    "--auth",
    type=click.Choice(["basic", "oauth2", "apiKey", "none"]),
    default="basic",
    show_default=True,
    help="How users of a connection spec authenticate.",
)
@option(
    "--streaming/--batch",
    default=False,
    show_default=True,
    help="For a source that sends records, or one that is read on a schedule.",
)
@specs_option
def new(kind: str, name: str, auth: str, streaming: bool, specs: Path) -> int:
    """Write a new spec file from Adobe's documented template.

    The file is complete and valid; a comment says what to fill in at each place.
    Reads and writes no target.
    """
    from reconciler.operations.spec_files import new_spec
    from reconciler.planning.commands import among
    from reconciler.scaffold.specs import Auth

    file = new_spec(specs, kind_named(kind), name, auth=Auth(auth), streaming=streaming)
    result(escape_control(f"+ {file.as_posix()}"))
    folder = escape_control(among(specs.as_posix()))
    note(f"Fill in what its comments say, then run reconciler validate{folder}.")
    if kind == CONNECTION_SPEC.name:  # its key is the file's name
        note(f"To use it in a flow spec: reconciler add-source {file.stem}{folder}")
    return 0


@declare("fmt")
@click.argument("paths", nargs=-1, type=File(exists=True), metavar="[PATH…]")
@specs_option
@option("--check", is_flag=True, help="Write nothing; exit with 1 if a file would change.")
def fmt(paths: tuple[Path, ...], specs: Path, check: bool) -> int:
    """Put spec files, or those of a folder, into canonical form.

    Keys come in the documentation's order, except within embedded schemas, whose
    order is their author's; two spaces a level; comments travel with their keys.
    What a file means never changes. Lists files that changed (or would, with
    --check). Exits with 1 if a file cannot be read.
    """
    from reconciler.operations.fmt import format_files
    from reconciler.planning.commands import among

    changed = failed = total = 0
    for file in format_files(specs, paths, check=check):
        total += 1
        changed += file.changed
        failed += file.error is not None
        if file.error is not None:
            note(message_of(file.error), "error")
        elif file.changed:
            result(escape_control(file.path.as_posix()))
    done = f"{changed:,} of {plural(total, 'file')} {'would change' if check else 'formatted'}"
    unreadable = f", {failed:,} cannot be read" if failed else ""
    folder = escape_control(among(specs.as_posix()))
    hint = f" Run reconciler fmt{folder}." if check and changed else ""
    note(f"{done}{unreadable}.{hint}")
    return exit_codes.failed_if(bool(failed or (check and changed)))


@declare("export")
@click.argument("wanted", metavar="SPEC", shell_complete=complete_spec)
@target_option
@specs_option
def export(wanted: str, target: str | None, specs: Path) -> int:
    """Write a spec as JSON, as Adobe's review of a new source asks for it.

    SPEC is an id, a name, a key or a file. The file is named after it,
    SOURCE-connectionSpec.json, and holds the document of the target without
    x-reconciler. Reads and writes no target.
    """
    from reconciler.operations.spec_files import export_spec

    result(escape_control(f"+ {export_spec(specs, target, wanted)}"))
    return 0
