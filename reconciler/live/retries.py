"""Retries: which failures, after which pause, and how many times.

Reads are repeated after 429, 500, 502, 503, 504 and a lost connection. A write
is repeated only where nothing can have been done: after 429, after a renewed
token, or where no connection was made. `Retry-After` is honoured; other pauses
grow and jitter.
"""

from __future__ import annotations

import asyncio
import time

import httpx
from msgspec.structs import replace

from reconciler.live.errors import response_error
from reconciler.live.events import Event, EventKind
from reconciler.live.exchange import Exchange, Recheck
from reconciler.live.response import Response
from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import ConnectionFailedError, UntrustedError

THROTTLED = 429
BUSY = frozenset({THROTTLED, 500, 502, 503, 504})
"""Statuses that may pass by themselves."""

_NOTHING_DONE = frozenset({THROTTLED})
"""Statuses among these that prove that a write was not done."""

_THROTTLED_FACTOR = 4
"""A 429 is retried this many times as often as a failure."""


class BusyError(Exception):
    """A response that may be different next time. Never leaves this package."""

    def __init__(self, response: Response, *, from_ims: bool = False) -> None:
        self.response = response
        self.from_ims = from_ims
        super().__init__(response.status)


class TokenRenewedError(Exception):
    """A write was not sent, or rejected by 401, and the token has been renewed since.

    It ends the attempt, so that the write is looked at again before it is sent.
    Never leaves this package.
    """


def is_write(method: str) -> bool:
    """Return True if a request of this method may change something; this client reads by GET."""
    return method != "GET"


class RetryPolicy:
    """Counts the failures of one request, and decides if it is retried.

    The time of all attempts is counted from the first one's start.
    """

    def __init__(self, settings: ConnectionSettings, *, writes: bool) -> None:
        self._settings = settings
        self._writes = writes
        self._start: float | None = None
        self._failures = 0
        self._refusals = 0
        self.remark = ""

    def begin(self) -> None:
        """Start the time of the first attempt; later calls change nothing."""
        self._start = time.monotonic() if self._start is None else self._start

    def next_delay(self, failure: BusyError | ConnectionFailedError) -> float | None:
        """Return the seconds until a retry, before jitter; None if there is none."""
        announced, is_throttled = 0.0, False
        match failure:
            case UntrustedError():
                return None
            case ConnectionFailedError(sent=True) if self._writes:
                return None
            case BusyError(response=response):
                announced = response.announced_pause()
                is_throttled = response.status == THROTTLED
        self._refusals += is_throttled
        self._failures += not is_throttled
        failed, attempts = self._failures + self._refusals, self._settings.attempts
        if self._failures >= attempts or self._refusals >= attempts * _THROTTLED_FACTOR:
            self.remark = f", after {failed} attempts" if failed > 1 else ""
            return None
        delay = announced or self._settings.pause(failed)
        assert self._start is not None  # noqa: S101 - an attempt has begun
        if time.monotonic() + delay > self._start + self._settings.retry_total:
            asked = f"; it asks to wait {announced:.0f} s" if announced else ""
            total = f"{self._settings.retry_total:.0f} s"
            self.remark = f"{asked}, and this program waits no longer than {total} in all"
            return None
        return delay


async def send_with_retries(
    exchange: Exchange,
    settings: ConnectionSettings,
    request: httpx.Request,
    path: str,
    recheck: Recheck | None = None,
) -> Response:
    """Send a request, with retries where that is safe, and return the last response.

    Anything but GET is a write. `recheck` is awaited before a write that had to
    wait, for whatever reason. Raises `ConnectionFailedError` where no response
    came, `ServiceError` where IMS gave no token, what `recheck` raises, and what
    the client's authentication and transport raise.
    """
    policy = RetryPolicy(settings, writes=is_write(request.method))
    retried = _NOTHING_DONE if is_write(request.method) else BUSY
    has_waited = False
    while True:
        failure: BusyError | ConnectionFailedError
        try:
            async with exchange.turn(recheck, has_waited=has_waited):
                policy.begin()
                response = await exchange.send(request, path)
            if response.status in BUSY and response.announced_pause() <= settings.retry_total:
                exchange.throttle.pause(response.announced_pause())
            if response.status not in retried:
                return response
            failure = BusyError(response)
        except TokenRenewedError:
            has_waited = True
            continue
        except (BusyError, ConnectionFailedError) as error:
            failure = error
        delay = policy.next_delay(failure)
        if delay is None:
            return _last_response(failure, policy.remark)
        status = failure.response.status if isinstance(failure, BusyError) else 0
        exchange.report(Event(EventKind.RETRY, request.method, path, status, delay))
        await asyncio.sleep(settings.jittered(delay))
        has_waited = True


def _last_response(failure: BusyError | ConnectionFailedError, remark: str) -> Response:
    """Return the response that the last attempt got, or raise what it ended with."""
    if isinstance(failure, ConnectionFailedError):
        failure.message += remark
        raise failure
    response = replace(failure.response, remark=remark)
    if failure.from_ims:
        raise response_error(response)
    return response
