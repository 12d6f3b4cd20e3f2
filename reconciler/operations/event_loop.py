"""Run a coroutine to its end in an event loop of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


def run_to_end(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine in an event loop of its own, as `asyncio.run` does, and return its result.

    The result is not the task's: at the end asyncio asks for the handler of SIGINT, and
    `signal` then makes its repr, with the task's and its result's in it, a thousand specs.
    """
    found: list[Result] = []

    async def keep() -> None:
        found.append(await work)

    asyncio.run(keep())
    return found[0]
