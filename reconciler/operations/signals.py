"""Ctrl-C and SIGTERM while writes are under way, on every system.

Windows has no signal handlers of an event loop, so the process's own are used.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def on_first_signal(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` in the running event loop at the first SIGINT or SIGTERM; the second aborts."""
    loop = asyncio.get_running_loop()

    def received(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        loop.call_soon_threadsafe(stop)

    before = {number: signal.signal(number, received) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
