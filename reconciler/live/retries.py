"""Which failures are tried again, after which pause, and when that ends.

Reads are repeated after 429, 500, 502, 503, 504 and a lost connection. A write
is repeated only where nothing can have been done: after 429, or where no
connection was made. `Retry-After` is honoured; other pauses grow and jitter.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias

import httpx
import stamina
import stamina.instrumentation

from reconciler.live.connection_errors import UntrustedError
from reconciler.live.errors import refusal
from reconciler.live.events import Event, EventKind
from reconciler.live.exchange import Exchange
from reconciler.live.response import Answer
from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import ConnectionFailedError

stamina.instrumentation.set_on_retry_hooks(())  # it would log each retry; `Event` tells of them

THROTTLED = 429
BUSY = frozenset({THROTTLED, 500, 502, 503, 504})
"""Statuses that may pass by themselves."""

_NOTHING_DONE = frozenset({THROTTLED})
"""Statuses among these that prove a write was not carried out."""

_THROTTLED_FACTOR = 4
"""A refusal by 429 is the service working as announced: it may be met this many times as often."""


Recheck: TypeAlias = Callable[[], Awaitable[None]]
"""Looks before a write is repeated; what it raises ends the write instead."""


class BusyError(Exception):
    """An answer that may be different next time. Never leaves this package."""

    def __init__(self, answer: Answer, *, from_ims: bool = False) -> None:
        self.answer = answer
        self.from_ims = from_ims
        super().__init__(answer.status)


def is_write(method: str) -> bool:
    """Say whether a request of this method may change something; this client reads by GET."""
    return method != "GET"


class RetryPolicy:
    """What one request has met so far, and whether it is tried again."""

    def __init__(
        self, exchange: Exchange, settings: ConnectionSettings, method: str, path: str
    ) -> None:
        self._exchange = exchange
        self._settings = settings
        self._method = method
        self._path = path
        self._is_write = is_write(method)
        self._start = time.monotonic()
        self._failures = 0
        self._refusals = 0
        self.remark = ""

    def next_delay(self, error: Exception) -> bool | float:
        """Say whether to try again: no, after the usual pause, or after that many seconds."""
        match error:
            case BusyError(answer=answer):
                throttled = answer.status == THROTTLED
                return self._again(answer.status, answer.announced_pause(), throttled=throttled)
            case UntrustedError():
                return False
            case ConnectionFailedError() if not (self._is_write and error.sent):
                return self._again(0, 0.0)
            case _:
                return False

    def _again(self, status: int, announced: float, *, throttled: bool = False) -> bool | float:
        self._refusals += throttled
        self._failures += not throttled
        tried = self._refusals + self._failures
        attempts = self._settings.attempts
        if self._failures >= attempts or self._refusals >= attempts * _THROTTLED_FACTOR:
            self.remark = f", after {tried} attempts" if tried > 1 else ""
            return False
        usual = min(self._settings.retry_wait_max, self._settings.retry_wait * 2 ** (tried - 1))
        pause = announced or usual
        if time.monotonic() + pause > self._start + self._settings.retry_total:
            asked = f"; it asks to wait {announced:.0f} s" if announced else ""
            total = f"{self._settings.retry_total:.0f} s"
            self.remark = f"{asked}, and this program waits no longer than {total} in all"
            return False
        self._exchange.tell(Event(EventKind.RETRY, self._method, self._path, status, pause))
        return announced or True


async def send_with_retries(
    exchange: Exchange,
    settings: ConnectionSettings,
    request: httpx.Request,
    path: str,
    recheck: Recheck | None = None,
) -> Answer:
    """Send a request, again where that is safe and may help, and return the last answer.

    Anything but GET is a write. Raises `ConnectionFailedError` where no answer
    came, `ServiceError` where IMS gave no token, what `recheck` raises, and
    what the client's authentication and transport raise.
    """
    retried = _NOTHING_DONE if is_write(request.method) else BUSY
    patience = RetryPolicy(exchange, settings, request.method, path)
    attempts = stamina.retry_context(
        on=patience.next_delay,
        attempts=None,
        timeout=None,
        wait_initial=settings.retry_wait,
        wait_max=settings.retry_wait_max,
        wait_jitter=settings.retry_wait,
    )
    try:
        async for attempt in attempts:
            if attempt.num > 1 and recheck:
                await recheck()
            with attempt:
                answer = await exchange.send(request, path)
                if answer.status in BUSY and answer.announced_pause() <= settings.retry_total:
                    exchange.pace.pause(answer.announced_pause())
                if answer.status in retried:
                    raise BusyError(answer)
                return answer
    except BusyError as error:
        answer = replace(error.answer, remark=patience.remark)
        if error.from_ims:
            raise refusal(answer) from None
        return answer
    except ConnectionFailedError as error:
        raise ConnectionFailedError(
            f"{error.message}{patience.remark}",
            method=error.method,
            path=error.path,
            sent=error.sent,
        ) from None
    raise AssertionError("stamina ended without an outcome")  # pragma: no cover - it cannot
