"""The proxy for an address."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

import httpx

from reconciler.live.redaction import Secrets
from reconciler.model.errors import LiveError
from reconciler.model.loopback import is_loopback


def proxy_for(url: httpx.URL, environ: Mapping[str, str]) -> str | None:
    """Return the proxy's URL for an address, or None where there is none.

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


def usable_proxy(
    url: httpx.URL, environ: Mapping[str, str], secrets: Secrets
) -> httpx.Proxy | None:
    """Return the proxy for an address, or None; a password in its URL is added to `secrets`.

    Raises `LiveError` where the environment names a proxy that cannot be used.
    """
    text = proxy_for(url, environ)
    if text is None:
        return None
    try:
        proxy = httpx.Proxy(text)
    except (httpx.InvalidURL, ValueError):
        proxy = None
    if proxy is None or proxy.url.scheme not in ("http", "https") or not proxy.url.host:
        raise LiveError(
            f"{url.host}: the proxy that the environment names cannot be used. Set"
            f" {url.scheme}_proxy (or all_proxy) to http://host:port, or no_proxy to {url.host}."
        )
    user, password = proxy.auth or ("", "")
    secrets.add(password)
    secrets.add(b64encode(f"{user}:{password}".encode()).decode() if password else "")
    return proxy


def _variable(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name) or environ.get(name.upper(), "")


def _is_excepted(url: httpx.URL, no_proxy: str) -> bool:
    """Return True if `no_proxy` names the address: `*`, a host or a domain, maybe with a port."""
    host = url.host.lower()
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    for entry in no_proxy.lower().replace(",", " ").split():
        name = entry.removesuffix(f":{port}").removeprefix("*").lstrip(".")
        if entry == "*" or (name and (host == name or host.endswith("." + name))):
            return True
    return False
