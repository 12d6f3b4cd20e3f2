"""Retries: which requests, after which pause, and how many times."""

import asyncio
import logging
from datetime import UTC, datetime

import httpx
import pytest
from live.wire import (
    AT_ONCE,
    RESET,
    Nowhere,
    Wire,
    in_turn,
    items,
    raised,
    refused,
    reply,
    run_story,
)

from reconciler.live.events import EventKind
from reconciler.live.response import announced_pause
from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import ConnectionFailedError, OutcomeUnknownError, ServiceError
from reconciler.model.kinds import FLOW_SPEC

SPEC = {"id": "a", "name": "A", "providerId": "p"}
NOW = datetime(2030, 1, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_read_is_repeated_after_an_error_that_may_pass(status):
    async def story():
        script = in_turn(refused(status, ""), refused(status, ""), items(SPEC))
        async with Wire(script) as wire, wire.service() as service:
            assert (await service.read(FLOW_SPEC, "a")).id == "a"
            assert len(wire.requests) == 3

    run_story(story())


def test_a_read_is_repeated_after_a_lost_connection():
    async def story():
        script = in_turn(RESET, RESET, items(SPEC))
        async with Wire(script) as wire, wire.service() as service:
            assert (await service.read(FLOW_SPEC, "a")).id == "a"
            assert len(wire.requests) == 3

    run_story(story())


def test_a_read_is_repeated_when_the_body_breaks_off():
    async def story():
        broken = reply(SPEC, connection="close")[:-5]
        async with Wire(in_turn(broken, items(SPEC))) as wire, wire.service() as service:
            assert (await service.read(FLOW_SPEC, "a")).id == "a"
            assert len(wire.requests) == 2

    run_story(story())


def test_a_request_on_a_stale_connection_is_repeated():
    async def story():
        script = in_turn(items(SPEC), RESET, items(SPEC))
        async with Wire(script) as wire, wire.service() as service:
            await service.read(FLOW_SPEC, "a")
            assert (await service.read(FLOW_SPEC, "a")).id == "a"
            assert len(wire.requests) == 3

    run_story(story())


@pytest.mark.parametrize("status", [400, 401, 403, 409, 501])
def test_a_client_error_is_not_repeated(status):
    async def story():
        async with Wire(lambda _: refused(status, "")) as wire, wire.service() as service:
            await raised(ServiceError, service.read(FLOW_SPEC, "a"))
            assert len(wire.requests) == 1

    run_story(story())


def test_attempts_are_bounded_and_counted_in_the_error():
    async def story():
        async with Wire(lambda _: refused(503, "1103-503")) as wire, wire.service() as service:
            error = await raised(ServiceError, service.read(FLOW_SPEC, "a"))
            assert len(wire.requests) == AT_ONCE.attempts
            assert "after 5 attempts" in str(error)

    run_story(story())


def test_lost_connections_are_bounded_too():
    async def story():
        async with Wire(lambda _: RESET) as wire, wire.service() as service:
            error = await raised(ConnectionFailedError, service.read(FLOW_SPEC, "a"))
            assert len(wire.requests) == AT_ONCE.attempts
            assert "GET /flowSpecs/a" in str(error)
            assert "closed the connection" in str(error)
            assert "after 5 attempts" in str(error)

    run_story(story())


def test_a_429_is_retried_more_often_than_a_failure_up_to_a_limit():
    async def story():
        throttled = refused(429, "", retry_after=0)
        async with Wire(lambda _: throttled) as wire, wire.service() as service:
            error = await raised(ServiceError, service.read(FLOW_SPEC, "a"))
            assert error.status == 429
            assert len(wire.requests) == 4 * AT_ONCE.attempts

    run_story(story())


def test_the_announced_pause_is_kept():
    events = []

    async def story():
        paused = asyncio.Event()

        def listen(event):
            events.append(event)
            if event.kind is EventKind.RETRY:
                paused.set()

        throttled = refused(429, "", retry_after=7)
        async with Wire(lambda _: throttled) as wire, wire.service(on_event=listen) as service:
            reading = asyncio.create_task(service.read(FLOW_SPEC, "a"))
            await paused.wait()
            reading.cancel()
            await raised(asyncio.CancelledError, reading)
            assert len(wire.requests) == 1

    run_story(story())
    request, retry = events
    assert (request.kind, request.method, request.path) == ("request", "GET", "/flowSpecs/a")
    assert (request.status, request.request_id) == (429, "req-1")
    assert (retry.kind, retry.status, retry.pause) == ("retry", 429, 7)


def test_an_announced_pause_holds_every_request_back():
    async def story():
        throttled = asyncio.Event()

        def listen(event):
            if event.kind is EventKind.RETRY:
                throttled.set()

        script = in_turn(refused(429, "", retry_after=60), items(SPEC))
        async with Wire(script) as wire, wire.service(on_event=listen) as service:
            first = asyncio.create_task(service.read(FLOW_SPEC, "a"))
            await throttled.wait()
            second = asyncio.create_task(service.read(FLOW_SPEC, "b"))
            await wire.bystander()
            assert len(wire.requests) == 1
            for task in (first, second):
                task.cancel()
                await raised(asyncio.CancelledError, task)

    run_story(story())


def test_a_pause_that_is_too_long_ends_the_request_and_says_so():
    async def story():
        throttled = refused(429, "", retry_after=999_999_999)
        async with Wire(lambda _: throttled) as wire, wire.service() as service:
            error = await raised(ServiceError, service.read(FLOW_SPEC, "a"))
            assert "asks to wait 999999999 s" in str(error)
            assert "no longer than 120 s" in str(error)
            assert len(wire.requests) == 1

    run_story(story())


def test_the_pauses_of_a_request_are_bounded_in_all():
    async def story():
        settings = ConnectionSettings(retry_wait=60, retry_wait_max=60, retry_total=59)
        async with Wire(lambda _: RESET) as wire, wire.service(settings) as service:
            error = await raised(ConnectionFailedError, service.read(FLOW_SPEC, "a"))
            assert "no longer than 59 s" in str(error)
            assert len(wire.requests) == 1

    run_story(story())


@pytest.mark.parametrize("garbage", ["soon", "-5", "1e9", "\u0661", "", "Wed, 99 Foo 2030"])
def test_an_invalid_retry_after_is_ignored(garbage):
    assert announced_pause(garbage, NOW) == 0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        (" 17 ", 17),
        ("9" * 400, 999_999_999_999),
        ("Tue, 01 Jan 2030 12:00:30 GMT", 30),
        ("Tue, 01 Jan 2030 12:00:30 -0000", 30),
        ("Tue, 01 Jan 2030 11:00:00 GMT", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date(text, seconds):
    assert announced_pause(text, NOW) == seconds


def test_pauses_grow():
    pauses = []

    async def story():
        settings = ConnectionSettings(retry_wait=0.001, attempts=4)

        def listen(event):
            if event.kind is EventKind.RETRY:
                pauses.append(event.pause)

        async with (
            Wire(lambda _: RESET) as wire,
            wire.service(settings, on_event=listen) as service,
        ):
            await raised(ConnectionFailedError, service.read(FLOW_SPEC, "a"))

    run_story(story())
    assert pauses == [0.001, 0.002, 0.004]


def test_a_write_without_a_connection_is_repeated_and_then_known_not_to_be_done():
    events = []

    async def story():
        async with Nowhere() as nowhere, nowhere.service(on_event=events.append) as service:
            error = await raised(ConnectionFailedError, service.replace(FLOW_SPEC, "a", SPEC, None))
            assert not error.sent
            assert "could not be reached" in str(error)

    run_story(story())
    assert [event.kind for event in events].count(EventKind.REQUEST) == AT_ONCE.attempts


def test_a_write_is_not_repeated_after_the_server_did_its_work_and_vanished():
    async def story():
        async with Wire(lambda _: RESET) as wire, wire.service() as service:
            await raised(OutcomeUnknownError, service.replace(FLOW_SPEC, "a", SPEC, '"x"'))
            await raised(OutcomeUnknownError, service.create(FLOW_SPEC, SPEC))
            assert wire.lines == ["PUT /flowSpecs/a", "POST /flowSpecs"]

    run_story(story())


def test_the_error_of_a_throttled_write_holds_the_pause():
    async def story():
        busy = refused(503, "1103-503", retry_after=3)
        async with Wire(lambda _: busy) as wire, wire.service() as service:
            error = await raised(OutcomeUnknownError, service.replace(FLOW_SPEC, "a", SPEC, None))
            assert error.pause == 3
            assert error.code == "1103-503"
            assert len(wire.requests) == 1

    run_story(story())


def test_a_timeout_is_a_lost_connection():
    async def never(_):
        await asyncio.Event().wait()

    async def story():
        settings = ConnectionSettings(attempts=2, retry_wait=0)
        async with Wire(never) as wire, wire.service(settings) as service:
            service._exchange._client.timeout = httpx.Timeout(30, read=0.05)  # once it is sent
            error = await raised(ConnectionFailedError, service.read(FLOW_SPEC, "a"))
            assert "did not respond in time" in str(error)
            await wire.bystander()
            assert len(wire.requests) == 2

    run_story(story())


def test_a_response_that_arrives_too_slowly_times_out():
    async def story():
        settings = ConnectionSettings(timeout=30, slowness=0.002, attempts=1)
        drop = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"
        async with Wire(lambda _: drop) as wire, wire.service(settings) as service:
            error = await raised(ConnectionFailedError, service.read(FLOW_SPEC, "a"))
            assert "did not finish its response in time" in str(error)

    run_story(story())


def test_concurrent_requests_are_limited():
    under_way, most = 0, 0

    async def story():
        full = asyncio.Event()

        async def answer(_):
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            if under_way == 3:
                full.set()
            await full.wait()
            under_way -= 1
            return items(SPEC)

        settings = ConnectionSettings(parallelism=3)
        async with Wire(answer) as wire, wire.service(settings) as service:
            await asyncio.gather(*(service.read(FLOW_SPEC, "a") for _ in range(20)))
            assert len(wire.requests) == 20

    run_story(story())
    assert most == 3


def test_retries_are_reported_as_events_and_not_logged(caplog, capfd):
    async def story():
        script = in_turn(refused(503, ""), items(SPEC))
        async with Wire(script) as wire, wire.service() as service:
            await service.read(FLOW_SPEC, "a")

    with caplog.at_level(logging.WARNING):
        run_story(story())
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
