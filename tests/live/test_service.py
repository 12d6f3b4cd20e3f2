"""The operations of the Flow Service: requests sent, and the response shapes accepted."""

import gzip
import json

import pytest
from live.wire import AT_ONCE, RESET, TOKEN, Wire, in_turn, items, raised, refused, reply, run_story

from reconciler import __version__
from reconciler.model.errors import OutcomeUnknownError, PreconditionFailedError, ServiceError
from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC

SPEC = {"id": "a", "name": "A", "providerId": "p"}


def reading(answer, spec_id="a"):
    """Return the result of a read with this response: the spec, None, or the error."""
    found = []

    async def story():
        async with Wire(lambda _: answer) as wire, wire.service() as service:
            try:
                found.append(await service.read(FLOW_SPEC, spec_id))
            except ServiceError as error:
                found.append(error)

    run_story(story())
    return found[0]


def test_every_request_has_the_five_headers():
    async def story():
        async with Wire(lambda _: items(SPEC)) as wire, wire.service() as service:
            await service.read(FLOW_SPEC, "a")
            await service.replace(FLOW_SPEC, "a", SPEC, None)
            read, write = wire.requests
        for request in (read, write):
            assert request.headers["authorization"] == f"Bearer {TOKEN}"
            assert request.headers["x-api-key"] == "the-api-key"
            assert request.headers["x-gw-ims-org-id"] == "1234@AdobeOrg"
            assert request.headers["x-sandbox-name"] == "prod"
            assert request.headers["accept"] == "application/json"
            assert request.headers["user-agent"] == f"reconciler/{__version__}"
        assert write.headers["content-type"] == "application/json"
        assert "content-type" not in read.headers

    run_story(story())


def test_a_read_unwraps_the_items_envelope():
    assert reading(items(SPEC)).document == SPEC


def test_a_read_accepts_a_bare_document():
    assert reading(reply(SPEC)).document == SPEC


def test_a_read_finds_its_spec_among_several():
    assert reading(items({"id": "b"}, SPEC)).document == SPEC


def test_an_empty_envelope_means_that_the_spec_is_not_there():
    assert reading(items()) is None


@pytest.mark.parametrize(
    "answer",
    [refused(404, "1101-404"), reply({"detail": "Not Found"}, 404)],
)
def test_a_404_of_the_service_means_that_the_spec_is_not_there(answer):
    assert reading(answer) is None


@pytest.mark.parametrize(
    "answer",
    [
        refused(404, "2100-404", "no such sandbox"),
        refused(404, "2101-404", "no such sandbox"),
        reply({"error_code": "404001", "message": "no such API"}, 404),
        reply(b"<html>Not Found</html>", 404),
        reply(b"404 page not found", 404),
        reply(b"", 404),
        reply({"message": "no Route matched with those values"}, 404),
        reply({"code": "404", "message": "Not Found"}, 404),
    ],
)
def test_a_404_that_is_not_about_the_spec_is_an_error_and_not_a_missing_spec(answer):
    assert reading(answer).status == 404


def test_another_spec_than_the_one_asked_for_is_an_error():
    assert "not the spec a" in str(reading(items({"id": "b"})))
    assert "not the spec a" in str(reading(reply({"id": "b"})))


@pytest.mark.parametrize("spec_id", ["", ".", ".."])
def test_an_id_that_cannot_be_in_a_path_is_not_requested(spec_id):
    async def story():
        async with Wire(lambda _: items(SPEC)) as wire, wire.service() as service:
            assert await service.read(FLOW_SPEC, spec_id) is None
            assert wire.requests == []

    run_story(story())


def test_an_id_cannot_leave_its_collection():
    async def story():
        async with Wire(lambda _: items()) as wire, wire.service(path="/base") as service:
            await service.read(CONNECTION_SPEC, "../flows?x=1#y é")
            assert wire.lines == ["GET /base/connectionSpecs/..%2Fflows%3Fx%3D1%23y%20%C3%A9"]

    run_story(story())


@pytest.mark.parametrize(
    ("header", "in_document", "etag"),
    [
        ('"strong"', None, '"strong"'),
        ('W/"weak"', None, None),
        (None, 'W/"weak"', None),
        (None, '"field"', '"field"'),
        ('"strong"', '"field"', '"strong"'),
        ('W/"weak"', '"field"', '"field"'),
        (None, "line\nbreak", None),
        (None, 7, None),
        (None, "", None),
        (None, None, None),
    ],
)
def test_the_etag_is_the_strong_header_or_else_the_documents_own(header, in_document, etag):
    headers = {"etag": header} if header else {}
    document = SPEC if in_document is None else {**SPEC, "etag": in_document}
    assert reading(reply({"items": [document]}, **headers)).etag == etag


def test_gzip_is_supported():
    packed = gzip.compress(json.dumps({"items": [SPEC]}).encode())
    assert reading(reply(packed, content_encoding="gzip")).document == SPEC


def test_a_list_follows_the_page_links_to_the_end():
    def answer(request):
        page = dict(request.query).get("page", "1")
        links = {
            "1": {"next": {"href": "/flowSpecs?page=2"}},
            "2": {"next": {"href": f"http://127.0.0.1:{wire_port[0]}/flowSpecs?page=3"}},
            "3": {"next": {"href": "?page=4"}},
            "4": {"next": {"href": ""}},
        }
        return items({"id": page}, _links=links[page])

    wire_port = []

    async def story():
        async with Wire(answer) as wire, wire.service() as service:
            wire_port.append(wire.port)
            specs = await service.list(FLOW_SPEC)
            assert [spec.id for spec in specs] == ["1", "2", "3", "4"]

    run_story(story())


def test_a_page_link_without_the_services_own_path_is_taken_to_be_under_it():
    def answer(request):
        last = "continuationToken" in request.target
        links = {} if last else {"next": {"href": "/flowSpecs?continuationToken=x%2Fy"}}
        return items(_links=links)

    async def story():
        path = "/data/foundation/flowservice"
        async with Wire(answer) as wire, wire.service(path=path) as service:
            await service.list(FLOW_SPEC)
            assert wire.lines[1] == f"GET {path}/flowSpecs?continuationToken=x%2Fy"

    run_story(story())


def test_a_page_link_to_another_place_gets_no_credentials():
    async def story():
        async with Wire(lambda _: items()) as elsewhere:
            href = f"http://127.0.0.1:{elsewhere.port}/flowSpecs"
            page = items(_links={"next": {"href": href}})
            async with Wire(lambda _: page) as wire, wire.service() as service:
                error = await raised(ServiceError, service.list(FLOW_SPEC))
            assert "another host" in str(error)
            assert elsewhere.requests == []

    run_story(story())


@pytest.mark.parametrize("href", ["//elsewhere.invalid/x", "https://127.0.0.1/x", "http://a:b", 7])
def test_a_page_link_that_must_not_be_followed_is_an_error(href):
    async def story():
        page = items(_links={"next": {"href": href}})
        async with Wire(lambda _: page) as wire, wire.service() as service:
            error = await raised(ServiceError, service.list(FLOW_SPEC))
            assert "the next page's link" in str(error)
            assert len(wire.requests) == 1

    run_story(story())


def test_a_page_link_that_repeats_does_not_loop_for_ever():
    async def story():
        page = items(_links={"next": {"href": "/flowSpecs?page=2"}})
        async with Wire(lambda _: page) as wire, wire.service() as service:
            error = await raised(ServiceError, service.list(FLOW_SPEC))
            assert "never end" in str(error)
            assert len(wire.requests) == 2

    run_story(story())


def test_a_filter_is_sent_as_a_property():
    async def story():
        async with Wire(lambda _: items(SPEC)) as wire, wire.service() as service:
            await service.list(FLOW_SPEC, properties=["name==A & B"])
            assert wire.requests[0].query == [("property", "name==A & B")]

    run_story(story())


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"items": [{"name": "A"}]}, "an entry of the list has no id"),
        ({"items": ["a"]}, "'items' holds something that is not an object"),
        ({"items": {}}, "no list 'items'"),
        ({}, "no list 'items'"),
        ([SPEC], "JSON, but not an object"),
    ],
)
def test_a_list_of_another_shape_is_an_error(body, complaint):
    async def story():
        async with Wire(lambda _: reply(body)) as wire, wire.service() as service:
            assert complaint in str(await raised(ServiceError, service.list(FLOW_SPEC)))

    run_story(story())


def test_the_flows_of_a_flow_spec_are_requested_by_its_id_page_by_page():
    def answer(request):
        links = {} if "page" in request.target else {"next": {"href": "/flows?page=2"}}
        ours = {"name": request.target, "flowSpec": {"id": "a"}}
        return items(ours, {"flowSpec": {"id": "b"}}, {"name": "bare"}, _links=links)

    async def story():
        async with Wire(answer) as wire, wire.service() as service:
            flows = await service.flows("a")
            assert wire.requests[0].query == [("property", "flowSpec.id==a")]
            assert [flow["name"] for flow in flows] == [
                wire.requests[0].target,
                "bare",
                "/flows?page=2",
                "bare",
            ]

    run_story(story())


def test_a_put_sends_the_etag_as_it_came_and_the_document_byte_for_byte():
    body = {"name": "\ud800", "big": 2**70, "nested": {"z": 1.0, "a": [None, True]}}

    async def story():
        async with Wire(lambda _: reply(SPEC)) as wire, wire.service() as service:
            answer = await service.replace(FLOW_SPEC, "a", body, 'W/"as it came"')
            request = wire.requests[0]
        assert (request.method, request.path) == ("PUT", "/flowSpecs/a")
        assert request.headers["if-match"] == 'W/"as it came"'
        assert request.body == (
            b'{"name":"\\ud800","big":1180591620717411303424,"nested":{"z":1.0,"a":[null,true]}}'
        )
        assert (answer.document, answer.request_id) == (SPEC, "req-1")
        assert answer.id == "a"

    run_story(story())


def test_without_an_etag_there_is_no_if_match():
    async def story():
        async with Wire(lambda _: reply(SPEC)) as wire, wire.service() as service:
            await service.replace(FLOW_SPEC, "a", SPEC, None)
            assert "if-match" not in wire.requests[0].headers

    run_story(story())


@pytest.mark.parametrize(
    ("answer", "document", "spec_id"),
    [
        (reply(SPEC, 201), SPEC, "a"),
        (items(SPEC), SPEC, "a"),
        (reply(b"", 201, location="/flowSpecs/b%20c/"), None, "b c"),
        (reply(b"", 201), None, ""),
        (items(SPEC, SPEC), None, ""),
        (
            reply({"etag": "x"}, 201, location="http://elsewhere/flowSpecs/b?x=1"),
            {"etag": "x"},
            "b",
        ),
    ],
)
def test_the_id_of_a_creation_is_read_from_the_document_or_the_location(answer, document, spec_id):
    async def story():
        async with Wire(lambda _: answer) as wire, wire.service() as service:
            written = await service.create(FLOW_SPEC, SPEC)
            assert wire.lines == ["POST /flowSpecs"]
            assert (written.document, written.id) == (document, spec_id)

    run_story(story())


def test_a_stale_etag_is_an_error_of_its_own_and_is_not_repeated():
    async def story():
        stale = refused(412, "1404-412", "version does not match")
        async with Wire(lambda _: stale) as wire, wire.service() as service:
            error = await raised(
                PreconditionFailedError, service.replace(FLOW_SPEC, "a", SPEC, '"old"')
            )
            assert (error.status, error.code) == (412, "1404-412")
            assert len(wire.requests) == 1

    run_story(story())


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (RESET, 0),
        (refused(500, "1400-500"), 500),
        (refused(503, "1103-503"), 503),
        (refused(504, "1104-504"), 504),
        (reply(b"<html>Sign in</html>"), 200),
        (reply(b'{"id": "a"'), 200),
        (reply(b"", 303, location="/elsewhere"), 303),
    ],
)
@pytest.mark.parametrize("verb", ["create", "replace"])
def test_a_write_with_an_unknown_outcome_is_sent_once_and_reported(answer, status, verb):
    async def story():
        async with Wire(lambda _: answer) as wire, wire.service() as service:
            write = (
                service.create(FLOW_SPEC, SPEC)
                if verb == "create"
                else service.replace(FLOW_SPEC, "a", SPEC, None)
            )
            error = await raised(OutcomeUnknownError, write)
            assert error.status == status
            assert "is not known" in str(error)
            assert str(error).count("/flowSpecs") == 1
            assert len(wire.requests) == 1

    run_story(story())


@pytest.mark.parametrize(
    "answer",
    [
        refused(400, "1426-400"),
        reply({"error_code": "403025", "message": "no"}, 403),
        reply(b"", 307, location="/elsewhere"),
    ],
)
def test_a_write_that_the_service_rejected_is_not_repeated(answer):
    async def story():
        async with Wire(lambda _: answer) as wire, wire.service() as service:
            await raised(ServiceError, service.replace(FLOW_SPEC, "a", SPEC, None))
            assert len(wire.requests) == 1

    run_story(story())


def test_a_throttled_write_is_repeated_after_another_read():
    looked = []

    async def look():
        looked.append("look")

    async def story():
        script = in_turn(refused(429, ""), refused(429, ""), reply(SPEC))
        async with Wire(script) as wire, wire.service(AT_ONCE) as service:
            written = await service.replace(FLOW_SPEC, "a", SPEC, None, recheck=look)
            assert written.document == SPEC
            assert len(wire.requests) == 3
        assert looked == ["look", "look"]

    run_story(story())


def test_an_error_of_the_read_before_a_repeated_write_fails_the_write():
    async def look():
        raise KeyError("changed meanwhile")

    async def story():
        async with Wire(lambda _: refused(429, "")) as wire, wire.service() as service:
            await raised(KeyError, service.create(FLOW_SPEC, SPEC, recheck=look))
            assert len(wire.requests) == 1

    run_story(story())
