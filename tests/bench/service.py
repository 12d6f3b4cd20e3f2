"""The emulator in a process of its own, with a latency and a rate limit: `service.py DATA …`.

Prints its URL and serves until it is ended. `--latency` is how many seconds
each answer is held back, `--rate` how many requests are taken within any
second: those beyond are answered with 429 and `Retry-After: 1`.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import time
from collections import deque
from pathlib import Path

import uvicorn
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from reconciler.emulator.app import create_app
from reconciler.emulator.store import Store


def with_latency(app: ASGIApp, seconds: float) -> ASGIApp:
    """Hold back every answer for so long; requests do not wait for each other."""

    async def late(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(seconds)
        await app(scope, receive, send)

    return late


def with_rate(app: ASGIApp, rate: int) -> ASGIApp:
    """Refuse what is more than `rate` requests within a second."""
    taken: deque[float] = deque(maxlen=rate)

    async def limited(scope: Scope, receive: Receive, send: Send) -> None:
        now = time.monotonic()
        if len(taken) == rate and now - taken[0] < 1:
            refusal = JSONResponse(
                {"error_code": "429050", "message": "Too many requests"}, 429, {"Retry-After": "1"}
            )
            await refusal(scope, receive, send)
            return
        taken.append(now)
        await app(scope, receive, send)

    return limited


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--rate", type=int, default=0)
    options = parser.parse_args()
    app: ASGIApp = create_app(Store(options.data))
    if options.rate:
        app = with_rate(app, options.rate)
    if options.latency:
        app = with_latency(app, options.latency)
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
