"""No token, password or secret is printed, in whatever form a response repeats it."""

import asyncio
import json

import pytest
from live.wire import (
    AT_ONCE,
    SERVER_TO_SERVER,
    STATIC,
    TOKEN,
    Wire,
    raised,
    reply,
    run_story,
)

from reconciler.github.rest import RestApi
from reconciler.live.connect import connect
from reconciler.live.redaction import REDACTED, Secrets
from reconciler.model.errors import GitHubError, LiveError
from reconciler.model.kinds import FLOW_SPEC
from reconciler.model.targets import Target

GIVEN = "aB3/xY9+zQ7=wV5-uT1_sR8.pO6nM4"
"""A token that this program has not seen before."""
ANSWERS = {
    "trailing bytes": f'{{"access_token": "{GIVEN}"}} x',
    "cut": f'{{"access_token": "{GIVEN}',
    "a list": f'[{{"access_token": "{GIVEN}"}}]',
    "NaN": f'{{"access_token": "{GIVEN}", "expires_in": NaN}}',
    "a number": f'{{"access_token": "{GIVEN}", "expires_in": 1e400}}',
    "another field": f'{{"accessToken": "{GIVEN}"}}',
    "as its error": f'{{"error": "{GIVEN}"}}',
    "in an envelope": f'{{"items": [{{"access_token": "{GIVEN}"}}]}}',
    "a string": f'"{GIVEN}"',
    "HTML": f"<html>{GIVEN}",
    "nothing else": GIVEN,
}


@pytest.mark.parametrize("status", [200, 302, 418, 503])
@pytest.mark.parametrize("body", ANSWERS.values(), ids=ANSWERS)
def test_a_response_of_ims_without_a_token_is_not_shown(body, status):
    if status == 418 and '"error"' in body:
        return  # the code of an error must stay readable

    async def story():
        async with Wire(lambda _: reply(body.encode(), status)) as wire:
            async with wire.service(environ=SERVER_TO_SERVER) as service:
                error = await raised(LiveError, service.read(FLOW_SPEC, "a"))
            assert GIVEN[:8] not in f"{error} {error!r}"
            assert "/ims/token/v3" in str(error)

    run_story(story())


def test_broken_compression_of_a_token_response_is_an_error():
    async def story():
        broken = reply(b"this is not gzip", content_encoding="gzip")
        async with (
            Wire(lambda _: broken) as wire,
            wire.service(environ=SERVER_TO_SERVER) as service,
        ):
            error = await raised(LiveError, service.read(FLOW_SPEC, "a"))
            assert "POST" in str(error)
            assert "compression is broken" in str(error)

    run_story(story())


SLASHED = "sec/ret+token=0123456789/abcdefgh"
ECHOES = {
    "escaped slashes": json.dumps(SLASHED).replace("/", "\\/"),
    "escaped twice": json.dumps(json.dumps(SLASHED).replace("/", "\\/")),
    "code points": "".join(f"\\u{ord(character):04x}" for character in SLASHED),
    "a URL": "".join(f"%{ord(character):02X}" for character in SLASHED),
    "HTML": "".join(f"&#{ord(character)};" for character in SLASHED),
    "two lines": f"{SLASHED[:15]}\r\n\t{SLASHED[15:]}",
    "two strings": f'"{SLASHED[:15]}" + "{SLASHED[15:]}"',
    "one string each": json.dumps([SLASHED[:15], SLASHED[15:]]),
    "cut off": SLASHED[:-5],
    "its end": SLASHED[8:],
}


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
def test_an_escaped_split_or_truncated_secret_is_hidden(echo):
    shown = Secrets([SLASHED]).redact(f"token {echo} end")
    assert shown.startswith("token ")
    assert shown.endswith(" end")
    assert REDACTED in shown
    for piece in ("0123456", "abcdefg", "ret+tok", "\\u0030", "%30", "&#48;"):
        assert piece not in shown


def test_the_text_around_a_hidden_secret_is_kept():
    text = 'the name "Acme, Inc." + 7 \\u00e9 %2F &#47; stays'
    assert Secrets([SLASHED]).redact(text) == text


def test_the_reason_of_a_proxy_is_not_shown():
    async def story():
        reason = b"HTTP/1.1 407 Basic bWU6aHVzaGh1c2g= me:hushhush\r\ncontent-length: 0\r\n\r\n"
        async with Wire(lambda _: reason) as proxy:
            environ = {**STATIC, "HTTPS_PROXY": f"http://me:hushhush@127.0.0.1:{proxy.port}"}
            target = Target("t", "https://platform.adobe.io", "o", "s")
            async with connect(target, environ, settings=AT_ONCE, read_only=True) as service:
                error = await raised(LiveError, service.read(FLOW_SPEC, "a"))
        assert "hush" not in str(error)
        assert "bWU6" not in str(error)
        assert "407" in str(error)
        assert f"through the proxy 127.0.0.1:{proxy.port}" in str(error)

    run_story(story())


def test_the_reason_of_a_proxy_is_not_shown_by_the_github_command(monkeypatch):
    async def story():
        reason = (
            b"HTTP/1.1 407 Basic bWU6aHVzaGh1c2g= whatever-it-says\r\ncontent-length: 0\r\n\r\n"
        )
        async with Wire(lambda _: reason) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://me:hushhush@127.0.0.1:{proxy.port}")
            with RestApi("https://api.github.com", TOKEN, {}, retry_wait=0) as api:
                error = await raised(GitHubError, asyncio.to_thread(api.delete, "/x"))
        assert "407" in str(error)
        assert "bWU6" not in str(error)
        assert "whatever" not in str(error)

    run_story(story())


@pytest.mark.parametrize(
    "url",
    [
        "ftp://user:pw-hush@host",
        "https://user:pw-hush@host/path",
        "https://user:pw/hush@host",
        "user:pw-hush@host",
        "https://user:pw@hush@host",
    ],
)
@pytest.mark.parametrize("place", ["url", "ims_url"])
def test_a_password_in_an_address_is_not_shown(url, place):
    addresses = {"url": "https://platform.adobe.io", "ims_url": "https://ims", place: url}
    target = Target("t", ims_org="o", sandbox="s", **addresses)
    with pytest.raises(LiveError, match="user name or password") as raised:
        connect(target, SERVER_TO_SERVER, read_only=True)
    assert "pw" not in str(raised.value)
    assert "hush" not in str(raised.value)


@pytest.mark.parametrize("command", ["targets", "validate", "plan", "doctor"])
@pytest.mark.parametrize("url", ["https://user:pw-hush@platform.adobe.io/x", "ftp://u:pw-hush@x"])
def test_no_command_shows_a_password_in_the_address_of_a_target(repo, command, url):
    repo.target("http://127.0.0.1:1")
    text = (repo.path / "specs/reconciler.yaml").read_text()
    line = next(line for line in text.splitlines() if line.startswith("    url:"))
    repo.write("specs/reconciler.yaml", text.replace(line, f"    url: {url}"))
    run = repo.run(command, **STATIC)
    assert run.code != 0
    assert "hush" not in run.said


def test_a_token_that_an_error_of_the_service_repeats_in_part_is_not_shown():
    async def story():
        echo = reply({"errors": [{"code": "1", "message": f"bad {TOKEN[:-4]}"}]}, 400)
        async with Wire(lambda _: echo) as wire, wire.service() as service:
            error = await raised(LiveError, service.read(FLOW_SPEC, "a"))
            assert TOKEN[:-4] not in str(error)

    run_story(story())


def test_a_token_in_the_host_of_a_page_s_link_or_in_a_key_is_not_shown():
    async def story():
        link = {"items": [], "_links": {"next": {"href": f"https://{TOKEN}.example.org/"}}}
        document = f'{{"id": "a", "{TOKEN}": 1, "{TOKEN}": 2}}'.encode()
        replies = [reply(link), reply(document)]
        async with Wire(lambda _: replies.pop(0)) as wire, wire.service() as service:
            error = await raised(LiveError, service.list(FLOW_SPEC))
            assert f"leads to https://{REDACTED}.example.org, another host" in str(error)
            live = await service.read(FLOW_SPEC, "a")
            assert live.flaw == f"it holds the key '{REDACTED}' twice, with different values"

    run_story(story())
