"""`reconciler schema`: the JSON Schemas, for editors and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reconciler.cli.console import result
from reconciler.cli.options import declare, option, specs_option
from reconciler.model.text import escape_control
from reconciler.schemas import NAMES, schema_text

if TYPE_CHECKING:
    from pathlib import Path


@declare("schema")
@click.argument("name", type=click.Choice(NAMES), required=False)
@specs_option
@option("--write", is_flag=True, help="Update the schemas in the folder of the specs.")
def command(name: str | None, specs: Path, *, write: bool) -> int:
    """Print a JSON Schema: of a spec file, reconciler.yaml, a policy, or of what a command writes.

    Without a name, list them. An editor reads the schema that the line
    `# yaml-language-server: $schema=PATH` names; --write updates those copies
    after an upgrade.
    """
    if write:
        return _write(specs, name)
    click.echo("\n".join(NAMES) if name is None else schema_text(name), nl=name is None)
    return 0


def _write(specs: Path, name: str | None) -> int:
    from reconciler.desired.editor_schemas import refresh
    from reconciler.desired.folder import require_folder

    if name is not None:
        raise click.UsageError("--write updates all schemas; leave out the name.")
    require_folder(specs)
    for file, is_changed in refresh(specs).items():
        result(f"{'~' if is_changed else '='} {escape_control(file.as_posix())}")
    return 0
