"""Signals while writes are under way.

The first signal stops, a later one aborts.

Windows has no signal handlers of an event loop, so the process's own are used.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
ONE_PRESS = 1.0
"""Seconds. Signals within it are one request to stop: a terminal that closes sends SIGHUP and
SIGTERM, `timeout` and CI runners signal the process and then its group."""


@contextmanager
def on_first_signal(
    stop: Callable[[], None], clock: Callable[[], float] = time.monotonic
) -> Iterator[None]:
    """Call `stop` in the running event loop at the first SIGINT, SIGTERM or SIGHUP.

    Another signal more than `ONE_PRESS` later does what it would have done without this.
    A signal that the caller ignores (`nohup`) stays ignored. `clock` returns seconds.
    """
    loop = asyncio.get_running_loop()
    found = {number: signal.getsignal(number) for number in _SIGNALS}
    before = {number: handler for number, handler in found.items() if handler != signal.SIG_IGN}
    first: float | None = None

    def received(number: int, _frame: FrameType | None) -> None:
        nonlocal first
        if first is None:
            first = clock()
            loop.call_soon_threadsafe(stop)
        elif clock() - first > ONE_PRESS:
            is_interrupt = number == signal.SIGINT
            signal.signal(number, signal.default_int_handler if is_interrupt else signal.SIG_DFL)
            signal.raise_signal(number)

    for number in before:
        signal.signal(number, received)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
