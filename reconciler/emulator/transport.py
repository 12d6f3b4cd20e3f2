"""The emulator in-process: an httpx transport that closes the store with the connection."""

from __future__ import annotations

import httpx

from reconciler.emulator.app import create_app
from reconciler.emulator.store import Store


class EmbeddedTransport(httpx.ASGITransport):
    """Calls the application directly, over the documents of `store`.

    With `etags` a PUT needs the ETag of the last read, see `create_app`.
    """

    def __init__(self, store: Store, *, etags: bool) -> None:
        super().__init__(create_app(store, etags=etags))
        self._store = store

    async def aclose(self) -> None:
        """Close the store."""
        self._store.close()
