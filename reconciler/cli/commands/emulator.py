"""`reconciler emulator`: a local Flow Service over HTTP."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.options import command as declare
from reconciler.cli.options import option
from reconciler.model.errors import ReconcilerError

if TYPE_CHECKING:
    from starlette.types import ASGIApp


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
@option("--empty", is_flag=True, help="Start a new store without the documented specs.")
@option("--etags", is_flag=True, help="Return ETags, and require If-Match for a PUT.")
@option("--page-size", type=click.IntRange(min=1), help="Maximum items per page.")
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
    say. Any access token is accepted. The first line that it prints is its URL.
    """
    from reconciler.emulator.app import create_app
    from reconciler.emulator.store import Store

    serve(create_app(Store(data, empty=empty), etags=etags, page_size=page_size), host, port)
    return 0


def serve(app: ASGIApp, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM. Raises `ReconcilerError` if the address is not available.

    The URL goes to stdout once the socket accepts connections, so that a script
    can wait for it.
    """
    import uvicorn

    from reconciler.emulator.app import BASE_PATH
    from reconciler.model.loopback import is_loopback

    listening = _listen(host, port)
    address = f"[{host}]" if ":" in host else host
    url = f"http://{address}:{listening.getsockname()[1]}"
    click.echo(f"Listening on {url}{BASE_PATH}")
    sys.stdout.flush()
    click.echo(
        f'A target for it, in reconciler.yaml: {{url: "{url}{BASE_PATH}", imsUrl: "{url}", '
        "imsOrg: local@AdobeOrg, sandbox: prod}; any ADOBE_ACCESS_TOKEN and ADOBE_API_KEY will do.",
        err=True,
    )
    if not is_loopback(host):
        click.echo(
            "Everyone who reaches this address can read and write: it accepts any token.", err=True
        )
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio turns Nagle's algorithm off: 40 ms a request less.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise ReconcilerError(
            f"cannot listen on {host}:{port}: {error.strerror or error}. "
            "Choose another with --port (0 takes a free one) or --host."
        ) from error
    return listening
