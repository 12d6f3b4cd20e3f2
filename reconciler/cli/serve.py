"""Serving the emulator: the socket, the line that says where, the end on a signal."""

from __future__ import annotations

import socket
import sys

import click
import uvicorn
from starlette.types import ASGIApp

from reconciler.emulator.app import BASE_PATH
from reconciler.model.errors import ReconcilerError
from reconciler.model.loopback import is_loopback


def serve(app: ASGIApp, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM. Raises `ReconcilerError` where the address is not to be had.

    The URL goes to stdout once the socket takes connections, so that a script
    can wait for it.
    """
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
            "Anybody who reaches this address can read and write: it takes any token.", err=True
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
