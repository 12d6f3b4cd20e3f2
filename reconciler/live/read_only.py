"""A transport that cannot write, for commands that only read."""

from __future__ import annotations

import httpx

from reconciler.model.errors import WriteForbiddenError

TOKEN_PATH = "/ims/token/v3"  # noqa: S105 - a path, no password


class ReadOnlyTransport(httpx.AsyncBaseTransport):
    """Lets reads, searches and the token request through to `inner`, and nothing else.

    `token_url` is the one address that a token may be fetched from, or None.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, token_url: httpx.URL | None = None) -> None:
        self._inner = inner
        self._token_url = token_url

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on. Raises `WriteForbiddenError` where it could change something."""
        if not self._reads(request):
            raise WriteForbiddenError(
                f"{request.method} {request.url.path}: this command only reads, and was about to"
                " write. Nothing was sent. This is a bug in reconciler: please report it."
            )
        return await self._inner.handle_async_request(request)

    def _reads(self, request: httpx.Request) -> bool:
        if request.method in ("GET", "HEAD"):
            return True
        return request.method == "POST" and (
            request.url.path.endswith("/search") or request.url == self._token_url
        )

    async def aclose(self) -> None:
        """Close the transport underneath."""
        await self._inner.aclose()
