"""The pause that the service asked for, kept by every request and not only by the one told."""

from __future__ import annotations

import asyncio
import time


class Throttle:
    """A gate that is closed until the announced pause is over."""

    def __init__(self) -> None:
        self._open_at = 0.0

    def pause(self, seconds: float) -> None:
        """Let no request begin for that many seconds."""
        self._open_at = max(self._open_at, time.monotonic() + seconds)

    async def wait(self) -> None:
        """Return when requests may begin."""
        if (remaining := self._open_at - time.monotonic()) > 0:
            await asyncio.sleep(remaining)
