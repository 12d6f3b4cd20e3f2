"""The emulator in-process: an httpx transport around the ASGI application."""

from __future__ import annotations

from enum import Enum

import httpx
from starlette.types import ASGIApp


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


class EmulatorTransport(httpx.AsyncBaseTransport):
    """Calls the application directly; a cut connection is the error that a socket would give."""

    def __init__(self, app: ASGIApp) -> None:
        self._inner = httpx.ASGITransport(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionCutError as error:
            raise _ERRORS[error.cut](str(error), request=request) from error
