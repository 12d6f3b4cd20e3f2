"""Settings of the client: concurrency, time limits and retries, with their units."""

from __future__ import annotations

from typing import NamedTuple


class ConnectionSettings(NamedTuple):
    """Bounds of one connection to a target. All times are seconds, sizes are bytes.

    No Struct, because shell completion reads the defaults and has no time to import msgspec.
    """

    parallelism: int = 4
    """Concurrent requests, over all callers."""
    timeout: float = 30.0
    """The timeout for connecting, and between two chunks that are sent or received."""
    slowness: float = 4.0
    """How many times `timeout` a complete response may take, so that a slow body ends too."""
    attempts: int = 5
    """Attempts per request, the first included; see `live.retries` for 429."""
    retry_wait: float = 0.5
    """The first pause between attempts, doubling from then on; 0 means no pauses."""
    retry_wait_max: float = 30.0
    """The longest pause between attempts, unless the service asks for a longer one."""
    retry_total: float = 120.0
    """No pause is begun that would end later than this after the first attempt."""
    max_body: int = 256 * 1024 * 1024
    """The largest response that is read, after decompression."""

    def pause(self, failures: int) -> float:
        """Return the pause after so many failures (from 1), before jitter: it doubles."""
        return min(self.retry_wait_max, self.retry_wait * float(2 ** (failures - 1)))

    def jittered(self, pause: float) -> float:
        """Return a pause, or a little more, so that several clients do not return at once."""
        import random

        return pause + random.uniform(0, self.retry_wait)  # noqa: S311 - jitter


DEFAULT_SETTINGS = ConnectionSettings()
