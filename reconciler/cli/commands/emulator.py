"""`reconciler emulator`: a local Flow Service over HTTP."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.options import command as declare
from reconciler.cli.options import option


@declare("emulator")
@option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="The port to listen on; 0 takes a free one.",
)
@option(
    "--data",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path(".reconciler/local.db"),
    show_default=True,
    help="The file that holds its documents.",
)
@option("--empty", is_flag=True, help="Begin a fresh store without the documented specs.")
@option("--etags", is_flag=True, help="Give ETags, and demand If-Match of a PUT.")
@option("--page-size", type=click.IntRange(min=1), help="The most items of a page.")
def command(
    host: str,
    port: int,
    data: Path,
    empty: bool,
    etags: bool,
    page_size: int | None,
) -> int:
    """Serve a local Flow Service, for trying things out and for tests.

    It keeps its documents in a SQLite file and answers as Adobe's documents
    say. Any access token is taken. The first line that it prints is its URL.
    """
    from reconciler.cli.serve import serve
    from reconciler.emulator.app import create_app
    from reconciler.emulator.store import Store

    serve(create_app(Store(data, empty=empty), etags=etags, page_size=page_size), host, port)
    return 0
