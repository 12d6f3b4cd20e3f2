"""Large, unusual and hostile content is unchanged, or rejected with an error."""

import asyncio
from functools import reduce

import httpx
import pytest
from live.wire import AT_ONCE, Wire, items, raised, reply, run_story

from reconciler.live.connection_pool import ONE_CONNECTION, ConnectionPool
from reconciler.model.errors import OutcomeUnknownError
from reconciler.model.json_text import wire_json
from reconciler.model.kinds import FLOW_SPEC

HOSTILE = {
    "a 100,000-element list": {"list": [str(n) for n in range(100_000)]},
    "a 10 MB string": {"text": "x" * 10_000_000},
    "lone surrogates": {"\udfff": "\ud800"},
    "numbers beyond 2^53": {"big": 2**70, "small": -(2**70), "float": 0.1},
    "200 levels": {"deep": reduce(lambda inner, _: [inner], range(200), 1)},
    "keys that mean something elsewhere": {"__proto__": {}, "constructor": 1, "": None},
    "control characters": {"name": "\x00\x1b[2J\r\n", "\x07": "\u202e"},
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_content_is_read_and_written_unchanged(content):
    document = {"id": "a", **content}

    async def story():
        async with Wire(lambda _: reply(wire_json(document))) as wire, wire.service() as service:
            assert (await service.read(FLOW_SPEC, "a")).document == document
            await service.replace(FLOW_SPEC, "a", document, None)
            assert wire.requests[1].json == document

    run_story(story())


def test_an_id_and_a_name_of_lone_surrogates_can_be_requested():
    async def story():
        async with Wire(lambda _: items()) as wire, wire.service() as service:
            assert await service.read(FLOW_SPEC, "\ud800") is None
            assert await service.list(FLOW_SPEC, properties=["name==\ud800"]) == []
            assert wire.lines == [
                "GET /flowSpecs/%ED%A0%80",
                "GET /flowSpecs?property=name%3D%3D%ED%A0%80",
            ]

    run_story(story())


def test_a_list_of_ten_thousand_specs_is_read_completely():
    async def story():
        specs = [{"id": str(n)} for n in range(10_000)]
        async with Wire(lambda _: items(*specs)) as wire, wire.service() as service:
            assert len(await service.list(FLOW_SPEC)) == 10_000

    run_story(story())


def test_a_status_line_that_is_not_http_is_a_lost_connection():
    async def story():
        async with Wire(lambda _: b"hello\r\n\r\n") as wire, wire.service() as service:
            error = await raised(OutcomeUnknownError, service.replace(FLOW_SPEC, "a", {}, None))
            assert "closed the connection" in str(error)

    run_story(story())


def test_an_interrupted_read_is_over_at_once_and_leaves_the_connection_usable():
    async def story():
        arrived, release = asyncio.Event(), asyncio.Event()

        async def answer(_):
            arrived.set()
            await release.wait()
            return items({"id": "a"})

        async with Wire(answer) as wire, wire.service(AT_ONCE) as service:
            reading = asyncio.create_task(service.read(FLOW_SPEC, "a"))
            await arrived.wait()
            reading.cancel()
            await raised(asyncio.CancelledError, reading)
            assert len(wire.requests) == 1
            release.set()
            assert await service.read(FLOW_SPEC, "a")

    run_story(story())


def test_a_transport_serves_one_request_until_its_response_is_closed():
    made = []

    def transport():
        made.append(httpx.AsyncHTTPTransport(limits=ONE_CONNECTION, verify=False))
        return made[-1]

    async def story():
        async with Wire(lambda _: reply({})) as wire:
            pool = ConnectionPool(transport, 1)
            request = httpx.Request("GET", wire.url)
            first = await pool.handle_async_request(request)
            second = asyncio.create_task(pool.handle_async_request(request))
            await wire.bystander()
            assert len(wire.requests) == 1
            await first.stream.aclose()
            await first.stream.aclose()
            third = asyncio.create_task(pool.handle_async_request(request))
            await second
            await wire.bystander()
            assert len(wire.requests) == 2
            await (await second).aclose()
            await (await third).aclose()
            await pool.aclose()

    run_story(story())
    assert len(made) == 1
