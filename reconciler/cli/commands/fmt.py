"""`reconciler fmt`: spec files in canonical form."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.options import command as declare
from reconciler.cli.options import option, specs_option


@declare("fmt")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH…]")
@specs_option
@option("--check", is_flag=True, help="Write nothing; exit with 1 if a file would change.")
def command(paths: tuple[Path, ...], specs: Path, check: bool) -> int:
    """Put spec files, or those of a folder, into canonical form.

    Keys come in the documentation's order, except within embedded schemas, whose
    order is their author's; two spaces a level; comments travel with their keys.
    What a file means never changes. Lists files that changed (or would, with
    --check). Exits with 1 if a file cannot be read.
    """
    from reconciler.cli import exit_codes
    from reconciler.cli.console import note, result
    from reconciler.model.errors import message_of
    from reconciler.model.text import escape_control, plural
    from reconciler.operations.spec_files import format_files

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
    hint = " Run reconciler fmt." if check and changed else ""
    note(f"{done}{unreadable}.{hint}")
    return exit_codes.failed_if(bool(failed or (check and changed)))
