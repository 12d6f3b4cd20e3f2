"""A transport to the emulator that lets a test act between the run and the service."""

import asyncio
import json

import httpx
from faults.course import ONE_BY_ONE, Watched, application, applied, plan_now


class Between(Watched):
    """Calls `act(request, forward)` for every request; `forward` asks the service."""

    def __init__(self, app, act):
        super().__init__(app)
        self._act = act

    async def handle_async_request(self, request):
        self.seen.append((request.method, request.url.path))

        async def forward():
            return await Watched.__bases__[0].handle_async_request(self, request)

        return await self._act(request, forward)

    @property
    def methods(self):
        return [method for method, _ in self.seen]


def executed(store, plan, act, *, etags=False, settings=ONE_BY_ONE, **how):
    """Execute a plan with `act` in between; return the outcomes and the methods of the requests."""
    way = Between(application(store, etags=etags), act)
    outcomes = asyncio.run(applied(plan, way, settings, **how))
    return outcomes, way.methods


def written(store, wanted, act, **how):
    """Execute the plan for one spec; return its outcome and the methods of the requests."""
    (outcome,), methods = executed(store, plan_now(store, [wanted]), act, **how)
    return outcome, methods


def status(number, code="", **headers):
    body = {"errors": [{"code": code, "message": "no"}]}
    return httpx.Response(number, json=body, headers=headers)


def items(*documents):
    return httpx.Response(200, content=json.dumps({"items": documents}).encode())
