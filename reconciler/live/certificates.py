"""The trusted certificate authorities: those that the environment names, else the bundled."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from reconciler.live.proxies import usable_proxy
from reconciler.live.redaction import Secrets
from reconciler.model.errors import LiveError

FILES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name a file of authorities, in PEM; the first that is set counts."""
FOLDER = "SSL_CERT_DIR"
"""The variable that names a folder of them, hashed as `openssl rehash` does."""


def client_options(url: httpx.URL, environ: Mapping[str, str], secrets: Secrets) -> dict[str, Any]:
    """Return the proxy and the trusted authorities of an `httpx.Client` for an address.

    A `.netrc` does not count: it would replace the token. A password in the
    proxy's URL is added to `secrets`. Raises `LiveError` where a variable
    cannot be used.
    """
    options: dict[str, Any] = {"proxy": usable_proxy(url, environ, secrets), "trust_env": False}
    if url.scheme == "https":  # loading authorities takes a while
        options["verify"] = trusted_authorities(environ)
    return options


def trusted_authorities(environ: Mapping[str, str]) -> ssl.SSLContext:
    """Return a TLS context that trusts what the environment names, else the bundled authorities.

    Raises `LiveError`, naming the variable, where what it names cannot be loaded.
    """
    variable = next((name for name in (*FILES, FOLDER) if environ.get(name)), None)
    if variable is None:
        return httpx.create_ssl_context(trust_env=False)
    path = Path(environ[variable])
    try:
        if path.is_dir():
            return ssl.create_default_context(capath=path)
        return ssl.create_default_context(cafile=path, capath=environ.get(FOLDER) or None)
    except OSError as error:
        raise LiveError(
            f"{variable} is {path}, which holds no certificate authorities"
            f" ({error.strerror or error}). Set it to a PEM file or a folder of them, or unset it."
        ) from None
