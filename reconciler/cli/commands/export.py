"""`reconciler export`: a spec as the JSON that Adobe's review asks for."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.completion import complete_spec
from reconciler.cli.options import command as declare
from reconciler.cli.options import specs_option, target_option


@declare("export")
@click.argument("wanted", metavar="SPEC", shell_complete=complete_spec)
@target_option
@specs_option
def command(wanted: str, target: str | None, specs: Path) -> int:
    """Write a spec as JSON, as Adobe's review of a new source asks for it.

    SPEC is an id, a name, a key or a file. The file is named after it,
    SOURCE-connectionSpec.json, and holds the document of the target without
    x-reconciler. Reads and writes no target.
    """
    from reconciler.cli.console import result
    from reconciler.model.text import escape_control
    from reconciler.operations.spec_files import export_spec

    result(escape_control(f"+ {export_spec(specs, target, wanted)}"))
    return 0
