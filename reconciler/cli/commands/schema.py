"""`reconciler schema`: the JSON Schemas, for editors and for programs."""

from __future__ import annotations

import click

from reconciler.cli.options import command as declare
from reconciler.schemas import NAMES, schema_text


@declare("schema")
@click.argument("name", type=click.Choice(NAMES), required=False)
def command(name: str | None) -> int:
    """Print the JSON Schema of a spec file, of reconciler.yaml or of a plan file.

    Without a name, list what there is. In a YAML file, an editor takes it from
    the line `# yaml-language-server: $schema=PATH`.
    """
    click.echo("\n".join(NAMES) if name is None else schema_text(name), nl=name is None)
    return 0
