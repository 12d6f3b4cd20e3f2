"""Tokens from IMS: fetched once, shared, renewed before they expire, and never shown."""

import asyncio

import httpx
import pytest
from live.wire import (
    AT_ONCE,
    RESET,
    SERVER_TO_SERVER,
    STATIC,
    TOKEN,
    Wire,
    in_turn,
    items,
    raised,
    refused,
    reply,
    run_story,
)

from reconciler.live.auth import ServerToServer
from reconciler.live.connect import connect
from reconciler.live.credentials import ClientCredentials
from reconciler.live.redaction import Secrets
from reconciler.model.errors import (
    ConnectionFailedError,
    CredentialsError,
    LiveError,
    ServiceError,
)
from reconciler.model.kinds import FLOW_SPEC

SPEC = {"id": "a", "name": "A", "providerId": "p"}
SECRET = SERVER_TO_SERVER["ADOBE_CLIENT_SECRET"]
UNAUTHORIZED = reply({"error_code": "401013", "message": "Oauth token is not valid"}, 401)


def ims(expires_in=86399):
    """Return a script that issues token-1, token-2 and so on."""
    given = 0

    def answer(_):
        nonlocal given
        given += 1
        return reply(
            {"access_token": f"token-{given}", "token_type": "bearer", "expires_in": expires_in}
        )

    return answer


def accepting(tokens):
    """Return a service that accepts only the tokens in this list, at the time of each request."""

    def answer(request):
        _, _, token = request.headers["authorization"].partition(" ")
        return items(SPEC) if token in tokens else UNAUTHORIZED

    return answer


def story_of(ims_script, service_script, steps, settings=AT_ONCE):
    """Run `steps(service, wire, ims)` with a service behind IMS."""

    async def story():
        async with Wire(ims_script) as door, Wire(service_script) as wire:
            connection = wire.service(settings, environ=SERVER_TO_SERVER, ims=door)
            async with connection as service:
                await steps(service, wire, door)

    run_story(story())


def test_the_token_request_is_the_documented_form():
    async def steps(service, _, door):
        await service.read(FLOW_SPEC, "a")
        request = door.requests[0]
        assert door.lines == ["POST /ims/token/v3"]
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        assert dict(httpx.QueryParams(request.body.decode())) == {
            "grant_type": "client_credentials",
            "client_id": "the-client-id",
            "client_secret": SECRET,
            "scope": "openid,AdobeID",
        }
        assert "x-gw-ims-org-id" not in request.headers
        assert "authorization" not in request.headers

    story_of(ims(), accepting({"token-1"}), steps)


def test_ims_may_be_another_host():
    async def story():
        async with Wire(ims()) as door, Wire(accepting({"token-1"})) as wire:
            target = wire.target(ims_url=f"http://localhost:{door.port}/")
            async with connect(target, SERVER_TO_SERVER, read_only=True) as service:
                assert await service.read(FLOW_SPEC, "a")
            assert door.requests[0].headers["host"] == f"localhost:{door.port}"

    run_story(story())


def test_one_token_serves_many_requests_that_need_it_at_once():
    async def steps(service, wire, door):
        await asyncio.gather(*(service.read(FLOW_SPEC, "a") for _ in range(10)))
        await service.read(FLOW_SPEC, "a")
        assert len(door.requests) == 1
        assert len(wire.requests) == 11
        assert wire.requests[0].headers["x-api-key"] == "the-client-id"

    story_of(ims(), accepting({"token-1"}), steps)


def test_a_401_in_the_middle_of_a_run_renews_the_token_once():
    taken = {"token-1"}

    async def steps(service, _, door):
        await service.read(FLOW_SPEC, "a")
        taken.add("token-2")
        taken.remove("token-1")
        await asyncio.gather(*(service.read(FLOW_SPEC, "a") for _ in range(8)))
        assert len(door.requests) == 2

    story_of(ims(), accepting(taken), steps)


def test_a_write_that_met_a_401_is_sent_again_with_the_new_token_and_its_body():
    async def steps(service, wire, _):
        await service.replace(FLOW_SPEC, "a", SPEC, '"x"')
        first, second = wire.requests
        assert first.body == second.body
        assert second.headers["authorization"] == "Bearer token-2"
        assert second.headers["if-match"] == '"x"'

    story_of(ims(), accepting({"token-2"}), steps)


def test_a_second_401_is_an_error_and_not_a_loop():
    async def steps(service, wire, door):
        error = await raised(ServiceError, service.read(FLOW_SPEC, "a"))
        assert (error.status, error.code) == (401, "401013")
        assert "get a new one" in str(error)
        assert (len(wire.requests), len(door.requests)) == (2, 2)

    story_of(ims(), accepting(set()), steps)


def test_a_given_token_that_is_refused_is_an_error():
    async def story():
        async with Wire(lambda _: UNAUTHORIZED) as wire, wire.service() as service:
            error = await raised(ServiceError, service.read(FLOW_SPEC, "a"))
            assert error.status == 401
            assert len(wire.requests) == 1

    run_story(story())


@pytest.mark.parametrize(
    ("expires_in", "last_use"),
    [(86399, 86399 - 300.5), (600, 539.5), (10, 8.5), (None, 1e12), (0, 1e12), ("10", 1e12)],
)
def test_a_token_is_renewed_some_time_before_it_expires(expires_in, last_use):
    now = 1000.0
    credentials = ClientCredentials("key", "id", "secret", "openid")
    requests = []

    def answer(request):
        requests.append(request.url.path)
        body = {"access_token": "token", "expires_in": expires_in}
        return httpx.Response(200, json=body)

    async def story():
        nonlocal now
        url = httpx.URL("http://ims/ims/token/v3")
        auth = ServerToServer(credentials, url, Secrets(), clock=lambda: now)
        async with httpx.AsyncClient(
            transport=httpx.MockTransport(answer), auth=auth, base_url="http://service"
        ) as client:
            await client.get("/x")
            now = 1000 + last_use
            await client.get("/x")
            assert requests.count("/ims/token/v3") == 1
            if last_use < 1e12:
                now += 1
                await client.get("/x")
                assert requests.count("/ims/token/v3") == 2

    run_story(story())


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (reply({"error": "invalid_client"}, 400), "Check the client id and secret"),
        (reply({"error": "invalid_scope", "error_description": "no x"}, 400), "(invalid_scope)"),
        (reply({"error": f"bad {SECRET}"}, 400), "no access token in the response"),
        (reply({"token_type": "bearer"}), "no access token in the response"),
        (reply({"access_token": "line\nbreak"}), "no access token in the response"),
        (reply(b"<html>Sign in</html>"), "This is not a response of IMS"),
        (reply(b'{"access_token": "to'), "This is not a response of IMS"),
        (reply(b"[]"), "This is not a response of IMS"),
    ],
)
def test_a_rejection_by_ims_is_an_error_that_says_what_to_do(answer, complaint):
    async def steps(service, wire, _):
        error = await raised(CredentialsError, service.read(FLOW_SPEC, "a"))
        assert complaint in str(error)
        assert "/ims/token/v3" in str(error)
        assert SECRET not in str(error)
        assert "p8e-s3cret%26value" not in str(error)
        assert wire.requests == []

    story_of(lambda _: answer, accepting(set()), steps)


def test_a_request_to_a_busy_ims_is_retried():
    async def steps(service, wire, door):
        await service.replace(FLOW_SPEC, "a", SPEC, None)
        assert len(door.requests) == 4
        assert len(wire.requests) == 1

    busy = [refused(503, ""), RESET, refused(429, "")]
    story_of(in_turn(*busy, reply({"access_token": "token-1"})), accepting({"token-1"}), steps)


@pytest.mark.parametrize(
    ("answer", "error"), [(refused(503, ""), ServiceError), (RESET, ConnectionFailedError)]
)
def test_a_write_without_a_token_is_reported_as_not_done(answer, error):
    async def steps(service, wire, _):
        found = await raised(LiveError, service.replace(FLOW_SPEC, "a", SPEC, None))
        assert type(found) is error
        assert str(found).startswith("POST /ims/token/v3: ")
        assert wire.requests == []

    story_of(lambda _: answer, accepting(set()), steps)


def test_an_echoed_token_is_never_shown():
    def echo(request):
        return refused(400, request.headers["authorization"], request.headers["authorization"])

    async def steps(service, *_):
        error = await raised(ServiceError, service.read(FLOW_SPEC, "a"))
        assert "token-1" not in f"{error} {error.code} {error.message}"
        assert "[redacted]" in str(error)

    story_of(ims(), echo, steps)


def test_an_echoed_token_from_the_environment_is_never_shown():
    def echo(request):
        return reply(
            f"<html>{request.headers['authorization']}</html>".encode(),
            request_id=TOKEN,
            x_request_id=TOKEN,
        )

    async def story():
        async with Wire(echo) as wire, wire.service(environ=STATIC) as service:
            error = await raised(ServiceError, service.read(FLOW_SPEC, "a"))
            assert TOKEN not in f"{error} {error.request_id}"

    run_story(story())


def test_a_redirect_gets_no_credentials():
    async def story():
        async with Wire(lambda _: items(SPEC)) as elsewhere:
            away = reply(b"", 302, location=f"{elsewhere.url}/flowSpecs/a?token={TOKEN}")
            async with Wire(lambda _: away) as wire, wire.service() as service:
                error = await raised(ServiceError, service.read(FLOW_SPEC, "a"))
                assert f"redirects to {elsewhere.url}/flowSpecs/a, which is not" in str(error)
                assert TOKEN not in str(error)
            assert elsewhere.requests == []

    run_story(story())
