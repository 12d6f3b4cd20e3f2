"""Which proxy stands between this machine and an address, and the transport through it."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from urllib.parse import unquote

import httpx

from reconciler.live.loopback import is_loopback
from reconciler.live.redaction import Secrets
from reconciler.model.errors import LiveError


def proxy_for(url: httpx.URL, environ: Mapping[str, str]) -> str | None:
    """Return the proxy's URL for an address, or None where it is asked directly.

    `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy` count, in lower or
    upper case, lower first. A loopback address never goes through a proxy: it
    would be another machine's loopback, and would be handed our credentials.
    """
    if is_loopback(url.host):
        return None
    proxy = _variable(environ, f"{url.scheme}_proxy") or _variable(environ, "all_proxy")
    if not proxy or _is_excepted(url, _variable(environ, "no_proxy")):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def network_transport(
    url: httpx.URL,
    environ: Mapping[str, str],
    trust: ssl.SSLContext,
    limits: httpx.Limits,
    secrets: Secrets,
) -> httpx.AsyncHTTPTransport:
    """Return the transport that reaches an address, directly or through its proxy.

    A password in the proxy's URL is added to `secrets`. Raises `LiveError`
    where the proxy's URL cannot be used.
    """
    proxy = proxy_for(url, environ)
    try:
        if proxy is not None:
            secrets.add(unquote(httpx.URL(proxy).password))
        return httpx.AsyncHTTPTransport(verify=trust, limits=limits, proxy=proxy)
    except (httpx.InvalidURL, ValueError, ImportError):
        raise LiveError(
            f"{url.host}: the proxy that the environment names cannot be used."
            f" Set {url.scheme}_proxy (or all_proxy) to http://host:port, or no_proxy to"
            f" {url.host}."
        ) from None


def _variable(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name) or environ.get(name.upper(), "")


def _is_excepted(url: httpx.URL, no_proxy: str) -> bool:
    """Say whether `no_proxy` names the address: `*`, a host, a domain, with or without a port."""
    host = url.host.lower()
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    for entry in no_proxy.lower().replace(",", " ").split():
        name = entry.removesuffix(f":{port}").removeprefix("*").lstrip(".")
        if entry == "*" or (name and (host == name or host.endswith("." + name))):
            return True
    return False
