"""Errors say where, what and what to do, and contain no secret."""

import pytest
from live.wire import AT_ONCE, Wire, raised, refused, reply, run_story

from reconciler.live.redaction import REDACTED, Secrets
from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import ServiceError
from reconciler.model.kinds import FLOW_SPEC


def error_of(answer, settings=AT_ONCE):
    """Return the error that a read raises for this answer."""
    found = []

    async def story():
        async with Wire(lambda _: answer) as wire, wire.service(settings) as service:
            found.append(await raised(ServiceError, service.read(FLOW_SPEC, "a")))

    run_story(story())
    return found[0]


def test_an_error_names_the_request_the_code_and_advice():
    error = error_of(refused(400, "1413-400", "invalid spec id."))
    assert str(error) == (
        "GET /flowSpecs/a: 400 1413-400: invalid spec id (request req-1)."
        " Check the ids of connection specs in the document."
    )


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"error_code": "403010", "message": "Oauth token is missing."}, "403010", "Oauth token"),
        ({"error_code": 403010, "message": "missing"}, "403010", "missing"),
        ({"code": "2118-403", "message": "no permission"}, "2118-403", "no permission"),
        ({"type": "t", "status": 403, "title": "Forbidden", "detail": "why"}, "", "why"),
        ({"type": "t", "status": 403, "title": "Forbidden"}, "", "Forbidden"),
        (
            {"errors": [{"code": "1", "message": "one"}, {"code": "2", "message": "two"}, 7]},
            "1",
            "one; two",
        ),
        ({"errors": []}, "", '{"errors": []}'),
        ({"message": True}, "", '{"message": true}'),
        ("text", "", "text"),
        (b"<html>blocked</html>", "", "<html>blocked</html>"),
        (b"", "", "no explanation"),
    ],
)
def test_every_form_of_error_body_is_parsed(body, code, message):
    error = error_of(reply(body, 403))
    assert error.code == code
    assert message in error.message


@pytest.mark.parametrize(
    ("status", "code", "advice"),
    [
        (403, "403010", "get a new one"),
        (401, "401013", "get a new one"),
        (403, "403000", "ADOBE_API_KEY"),
        (403, "403003", "ADOBE_API_KEY"),
        (400, "400003", "imsOrg"),
        (403, "403025", "imsOrg"),
        (400, "1100-400", "permission"),
        (500, "1102-500", "Run again"),
        (400, "1403-400", "etag"),
        (400, "1450-400", "filter"),
        (401, "2000-401", "imsOrg"),
        (404, "2100-404", "sandbox"),
        (400, "2105-400", "sandbox"),
        (400, "2114-400", "get a new one"),
        (403, "2121-403", "permission"),
        (401, "unheard-of", "get a new one"),
        (413, "", "too large"),
        (407, "", "proxy"),
        (500, "", "Run again"),
        (418, "", ""),
    ],
)
def test_an_error_says_what_to_do_by_code_and_else_by_status(status, code, advice):
    assert advice in error_of(refused(status, code)).advice


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"<!doctype html><title>Sign in</title>", "the response is HTML: <!doctype html>"),
        (b"  <html>", "the response is HTML"),
        (b'{"items": [', "the response is not JSON"),
        (b"", "the response is empty"),
        (b'{"items": "\xff"}', "the response is not UTF-8"),
        (b'{"items": [{"id": "a", "n": 1e400}]}', "cannot be carried"),
        (b'{"items": [{"id": "a", "n": NaN}]}', "cannot be carried"),
        (b"[" * 100_000, "the response nests too deeply"),
        (b"[]", "JSON, but not an object"),
        (b'{"name": "A"}', "no list 'items'"),
    ],
)
def test_a_200_without_json_is_an_error_with_an_excerpt(body, complaint):
    error = error_of(reply(body))
    assert complaint in str(error)
    assert error.status == 200
    assert error.request_id == "req-1"
    assert len(str(error)) < 600


def test_an_excerpt_contains_no_control_characters():
    error = error_of(reply(b"\x1b[2J\x07 <evil>\r\n\xe2\x80\xae"))
    assert str(error).isprintable()
    assert "\\x1b[2J" in str(error)


def test_a_request_id_contains_no_control_characters():
    assert error_of(refused(400, "", x_request_id="a\x1b[0m\tb")).request_id.isprintable()


def test_an_oversized_response_is_not_read_to_its_end():
    settings = ConnectionSettings(max_body=1000)
    assert "larger than 1000 bytes" in str(error_of(reply(b" " * 1001), settings))


def test_broken_compression_is_an_error():
    broken = reply(b"this is not gzip", content_encoding="gzip")
    assert "compression is broken" in str(error_of(broken))
    error = error_of(reply(b"this is not gzip", 404, content_encoding="gzip"))
    assert "compression is broken" in str(error)


def test_a_redirect_to_nowhere_is_an_error_too():
    assert "redirects to nowhere" in str(error_of(reply(b"", 301)))


def test_a_secret_is_hidden_in_every_form_that_it_takes():
    secrets = Secrets(['p8e-"quoted"/+ &', "abc"])
    for form in ('p8e-"quoted"/+ &', 'p8e-\\"quoted\\"/+ &', "p8e-%22quoted%22%2F%2B+%26"):
        assert secrets.redact(f"<{form}>") == f"<{REDACTED}>"
    assert secrets.redact("abc") == "abc"


def test_what_looks_like_a_token_is_hidden_even_if_it_is_not_known():
    secrets = Secrets()
    assert secrets.redact("eyJhbGciOiJub25l.eyJzdWIiOiIx.sig x") == f"{REDACTED} x"
    assert secrets.redact("Authorization: Bearer abcdefghij0123456789.") == (
        f"Authorization: {REDACTED}"
    )
    assert secrets.redact("Bearer authentication is missing") == "Bearer authentication is missing"


def test_an_excerpt_is_short_and_on_one_line():
    shown = Secrets().excerpt("word\n" * 10_000)
    assert len(shown) == 201
    assert "\n" not in shown


def test_a_secret_at_the_end_of_an_excerpt_is_not_cut_in_half():
    secret = "s3cr3t-" + "x" * 100
    shown = Secrets([secret]).excerpt("y" * 150 + secret)
    assert "s3cr3t" not in shown


def test_errors_of_live_are_printed_without_their_cause():
    assert error_of(reply(b"{")).__suppress_context__
