"""One request and its whole answer: bounded in time, in size and in concurrency."""

from __future__ import annotations

import asyncio
import time

import httpx

from reconciler.live.connection_errors import connection_error
from reconciler.live.events import Event, EventKind, OnEvent
from reconciler.live.redaction import Secrets
from reconciler.live.response import Answer
from reconciler.live.settings import ConnectionSettings
from reconciler.live.throttle import Throttle


class Exchange:
    """Sends requests over one httpx client, at most `parallelism` of them at once."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        settings: ConnectionSettings,
        secrets: Secrets,
        on_event: OnEvent | None,
    ) -> None:
        self._client = client
        self._settings = settings
        self._slots = asyncio.Semaphore(settings.parallelism)
        self._on_event = on_event
        self.secrets = secrets
        self.pace = Throttle()

    def tell(self, event: Event) -> None:
        """Report an event to whoever listens."""
        if self._on_event:
            self._on_event(event)

    async def send(self, request: httpx.Request, path: str) -> Answer:
        """Send the request and return the answer, whatever its status.

        `path` is how errors and events name the place. Raises
        `ConnectionFailedError` where there is no complete answer, and what the
        client's authentication raises.
        """
        async with self._slots:
            await self.pace.wait()
            start = time.monotonic()
            answer = None
            try:
                async with asyncio.timeout(self._settings.timeout * self._settings.slowness):
                    answer = await self._whole_answer(request, path)
                return answer
            except (httpx.TransportError, TimeoutError) as error:
                raise connection_error(error, request, path, self.secrets) from None
            finally:
                self.tell(
                    Event(
                        EventKind.REQUEST,
                        request.method,
                        path,
                        status=answer.status if answer else 0,
                        seconds=time.monotonic() - start,
                        request_id=answer.request_id if answer else "",
                    )
                )

    async def _whole_answer(self, request: httpx.Request, path: str) -> Answer:
        response = await self._client.send(request, stream=True)
        chunks: list[bytes] = []
        size = 0
        flaw = ""
        try:
            async for chunk in response.aiter_bytes():
                size += len(chunk)
                if size > self._settings.max_body:
                    chunks, flaw = [], f"the answer is larger than {self._settings.max_body} bytes"
                    break
                chunks.append(chunk)
        except httpx.DecodingError:
            chunks, flaw = [], "the answer's compression is broken"
        finally:
            await response.aclose()
        return Answer(
            method=request.method,
            path=path,
            status=response.status_code,
            headers=response.headers,
            body=b"".join(chunks),
            flaw=flaw,
            secrets=self.secrets,
        )
