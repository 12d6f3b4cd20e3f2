"""A deterministic scheduler: of all pending requests one goes through, in an order that is given.

Every party is an ordinary coroutine over a `TakingTurns` transport. No request
moves until every party waits for its turn or has ended; then the order says
who is next. Nothing sleeps and nothing races.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

import httpx

Choose = Callable[[Sequence[str]], str]
"""Takes the names of the waiting parties, returns the one whose request is next."""


@dataclass
class Turns:
    """The order of all requests. `taken` is who did what, in the order that it was done."""

    choose: Choose
    taken: list[tuple[str, str]] = field(default_factory=list)
    waiting: dict[str, asyncio.Future] = field(default_factory=dict)
    parties: int = 0

    async def of(self, name: str) -> None:
        """Return when it is this party's turn."""
        turn = self.waiting[name] = asyncio.get_running_loop().create_future()
        self._next()
        await turn

    def left(self) -> None:
        """A party has ended."""
        self.parties -= 1
        self._next()

    def _next(self) -> None:
        if self.waiting and len(self.waiting) == self.parties:
            name = self.choose(sorted(self.waiting))
            self.waiting.pop(name).set_result(None)


class TakingTurns(httpx.AsyncBaseTransport):
    """The transport of one party to the service."""

    def __init__(self, inner: httpx.AsyncBaseTransport, name: str, turns: Turns) -> None:
        self._inner = inner
        self._name = name
        self._turns = turns

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._turns.of(self._name)
        self._turns.taken.append((self._name, request.method))
        return await self._inner.handle_async_request(request)


async def together(turns: Turns, *parties: Coroutine) -> list:
    """Run the parties, each with one pending request at most; return their results."""

    async def until_the_end(party):
        try:
            return await party
        finally:
            turns.left()

    turns.parties = len(parties)
    return await asyncio.gather(*map(until_the_end, parties))


def at_random(seed: int) -> Choose:
    """Choose at random, from a seed."""
    return Random(seed).choice


class EveryOrder:
    """Enumerates every possible order, one run after another: a walk of the tree of choices."""

    def __init__(self) -> None:
        self._planned: list[int] = []
        self._made: list[tuple[int, int]] = []

    def choose(self, names: Sequence[str]) -> str:
        depth = len(self._made)
        choice = self._planned[depth] if depth < len(self._planned) else 0
        self._made.append((choice, len(names)))
        return names[choice]

    def __iter__(self) -> Iterator[Choose]:
        more = True
        while more:
            self._made = []
            yield self.choose
            while self._made and self._made[-1][0] + 1 == self._made[-1][1]:
                self._made.pop()
            more = bool(self._made)
            if more:
                choice, _ = self._made.pop()
                self._planned = [choice for choice, _ in self._made] + [choice + 1]
