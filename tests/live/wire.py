"""A scripted HTTP/1.1 server on loopback, in the test's own event loop.

It answers with exactly the bytes that a test gives it, so that it can be broken
in every way that HTTP can, and it keeps every request that it saw.
"""

import asyncio
import inspect
import json
import socket
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from reconciler.live.connect import connect
from reconciler.live.settings import ConnectionSettings
from reconciler.model.targets import Target

TOKEN = "secret-token-0123456789"
STATIC = {"ADOBE_ACCESS_TOKEN": TOKEN, "ADOBE_API_KEY": "the-api-key"}
SERVER_TO_SERVER = {
    "ADOBE_CLIENT_ID": "the-client-id",
    "ADOBE_CLIENT_SECRET": "p8e-s3cret&value",
    "ADOBE_SCOPES": "openid, AdobeID",
}
AT_ONCE = ConnectionSettings(retry_wait=0)
"""Settings under which a retry waits for nothing."""

RESET = object()
"""Instead of a response: cut the connection."""


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: dict
    body: bytes

    @property
    def path(self):
        return urlsplit(self.target).path

    @property
    def query(self):
        return parse_qsl(urlsplit(self.target).query)

    @property
    def json(self):
        return json.loads(self.body)


def reply(body=b"", status=200, **headers):
    """Return a whole answer; what is not bytes is sent as JSON."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
        headers = {"content_type": "application/json", **headers}
    fields = {"content-length": len(body), "x-request-id": "req-1", **headers}
    head = [f"HTTP/1.1 {status} Whatever"]
    head += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


def items(*documents, **rest):
    return reply({"items": list(documents), **rest})


def refused(status, code, message="no", **headers):
    return reply({"errors": [{"code": code, "message": message}]}, status, **headers)


def in_turn(*answers):
    """Return a script that gives these answers one after another, the last for ever."""
    waiting = list(answers)
    return lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0]


class Wire:
    """The server. `answer(request)` returns bytes, `RESET`, or awaits either."""

    def __init__(self, answer):
        self._answer = answer
        self._writers = []
        self.requests = []

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**26)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await self._server.wait_closed()

    async def _serve(self, reader, writer):
        self._writers.append(writer)
        try:
            while request := await self._next(reader):
                if request.path == "/bystander":
                    writer.write(reply())
                    continue
                self.requests.append(request)
                answer = self._answer(request)
                if inspect.isawaitable(answer):
                    answer = await answer
                if answer is RESET:
                    writer.transport.abort()
                    return
                writer.write(answer)
                await writer.drain()
                if b"connection: close" in answer:
                    writer.close()
                    return
        except (ConnectionError, asyncio.CancelledError):
            return  # the client went away, or the test is over

    async def _next(self, reader):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except asyncio.IncompleteReadError:
            return None
        line, *fields = head.rstrip().split("\r\n")
        method, target, _ = line.split(" ")
        headers = {}
        for field in fields:
            name, _, value = field.partition(": ")
            headers[name.lower()] = value
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        return Request(method, target, headers, body)

    async def bystander(self):
        """Wait for the response to another client, so that all pending sends are done."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for _ in range(3):
            writer.write(b"GET /bystander HTTP/1.1\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    @property
    def lines(self):
        return [f"{request.method} {request.target}" for request in self.requests]

    def target(self, path="", ims_url="http://127.0.0.1:1"):
        return Target(
            name="wire",
            url=self.url + path,
            ims_org="1234@AdobeOrg",
            sandbox="prod",
            ims_url=ims_url,
        )

    def service(
        self,
        settings=AT_ONCE,
        *,
        environ=STATIC,
        read_only=False,
        path="",
        ims=None,
        on_event=None,
    ):
        target = self.target(path, (ims or self).url)
        return connect(target, environ, settings=settings, read_only=read_only, on_event=on_event)


class Nowhere(Wire):
    """A port that refuses connections, and that nobody else can get meanwhile."""

    def __init__(self):
        super().__init__(None)

    async def __aenter__(self):
        self._held = socket.socket()
        self._held.bind(("127.0.0.1", 0))
        self.port = self._held.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_):
        self._held.close()


def run_story(story):
    """Run a coroutine of a test to its end."""
    asyncio.run(story)


async def raised(kind, awaitable):
    """Return the error that an awaitable raises."""
    try:
        await awaitable
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was not raised")
