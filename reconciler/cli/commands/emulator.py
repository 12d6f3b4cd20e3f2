"""`reconciler emulator`: a local Flow Service over HTTP."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from reconciler.cli.app import File, Integer
from reconciler.cli.options import declare, option
from reconciler.model.loopback import is_loopback

if TYPE_CHECKING:
    from pathlib import Path


@declare("emulator")
@option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@option(
    "--port",
    type=Integer(0, 65535),
    default=8080,
    show_default=True,
    help="The port to listen on; 0 takes a free one.",
)
@option(
    "--data",
    type=File(dir_okay=False),
    default=".reconciler/local.db",
    show_default=True,
    help="The file that holds its documents.",
)
@option("--empty", is_flag=True, help="Start a new store without the documented specs.")
@option("--etags", is_flag=True, help="Return ETags, and require If-Match for a PUT.")
@option("--page-size", type=Integer(min=1), help="Maximum items per page.")
def command(
    host: str, port: int, data: Path, empty: bool, etags: bool, page_size: int | None
) -> int:
    """Serve a local Flow Service, for trying things out and for tests.

    It keeps its documents in a SQLite file and answers as Adobe's documents
    say. Any access token is accepted. The first line that it prints is its URL.
    """
    from reconciler.emulator.app import BASE_PATH, create_app
    from reconciler.emulator.serve import serve
    from reconciler.emulator.store import Store

    def on_listening(url: str) -> None:
        click.echo(f"{url}{BASE_PATH}")
        click.echo(
            f'A target for it, in reconciler.yaml: {{url: "{url}{BASE_PATH}", imsUrl: "{url}", '
            "imsOrg: local@AdobeOrg, sandbox: prod}; any ADOBE_ACCESS_TOKEN and ADOBE_API_KEY "
            "will do.",
            err=True,
        )
        if not is_loopback(host):
            click.echo(
                "Everyone who reaches this address can read and write: it accepts any token.",
                err=True,
            )

    with closing(Store(data, empty=empty)) as store:
        app = create_app(store, etags=etags, page_size=page_size)
        serve(app, host, port, on_listening)
    return 0
