"""A write that had to wait reads its document again first, whatever it waited for."""

import asyncio
from types import SimpleNamespace

import pytest
from live.wire import (
    AT_ONCE,
    SERVER_TO_SERVER,
    Wire,
    in_turn,
    items,
    raised,
    refused,
    reply,
    run_story,
)

from reconciler.live import retries
from reconciler.live.events import EventKind
from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import ServiceError
from reconciler.model.kinds import FLOW_SPEC

SPEC = {"id": "a", "name": "A", "providerId": "p"}
ONE_AT_A_TIME = ConnectionSettings(retry_wait=0, parallelism=1)


def written_after_a_read(service):
    """PUT a spec, with a read as the call to make after a wait."""

    async def recheck():
        await service.read(FLOW_SPEC, "a")

    return service.replace(FLOW_SPEC, "a", SPEC, None, recheck=recheck)


def test_a_write_that_waits_for_nothing_reads_nothing():
    async def story():
        async with Wire(lambda _: reply(SPEC)) as wire, wire.service() as service:
            await written_after_a_read(service)
            assert wire.lines == ["PUT /flowSpecs/a"]

    run_story(story())


def test_a_write_that_waits_for_another_requests_pause_reads_again():
    async def story():
        paused = asyncio.Event()
        script = in_turn(refused(429, "", retry_after=1), items(SPEC))
        on_event = listening_for(EventKind.RETRY, paused)
        async with Wire(script) as wire, wire.service(on_event=on_event) as service:
            other = asyncio.create_task(service.read(FLOW_SPEC, "a"))
            await paused.wait()
            await written_after_a_read(service)
            await other
            lines = [line for line in wire.lines if line != "GET /flowSpecs/a"]
            assert lines == ["PUT /flowSpecs/a"]
            assert wire.lines[wire.lines.index("PUT /flowSpecs/a") - 1] == "GET /flowSpecs/a"
            assert len(wire.lines) == 4

    run_story(story())


def listening_for(kind, event):
    return lambda happened: event.set() if happened.kind is kind else None


@pytest.mark.parametrize("settings", [AT_ONCE, ONE_AT_A_TIME], ids=["many", "one at a time"])
def test_a_write_that_waits_for_a_connection_reads_again(settings):
    async def story():
        release = asyncio.Event()

        async def slow(request):
            if request.path != "/flowSpecs/a":
                await release.wait()
            return reply(SPEC) if request.method == "PUT" else items(SPEC)

        async with Wire(slow) as wire, wire.service(settings) as service:
            others = [
                asyncio.create_task(service.read(FLOW_SPEC, "b"))
                for _ in range(settings.parallelism)
            ]
            await wire.bystander()
            write = asyncio.create_task(written_after_a_read(service))
            await wire.bystander()
            release.set()
            await write
            for other in others:
                other.cancel()
            assert wire.lines[-2:] == ["GET /flowSpecs/a", "PUT /flowSpecs/a"]

    run_story(story())


def tokens(*lives):
    """Return a script of IMS and the service; each token in turn lives so many seconds."""
    given = 0

    def answer(request):
        nonlocal given
        if request.path == "/ims/token/v3":
            given += 1
            return reply({"access_token": f"token-{given}", "expires_in": lives[given - 1]})
        if request.headers["authorization"] != f"Bearer token-{len(lives)}":
            return refused(401, "401013")
        return reply(SPEC) if request.method == "PUT" else items(SPEC)

    return answer


def test_a_write_for_which_a_token_was_fetched_reads_again():
    async def story():
        async with Wire(tokens(86399)) as wire:
            async with wire.service(environ=SERVER_TO_SERVER) as service:
                await written_after_a_read(service)
            assert wire.lines == ["POST /ims/token/v3", "GET /flowSpecs/a", "PUT /flowSpecs/a"]

    run_story(story())


def test_a_write_that_met_a_401_reads_again_with_the_new_token():
    async def story():
        async with Wire(tokens(86399)) as wire:
            async with wire.service(environ=SERVER_TO_SERVER) as service:
                service._exchange._client.auth._token = "token-0"
                service._exchange._client.auth._renew_at = float("inf")
                await written_after_a_read(service)
            assert wire.lines == [
                "PUT /flowSpecs/a",
                "POST /ims/token/v3",
                "GET /flowSpecs/a",
                "PUT /flowSpecs/a",
            ]

    run_story(story())


@pytest.mark.parametrize("life", [0.000001, 86399])
def test_a_token_that_is_always_rejected_fails_the_write(life):
    async def story():
        def answer(request):
            if request.path == "/ims/token/v3":
                return reply({"access_token": f"token-{len(wire.requests)}", "expires_in": life})
            return refused(401, "401013") if request.method == "PUT" else items(SPEC)

        async with Wire(answer) as wire:
            async with wire.service(environ=SERVER_TO_SERVER) as service:
                error = await raised(ServiceError, written_after_a_read(service))
            assert error.status == 401
            assert sum(request.method == "PUT" for request in wire.requests) == 2

    run_story(story())


def test_a_pause_that_restarts_while_waiting_is_kept_in_full():
    async def story():
        async with Wire(lambda _: items(SPEC)) as wire, wire.service() as service:
            throttle = service._exchange.throttle
            throttle.pause(0.05)
            reading = asyncio.create_task(service.read(FLOW_SPEC, "a"))
            await asyncio.sleep(0)
            throttle.pause(60)
            await asyncio.wait([reading], timeout=0.1)
            assert wire.requests == []
            reading.cancel()
            await raised(asyncio.CancelledError, reading)

    run_story(story())


def test_the_time_limit_starts_with_the_first_attempt_not_with_the_wait_for_it(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(retries, "time", SimpleNamespace(monotonic=lambda: now[0]))

    async def story():
        script = in_turn(refused(503, ""), items(SPEC))
        async with Wire(script) as wire, wire.service() as service:
            service._exchange.throttle.pause(0.1)
            reading = asyncio.create_task(service.read(FLOW_SPEC, "a"))
            await asyncio.sleep(0)
            now[0] = AT_ONCE.retry_total + 1
            assert await reading
            assert len(wire.requests) == 2

    run_story(story())
