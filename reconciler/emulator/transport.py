"""The emulator in-process: an httpx transport around the ASGI application."""

from __future__ import annotations

import httpx
from starlette.types import ASGIApp


class ConnectionCutError(Exception):
    """Raised by the application to cut a connection; `handled` says after the work was done."""

    def __init__(self, *, handled: bool) -> None:
        super().__init__("the connection was cut")
        self.handled = handled


class EmulatorTransport(httpx.AsyncBaseTransport):
    """Calls the application directly; a cut connection is the error that a socket would give."""

    def __init__(self, app: ASGIApp) -> None:
        self._inner = httpx.ASGITransport(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionCutError as error:
            kind = httpx.ReadError if error.handled else httpx.ConnectError
            raise kind(str(error), request=request) from error
