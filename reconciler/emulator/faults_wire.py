"""Cutting connections over HTTP: a socket that is closed without a byte of an answer.

An ASGI application cannot do that by itself: an exception becomes a 500.
"""

from __future__ import annotations

from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from reconciler.emulator.transport import ConnectionCutError, Cut


class CuttingProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it; `ConnectionCutError` ends the connection.

    A listening socket cannot refuse a single request: `Cut.REFUSED` is a reset
    here, as it is where a load balancer has nobody behind it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        application = self.app

        async def cutting(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await application(scope, receive, send)
            except ConnectionCutError as error:
                if error.cut is not Cut.SILENT:
                    self.transport.abort()
                await receive()  # the request has been read: this is the disconnect

        self.app = cutting
