"""The pause that the service asked for, kept by every request to it."""

from __future__ import annotations

import asyncio
import time


class Throttle:
    """A gate that is closed until the announced pause is over."""

    def __init__(self) -> None:
        self._open_at = 0.0

    def pause(self, seconds: float) -> None:
        """Delay all requests for this many seconds."""
        self._open_at = max(self._open_at, time.monotonic() + seconds)

    async def wait(self) -> bool:
        """Return when requests may begin: True if that took any waiting.

        The pause may be prolonged while it lasts, so it is looked at again after it.
        """
        waited = False
        while (remaining := self._open_at - time.monotonic()) > 0:
            waited = True
            await asyncio.sleep(remaining)
        return waited
