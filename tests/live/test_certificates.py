"""TLS: a certificate that is not trusted ends the request before anything is sent."""

import asyncio
import ssl
import subprocess

import pytest
from live.wire import STATIC, Nowhere, Wire, items, raised, run_story

from reconciler.live.connect import connect
from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import LiveError, UntrustedError
from reconciler.model.kinds import FLOW_SPEC
from reconciler.model.targets import Target

SPEC = {"id": "a", "name": "A", "providerId": "p"}
QUICK = ConnectionSettings(retry_wait=0)


def openssl(folder, *arguments):
    done = subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
    return done.stdout.decode().strip()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A folder with a key and a self-signed certificate for loopback."""
    folder = tmp_path_factory.mktemp("authority")
    openssl(
        folder,
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
        *("-keyout", "key.pem", "-out", "cert.pem", "-addext", "subjectAltName=IP:127.0.0.1"),
    )
    rehashed = folder / "folder"
    rehashed.mkdir()
    name = openssl(folder, "x509", "-hash", "-noout", "-in", "cert.pem")
    (rehashed / f"{name}.0").write_bytes((folder / "cert.pem").read_bytes())
    return folder


class SecureWire(Wire):
    """The scripted server behind TLS."""

    def __init__(self, answer, folder):
        super().__init__(answer)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / "cert.pem", folder / "key.pem")

    async def __aenter__(self):
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, ssl=self._context, limit=2**26
        )
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"https://127.0.0.1:{self.port}"
        return self


def read_over_tls(folder, **environ):
    """Read a spec over TLS; return the requests that arrived, and the spec or the error."""

    async def story():
        async with SecureWire(lambda _: items(SPEC), folder) as wire:
            target = Target("t", wire.url, "o", "s")
            service = connect(target, {**STATIC, **environ}, settings=QUICK, read_only=True)
            async with service:
                try:
                    found = await service.read(FLOW_SPEC, "a")
                except LiveError as error:
                    found = error
            return wire.requests, found

    return asyncio.run(story())


def test_an_unknown_certificate_is_not_trusted_and_nothing_is_sent(authority):
    requests, error = read_over_tls(authority)
    assert isinstance(error, UntrustedError)
    assert requests == []
    assert "shows a certificate that is not trusted (self-signed certificate" in str(error)
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR"):
        assert variable in str(error)


@pytest.mark.parametrize(
    ("variable", "place"),
    [
        ("SSL_CERT_FILE", "cert.pem"),
        ("REQUESTS_CA_BUNDLE", "cert.pem"),
        ("CURL_CA_BUNDLE", "cert.pem"),
        ("SSL_CERT_DIR", "folder"),
        ("REQUESTS_CA_BUNDLE", "folder"),
    ],
)
def test_an_authority_of_the_environment_is_trusted(authority, variable, place):
    requests, found = read_over_tls(authority, **{variable: str(authority / place)})
    assert found.document == SPEC
    assert len(requests) == 1


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_variable_without_a_valid_authority_is_named(tmp_path, content):
    path = tmp_path / "bundle.pem"
    if content is not None:
        path.write_text(content)
    target = Target("t", "https://platform.adobe.io", "o", "s")
    environ = {**STATIC, "REQUESTS_CA_BUNDLE": str(path)}
    with pytest.raises(LiveError, match=r"REQUESTS_CA_BUNDLE is .*bundle\.pem, which holds no"):
        connect(target, environ, read_only=True)


def test_an_unreachable_proxy_is_named_without_its_password():
    async def story():
        target = Target("t", "https://platform.adobe.io", "o", "s")
        async with Nowhere() as proxy:
            environ = {**STATIC, "HTTPS_PROXY": f"http://me:hushhush@127.0.0.1:{proxy.port}"}
            async with connect(target, environ, settings=QUICK, read_only=True) as service:
                error = await raised(LiveError, service.read(FLOW_SPEC, "a"))
        assert f"through the proxy 127.0.0.1:{proxy.port}" in str(error)
        assert "hush" not in str(error)

    run_story(story())
