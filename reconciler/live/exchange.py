"""One request and its complete response, with limits of time, size and concurrency."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import TypeAlias

import httpx
from msgspec import Struct, field

from reconciler.live.connection_errors import connection_error
from reconciler.live.events import Event, EventKind, OnEvent
from reconciler.live.redaction import Secrets
from reconciler.live.response import Response, read_body
from reconciler.live.settings import ConnectionSettings

Recheck: TypeAlias = Callable[[], Awaitable[None]]
"""Reads again what a write depends on; an exception ends the write."""

Proxies: TypeAlias = Mapping[str, str]
"""How an error names the proxy in front of a host; an empty string for none."""


class Throttle:
    """The pause that the service asked for, kept by every request to it."""

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


class _Slot(Struct, frozen=True):
    """One of the concurrent requests of an exchange."""

    exchange: object
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


_SLOT: ContextVar[_Slot | None] = ContextVar("_SLOT", default=None)
"""The slot that the running task holds. What it asks for meanwhile uses that, one at a time."""


class Exchange:
    """Sends requests over one httpx client, at most `parallelism` of them at once."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        settings: ConnectionSettings,
        secrets: Secrets,
        on_event: OnEvent | None,
        proxies: Proxies,
    ) -> None:
        self._client = client
        self._settings = settings
        self._slots = asyncio.Semaphore(settings.parallelism)
        self._on_event = on_event
        self._proxies = proxies
        self.secrets = secrets
        self.throttle = Throttle()

    def report(self, event: Event) -> None:
        """Report an event to the listener, if there is one."""
        if self._on_event:
            self._on_event(event)

    @asynccontextmanager
    async def turn(self, recheck: Recheck | None, *, has_waited: bool) -> AsyncIterator[None]:
        """Hold one of the slots, from a moment at which requests may begin.

        Whenever that took any waiting, or with `has_waited`, `recheck` is awaited
        last, so that nothing comes between it and the request. Its own requests
        use this turn's slot.
        """
        has_waited = has_waited or (self._slots.locked() and self._own_slot() is None)
        async with self._slot():
            while await self.throttle.wait() or has_waited:
                has_waited = False
                if recheck:
                    await recheck()
            yield

    def _own_slot(self) -> _Slot | None:
        held = _SLOT.get()
        return held if held is not None and held.exchange is self else None

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        held = self._own_slot()
        if held is not None:
            async with held.lock:
                yield
            return
        async with self._slots:
            token = _SLOT.set(_Slot(self))
            try:
                yield
            finally:
                _SLOT.reset(token)

    async def send(self, request: httpx.Request, path: str) -> Response:
        """Send the request and return the response, whatever its status.

        `path` is how errors and events name the place. Raises
        `ConnectionFailedError` where there is no complete response, and what the
        client's authentication raises.
        """
        start = time.monotonic()
        response = None
        try:
            async with asyncio.timeout(self._settings.timeout * self._settings.slowness):
                received = await self._client.send(request, stream=True)
                body = await read_body(received, self._settings.max_body)
            response = Response.of(received, path, body, self.secrets)
            return response
        except (httpx.RequestError, TimeoutError) as error:
            raise connection_error(error, request, path, self.secrets, self._proxies) from None
        finally:
            self.report(
                Event(
                    EventKind.REQUEST,
                    request.method,
                    path,
                    status=response.status if response else 0,
                    seconds=time.monotonic() - start,
                    request_id=response.request_id if response else "",
                )
            )
