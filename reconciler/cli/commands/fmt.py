"""`reconciler fmt`: spec files in canonical form."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.options import command as declare
from reconciler.cli.options import option, specs_option


@declare("fmt")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH…]")
@specs_option
@option("--check", is_flag=True, help="Write nothing; exit with 1 where a file would change.")
def command(paths: tuple[Path, ...], specs: Path, check: bool) -> int:
    """Put spec files, or those of a folder, into canonical form.

    Keys come in the documentation's order, except within embedded schemas, whose
    order is their author's; two spaces a level; comments travel with their keys.
    What a file means never changes. Prints the files that changed, or with
    --check would. Exits with 1 where a file cannot be read.
    """
    from reconciler.cli.console import note, result
    from reconciler.cli.errors import in_words
    from reconciler.desired.format_files import canonical_content, files_to_format
    from reconciler.desired.write_file import replace_file
    from reconciler.model.errors import ReconcilerError
    from reconciler.model.text import escape_control, plural

    changed = failed = total = 0
    for file in files_to_format(specs, paths):
        total += 1
        content = file.read_bytes()
        try:
            canonical = canonical_content(content, file)
        except ReconcilerError as error:
            failed += 1
            note(in_words(error))
            continue
        if canonical != content:
            changed += 1
            result(escape_control(file.as_posix()))
            if not check:
                replace_file(file, canonical, file.parent)
    done = f"{changed:,} of {plural(total, 'file')} {'would change' if check else 'formatted'}"
    unreadable = f", {failed:,} cannot be read" if failed else ""
    hint = " Run reconciler fmt." if check and changed else ""
    note(f"{done}{unreadable}.{hint}")
    return 1 if failed or (check and changed) else 0
