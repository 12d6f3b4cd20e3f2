"""From a target to an open connection: credentials, headers, proxies and the read-only lock."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping

import httpx
from msgspec.structs import replace

from reconciler import __version__
from reconciler.live.auth import ServerToServer
from reconciler.live.certificates import trusted_authorities
from reconciler.live.connection_pool import ONE_CONNECTION, ConnectionPool
from reconciler.live.credentials import TokenCredentials, credentials_from
from reconciler.live.events import OnEvent
from reconciler.live.proxies import usable_proxy
from reconciler.live.read_only import TOKEN_PATH, ReadOnlyTransport
from reconciler.live.redaction import Secrets
from reconciler.live.service import FlowService
from reconciler.live.settings import DEFAULT_SETTINGS, ConnectionSettings
from reconciler.live.trust import require_trusted_host
from reconciler.model.errors import CredentialsError, LiveError
from reconciler.model.loopback import is_loopback
from reconciler.model.targets import Target
from reconciler.model.text import is_printable_ascii

EMBEDDED_URL = "http://embedded.invalid"
"""The embedded service's address, which no name server resolves."""

_PLACEHOLDER = "embedded"
"""What the embedded service gets in every required header that is not configured."""

_USER = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*:)?/*.*@", re.DOTALL)
"""The beginning of a URL with a user name, and maybe a password, in it."""


def connect(
    target: Target,
    environ: Mapping[str, str],
    *,
    settings: ConnectionSettings = DEFAULT_SETTINGS,
    read_only: bool,
    transport: httpx.AsyncBaseTransport | None = None,
    on_event: OnEvent | None = None,
) -> FlowService:
    """Return a connection to the target, to be entered with `async with`. Sends nothing yet.

    With `transport`, an embedded service, no credentials are needed and none are
    sent. `read_only` makes every write raise `WriteForbiddenError`.

    Raises `CredentialsError` where `environ` holds no credentials or they would
    be sent unencrypted, and `LiveError` where the target, or a variable for
    proxies or certificates, cannot be used.
    """
    if transport is not None:
        named = replace(
            target,
            ims_org=target.ims_org or _PLACEHOLDER,
            sandbox=target.sandbox or _PLACEHOLDER,
        )
        client = httpx.AsyncClient(
            base_url=target.url if target.emulator is None else EMBEDDED_URL,
            headers=_headers(named, _PLACEHOLDER, _PLACEHOLDER),
            transport=ReadOnlyTransport(transport) if read_only else transport,
            timeout=settings.timeout,
        )
        return FlowService(client, settings=settings, on_event=on_event)

    base = _address(target, target.url, environ)
    secrets = Secrets()
    credentials = credentials_from(environ, target)
    token, auth, token_url = "", None, None
    if isinstance(credentials, TokenCredentials):
        token = credentials.access_token
        secrets.add(token)
    else:
        secrets.add(credentials.client_secret)
        token_url = _address(target, target.ims_url.rstrip("/") + TOKEN_PATH, environ)
        auth = ServerToServer(credentials, token_url, secrets)

    trust = _trust(environ, base, token_url)

    proxies: dict[str, str] = {}

    def transport_to(url: httpx.URL) -> httpx.AsyncBaseTransport:
        proxy = usable_proxy(url, environ, secrets)
        proxies[url.host] = f"{proxy.url.host}:{proxy.url.port or 80}" if proxy else ""
        network = ConnectionPool(
            lambda: httpx.AsyncHTTPTransport(verify=trust, limits=ONE_CONNECTION, proxy=proxy),
            settings.parallelism,
        )
        return ReadOnlyTransport(network, token_url) if read_only else network

    mounts = {}
    if token_url is not None and token_url.host != base.host:
        mounts[f"{token_url.scheme}://{token_url.netloc.decode('ascii')}"] = transport_to(token_url)
    client = httpx.AsyncClient(
        base_url=base,
        auth=auth,
        headers=_headers(target, credentials.api_key, token),
        transport=transport_to(base),
        mounts=mounts,
        timeout=settings.timeout,
    )
    return FlowService(
        client,
        settings=settings,
        secrets=secrets,
        on_event=on_event,
        proxies=proxies,
    )


def _headers(target: Target, api_key: str, token: str) -> dict[str, str]:
    headers = {
        "Accept": "application/json",
        "User-Agent": f"reconciler/{__version__}",
        "x-api-key": api_key,
        "x-gw-ims-org-id": target.ims_org,
        "x-sandbox-name": target.sandbox,
    }
    if token:
        headers["Authorization"] = f"Bearer {token}"
    for name, value in headers.items():
        if not is_printable_ascii(value):
            raise LiveError(
                f"target '{target.name}': {name} would hold a character that no HTTP header can."
                " Check imsOrg and sandbox in reconciler.yaml."
            )
    return headers


def _address(target: Target, text: str, environ: Mapping[str, str]) -> httpx.URL:
    """Return a URL that credentials may be sent to. Raises `CredentialsError` for any other."""
    shown = _USER.sub(r"\1//", text)
    if shown != text:
        raise CredentialsError(
            f"target '{target.name}': {shown} holds a user name or password. Credentials are read"
            " from the environment only: remove it, and change the password if it was committed."
        )
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise LiveError(f"target '{target.name}': '{text}' is not an http or https URL.")
    if url.scheme == "http" and not is_loopback(url.host):
        raise CredentialsError(
            f"target '{target.name}': {text} would carry credentials unencrypted. Use https."
        )
    require_trusted_host(url, target.name, environ)
    return url


def _trust(environ: Mapping[str, str], *urls: httpx.URL | None) -> ssl.SSLContext:
    """Return the TLS context for these addresses.

    Loading the authorities takes longer than a small plan, and plain HTTP needs none.
    """
    if any(url is not None and url.scheme == "https" for url in urls):
        return trusted_authorities(environ)
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
