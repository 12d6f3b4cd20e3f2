"""Connections that end without an answer, in-process and over a socket.

An ASGI application cannot do that by itself: an exception becomes a 500.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol


class Cut(Enum):
    """How a connection ends without an answer."""

    REFUSED = "the connection was refused"
    RESET = "the connection was reset"
    SILENT = "nothing came until the client gave up"


class ConnectionCutError(Exception):
    """Raised by the application to give no answer; what carries the application does the rest."""

    def __init__(self, cut: Cut) -> None:
        super().__init__(cut.value)
        self.cut = cut


_ERRORS: dict[Cut, type[httpx.TransportError]] = {
    Cut.REFUSED: httpx.ConnectError,
    Cut.RESET: httpx.ReadError,
    Cut.SILENT: httpx.ReadTimeout,
}


class CuttingTransport(httpx.AsyncBaseTransport):
    """Calls the application directly; a cut connection is the error that a socket would give."""

    def __init__(self, app: ASGIApp) -> None:
        self._inner = httpx.ASGITransport(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionCutError as error:
            raise _ERRORS[error.cut](str(error), request=request) from error


class CuttingProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it; `ConnectionCutError` ends the connection.

    A listening socket cannot refuse a single request: `Cut.REFUSED` is a reset
    here, as it is where a load balancer has no server behind it.
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
