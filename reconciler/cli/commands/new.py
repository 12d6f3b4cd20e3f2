"""`reconciler new`: a new spec file from a template."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.options import command as declare
from reconciler.cli.options import option, specs_option
from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC, kind_named


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
def command(kind: str, name: str, auth: str, streaming: bool, specs: Path) -> int:
    """Write a new spec file from Adobe's documented template.

    The file is complete and valid; a comment says what to fill in at each place.
    Reads and writes no target.
    """
    from reconciler.cli.console import note, result
    from reconciler.model.text import escape_control
    from reconciler.operations.spec_files import new_spec
    from reconciler.scaffold.specs import Auth

    new = new_spec(specs, kind_named(kind), name, auth=Auth(auth), streaming=streaming)
    result(escape_control(f"+ {new.file.as_posix()}"))
    note("Fill in what its comments say, then run reconciler validate.")
    if new.key:
        note(f"To use it in a flow spec: reconciler add-source {new.key}")
    return 0
