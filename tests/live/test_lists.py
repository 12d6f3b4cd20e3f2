"""Lists that never end, and entries of other teams that cannot be read exactly."""

import pytest
from live.wire import SERVER_TO_SERVER, Wire, items, raised, reply, run_story

from reconciler.live.fetch import FEW, fetch_live
from reconciler.live.pages import MAX_EMPTY_PAGES, MAX_PAGES
from reconciler.live.response import announced_pause
from reconciler.model.errors import ServiceError
from reconciler.model.kinds import FLOW_SPEC
from reconciler.model.specs import SpecKey


def pages_without_end(entries):
    """Each page has a link to another one; `entries(n)` are those of page n."""
    page = 0

    def answer(_):
        nonlocal page
        page += 1
        link = {"next": {"href": f"/flowSpecs?page={page}"}}
        return items(*entries(page), _links=link)

    return answer


@pytest.mark.parametrize(
    ("entries", "most"),
    [
        (lambda _: [], MAX_EMPTY_PAGES),
        (lambda _: [{"id": "a"}], MAX_EMPTY_PAGES + 1),
        (lambda page: [{"id": str(page)}], MAX_PAGES),
    ],
    ids=["empty", "the same", "ever new"],
)
def test_an_endless_list_is_an_error(entries, most):
    async def story():
        async with Wire(pages_without_end(entries)) as wire, wire.service() as service:
            error = await raised(ServiceError, service.list(FLOW_SPEC))
            assert "the pages of the list never end" in str(error)
            assert len(wire.requests) == most

    run_story(story())


NUMBERS = ["1e400", "NaN", "-Infinity", "0." + "1" * 40, "1e-9999999999999999999", "9" * 5000]
OURS = {"id": "ours", "name": "Ours", "providerId": "p"}


def listed(number, spec_id="theirs"):
    odd = f'{{"id": "{spec_id}", "name": "Odd", "providerId": "p", "limit": {number}}}'
    return f'{{"items": [{{"id": "ours", "name": "Ours", "providerId": "p"}}, {odd}]}}'.encode()


@pytest.mark.parametrize("number", NUMBERS)
def test_an_inexact_number_in_a_spec_of_another_team_does_not_fail_the_list(number):
    async def story():
        async with Wire(lambda _: reply(listed(number))) as wire, wire.service() as service:
            ours, theirs = await service.list(FLOW_SPEC)
            assert (ours.document, ours.flaw) == (OURS, "")
            assert theirs.document == {"id": "theirs", "name": "Odd", "providerId": "p"}
            assert "cannot be carried" in theirs.flaw
            assert [live.name for live in await service.list(FLOW_SPEC)] == ["Ours", "Odd"]

    run_story(story())


def test_an_inexact_number_in_a_managed_spec_is_an_error_that_names_it():
    keys = [SpecKey("flowSpec", f"x{number}") for number in range(FEW + 1)]
    body = listed("1e400", keys[0].id)

    async def story():
        def answer(request):
            if request.path == "/flowSpecs":
                return reply(body)
            return reply(body if request.path.endswith(keys[0].id) else b'{"items": []}')

        async with Wire(answer) as wire, wire.service() as service:
            error = await raised(ServiceError, fetch_live(service, keys, want_unmanaged=False))
            assert f"GET /flowSpecs/{keys[0].id}" in str(error)
            assert "1e400 cannot be carried" in str(error)

    run_story(story())


@pytest.mark.parametrize(
    "text",
    [
        f"Tue, 01 Jan {'9' * 20} 12:00:30 GMT",
        "Tue, 01 Jan 2030 99:99:99 GMT",
        "Tue, 01 Jan 9999 23:59:59 -2359",
        "Tue, 01 Jan 0001 00:00:00 +2359",
        "\udcff",
    ],
)
def test_an_absurd_date_in_retry_after_is_no_pause(text):
    from datetime import UTC, datetime

    assert announced_pause(text, datetime(2030, 1, 1, tzinfo=UTC)) >= 0


@pytest.mark.parametrize("life", ["1" + "0" * 400, "1e308", "-5", "true", '"x"', "null", "[]"])
def test_an_absurd_life_of_a_token_is_no_error(life):
    async def story():
        def answer(request):
            if request.path == "/ims/token/v3":
                return reply(f'{{"access_token": "t", "expires_in": {life}}}'.encode())
            return items(OURS)

        async with (
            Wire(answer) as wire,
            wire.service(environ=SERVER_TO_SERVER) as service,
        ):
            assert await service.read(FLOW_SPEC, "ours")
            assert await service.read(FLOW_SPEC, "ours")

    run_story(story())
