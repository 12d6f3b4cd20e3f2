"""From a target and an environment to a connection: credentials, proxies, the read-only lock."""

import ssl
import subprocess
import sys

import httpx
import pytest
from live.wire import (
    AT_ONCE,
    SERVER_TO_SERVER,
    STATIC,
    Nowhere,
    Wire,
    items,
    raised,
    reply,
    run_story,
)

from reconciler.live.connect import connect
from reconciler.live.credentials import ClientCredentials, TokenCredentials, credentials_from
from reconciler.live.proxies import proxy_for, usable_proxy
from reconciler.live.read_only import ReadOnlyTransport
from reconciler.live.redaction import Secrets
from reconciler.model.errors import (
    ConnectionFailedError,
    CredentialsError,
    LiveError,
    WriteForbiddenError,
)
from reconciler.model.kinds import FLOW_SPEC
from reconciler.model.loopback import is_loopback
from reconciler.model.targets import CredentialVariables, Target

SPEC = {"id": "a", "name": "A", "providerId": "p"}
PROD = Target("prod", "https://platform.adobe.io/data/foundation/flowservice", "o@AdobeOrg", "prod")


def test_an_error_for_missing_credentials_names_the_variables():
    with pytest.raises(CredentialsError) as raised:
        connect(PROD, {}, read_only=True)
    for name in ("ADOBE_CLIENT_ID", "ADOBE_CLIENT_SECRET", "ADOBE_SCOPES", "ADOBE_ACCESS_TOKEN"):
        assert name in str(raised.value)


def test_an_error_names_the_targets_own_variables_and_no_others():
    own = CredentialVariables("T", "C", "S", "O", "K")
    target = Target("prod", PROD.url, "o@AdobeOrg", "prod", credentials=own)
    with pytest.raises(CredentialsError, match=r"set S, O \(") as raised:
        credentials_from(
            {"C": "id", "RECONCILER_TRUSTED_ENV": "T C S O K", **SERVER_TO_SERVER}, target
        )
    assert "ADOBE" not in str(raised.value)


def test_an_empty_variable_is_a_missing_one():
    environ = {**SERVER_TO_SERVER, "ADOBE_CLIENT_SECRET": " "}
    with pytest.raises(CredentialsError, match="set ADOBE_CLIENT_SECRET"):
        credentials_from(environ, PROD)


def test_a_token_needs_its_api_key():
    with pytest.raises(CredentialsError, match="neither ADOBE_API_KEY nor ADOBE_CLIENT_ID"):
        credentials_from({"ADOBE_ACCESS_TOKEN": "x"}, PROD)
    environ = {"ADOBE_ACCESS_TOKEN": "Bearer x\n", "ADOBE_CLIENT_ID": "key"}
    assert credentials_from(environ, PROD) == TokenCredentials("key", "x")


def test_a_token_takes_precedence_over_client_credentials():
    assert isinstance(credentials_from({**STATIC, **SERVER_TO_SERVER}, PROD), TokenCredentials)


def test_the_api_key_can_differ_from_the_client_id():
    environ = {**SERVER_TO_SERVER, "ADOBE_API_KEY": "other"}
    credentials = credentials_from(environ, PROD)
    assert isinstance(credentials, ClientCredentials)
    assert (credentials.api_key, credentials.client_id) == ("other", "the-client-id")


def test_the_repr_of_credentials_hides_them():
    for environ in (STATIC, SERVER_TO_SERVER):
        shown = repr(credentials_from(environ, PROD))
        assert "secret-token" not in shown
        assert "s3cret" not in shown


def test_a_line_break_in_a_token_is_an_error_that_hides_the_token():
    with pytest.raises(CredentialsError, match="ADOBE_ACCESS_TOKEN holds a character") as raised:
        credentials_from({"ADOBE_ACCESS_TOKEN": "hush\nhush"}, PROD)
    assert "hush" not in str(raised.value)


@pytest.mark.parametrize("url", ["http://platform.adobe.io", "http://127.0.0.1.evil.invalid"])
def test_credentials_never_travel_unencrypted(url):
    with pytest.raises(CredentialsError, match="unencrypted"):
        connect(Target("t", url, "o", "s"), STATIC, read_only=True)
    with pytest.raises(CredentialsError, match="unencrypted"):
        connect(Target("t", PROD.url, "o", "s", ims_url=url), SERVER_TO_SERVER, read_only=True)


@pytest.mark.parametrize(
    "url", ["", "platform.adobe.io", "ftp://x", "https://", "https://a:b", "/x"]
)
def test_an_invalid_url_is_rejected(url):
    with pytest.raises(LiveError, match="not an http or https URL"):
        connect(Target("t", url, "o", "s"), STATIC, read_only=True)


def test_an_invalid_header_is_an_error_before_any_request():
    with pytest.raises(LiveError, match="x-sandbox-name"):
        connect(Target("t", PROD.url, "o", "prod\nx"), STATIC, read_only=True)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "127.0.0.1", "127.9.9.9", "[::1]"])
def test_loopback_addresses_are_recognized(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "localhost.evil.invalid", "", "::2"])
def test_other_addresses_are_not_loopback(host):
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("url", "environ", "proxy"),
    [
        ("https://a.io", {}, None),
        ("https://a.io", {"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ("https://a.io", {"https_proxy": "http://p:1", "HTTPS_PROXY": "x"}, "http://p:1"),
        ("https://a.io", {"https_proxy": "p:1"}, "http://p:1"),
        ("https://a.io", {"ALL_PROXY": "http://p:1"}, "http://p:1"),
        ("https://a.io", {"HTTP_PROXY": "http://p:1"}, None),
        ("https://a.io", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, None),
        ("https://a.io", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "b.io, .A.io"}, None),
        ("https://x.a.io", {"HTTPS_PROXY": "http://p:1", "no_proxy": "a.io:443"}, None),
        ("https://x.a.io", {"HTTPS_PROXY": "http://p:1", "no_proxy": "*.a.io"}, None),
        ("https://xa.io", {"HTTPS_PROXY": "http://p:1", "no_proxy": "a.io,,a.io:1"}, "http://p:1"),
        ("http://localhost:8", {"HTTP_PROXY": "http://p:1", "ALL_PROXY": "http://p:1"}, None),
        ("https://127.0.0.1", {"HTTPS_PROXY": "http://p:1"}, None),
    ],
)
def test_the_proxy_for_an_address(url, environ, proxy):
    assert proxy_for(httpx.URL(url), environ) == proxy


@pytest.mark.parametrize("proxy", ["socks5://hush:hush@p:1", "foo://p", "http://a:b", "http://"])
def test_a_proxy_that_cannot_be_used_is_an_error_that_does_not_show_its_password(proxy):
    with pytest.raises(LiveError, match="https_proxy") as raised:
        usable_proxy(httpx.URL(PROD.url), {"HTTPS_PROXY": proxy}, Secrets())
    assert "hush" not in str(raised.value)


def test_the_proxys_password_is_a_secret():
    secrets = Secrets()
    environ = {"HTTPS_PROXY": "http://me:p%40ssword@p:1"}
    assert usable_proxy(httpx.URL(PROD.url), environ, secrets).url.host == "p"
    assert secrets.redact("p@ssword p%40ssword") == "[redacted] [redacted]"


def test_a_target_is_requested_through_the_proxy_and_the_proxy_sees_no_token():
    async def story():
        async with Wire(lambda _: reply(b"", 407)) as proxy:
            environ = {**STATIC, "HTTPS_PROXY": f"http://me:hushhush@127.0.0.1:{proxy.port}"}
            service = connect(PROD, environ, settings=AT_ONCE, read_only=False)
            async with service:
                error = await raised(ConnectionFailedError, service.create(FLOW_SPEC, SPEC))
            assert "through the proxy" in str(error)
            assert not error.sent
            assert "hushhush" not in str(error)
            assert proxy.lines[0] == "CONNECT platform.adobe.io:443"
            assert "authorization" not in proxy.requests[0].headers

    run_story(story())


def test_a_loopback_target_is_never_requested_through_a_proxy():
    async def story():
        async with Wire(lambda _: items(SPEC)) as wire, Wire(lambda _: reply(b"")) as proxy:
            environ = {**STATIC, "HTTP_PROXY": proxy.url, "ALL_PROXY": proxy.url}
            async with wire.service(environ=environ) as service:
                await service.read(FLOW_SPEC, "a")
            assert proxy.requests == []

    run_story(story())


@pytest.mark.parametrize("environ", [STATIC, SERVER_TO_SERVER])
def test_a_connection_that_only_reads_cannot_write(environ):
    def answer(request):
        if request.path == "/ims/token/v3":
            return reply({"access_token": "token", "expires_in": 100})
        return items(SPEC)

    async def story():
        async with Wire(answer) as wire:
            async with wire.service(environ=environ, read_only=True) as service:
                assert await service.read(FLOW_SPEC, "a")
                assert await service.list(FLOW_SPEC)
                error = await raised(WriteForbiddenError, service.create(FLOW_SPEC, SPEC))
                assert "POST /flowSpecs" in str(error)
                await raised(WriteForbiddenError, service.replace(FLOW_SPEC, "a", SPEC, None))
            methods = {(request.method, request.path) for request in wire.requests}
            assert methods <= {
                ("GET", "/flowSpecs/a"),
                ("GET", "/flowSpecs"),
                ("POST", "/ims/token/v3"),
            }

    run_story(story())


@pytest.mark.parametrize(
    ("method", "url", "passes"),
    [
        ("GET", "https://a.io/flowSpecs", True),
        ("HEAD", "https://a.io/flowSpecs", True),
        ("POST", "https://a.io/flowSpecs/search", True),
        ("POST", "https://ims.io/ims/token/v3", True),
        ("POST", "https://a.io/ims/token/v3", False),
        ("POST", "https://ims.io/ims/token/v3?x=1", False),
        ("POST", "https://a.io/flowSpecs", False),
        ("PUT", "https://a.io/flowSpecs/search", False),
        ("PATCH", "https://a.io/flowSpecs/a", False),
        ("DELETE", "https://a.io/flowSpecs/a", False),
        ("OPTIONS", "https://a.io/flowSpecs", False),
    ],
)
def test_the_read_only_transport_passes_reads_searches_and_the_token_request(method, url, passes):
    passed = []

    def inner(request):
        passed.append(request.method)
        return httpx.Response(200)

    async def story():
        token_url = httpx.URL("https://ims.io/ims/token/v3")
        transport = ReadOnlyTransport(httpx.MockTransport(inner), token_url)
        async with httpx.AsyncClient(transport=transport) as client:
            if passes:
                await client.request(method, url)
            else:
                await raised(WriteForbiddenError, client.request(method, url))

    run_story(story())
    assert passed == ([method] if passes else [])


def test_an_embedded_service_needs_no_credentials_and_gets_none():
    seen = []

    def embedded(request):
        seen.append(request.headers)
        return httpx.Response(200, json=SPEC)

    async def story(read_only):
        target = Target("local", "emulator:x.db", "", "", emulator="x.db")
        transport = httpx.MockTransport(embedded)
        service = connect(target, SERVER_TO_SERVER, read_only=read_only, transport=transport)
        async with service:
            assert (await service.read(FLOW_SPEC, "a")).document == SPEC
            if read_only:
                await raised(WriteForbiddenError, service.create(FLOW_SPEC, SPEC))

    run_story(story(True))
    run_story(story(False))
    assert "the-client-id" not in str(seen)
    assert seen[0]["authorization"] == "Bearer embedded"


def test_a_custom_transport_keeps_the_address_of_the_target():
    seen = []

    def service_of_ones_own(request):
        seen.append(str(request.url))
        return httpx.Response(200, json=SPEC)

    async def story():
        transport = httpx.MockTransport(service_of_ones_own)
        async with connect(PROD, {}, read_only=True, transport=transport) as service:
            await service.read(FLOW_SPEC, "a")

    run_story(story())
    assert seen == [f"{PROD.url}/flowSpecs/a"]


def untrusted():
    """Return what httpx raises for a certificate that is not trusted."""
    cause = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] verify failed")
    cause.verify_message = "self-signed certificate"
    error = httpx.ConnectError(str(cause))
    error.__cause__ = cause
    return error


def tls_failure():
    error = httpx.ConnectError("")
    error.__cause__ = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
    return error


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (httpx.ConnectTimeout(""), "did not take the connection in time"),
        (untrusted(), "not trusted (self-signed certificate)"),
        (untrusted(), "SSL_CERT_FILE"),
        (tls_failure(), "could not be reached ([SSL: WRONG_VERSION_NUMBER]"),
        (httpx.ConnectError("[Errno -2] Name or service not known"), "Name or service not known"),
        (httpx.LocalProtocolError("Illegal header value b'hush'"), "is not valid HTTP"),
        (httpx.WriteError(""), "closed the connection before the response was complete"),
    ],
)
def test_a_connection_error_explains_its_cause(trouble, said):
    asked = []

    def fail(_):
        asked.append(len(asked) + 1)
        raise trouble

    async def story():
        target = Target("local", "emulator:x.db", "", "", emulator="x.db")
        transport = httpx.MockTransport(fail)
        service = connect(target, {}, settings=AT_ONCE, read_only=True, transport=transport)
        async with service:
            error = await raised(ConnectionFailedError, service.read(FLOW_SPEC, "a"))
        assert said in str(error)
        assert "hush" not in str(error)
        assert len(asked) == (1 if "not trusted" in str(error) else AT_ONCE.attempts)

    run_story(story())


def test_an_unreachable_target_is_named():
    async def story():
        async with Nowhere() as nowhere, nowhere.service() as service:
            error = await raised(ConnectionFailedError, service.read(FLOW_SPEC, "a"))
        said = f"GET /flowSpecs/a: {nowhere.url} could not be reached (Connection refused)"
        assert said in str(error)

    run_story(story())


def test_connecting_does_not_load_what_only_a_terminal_needs():
    loaded = "import sys, reconciler.live.connect; print({'rich', 'click'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("set()", "")
