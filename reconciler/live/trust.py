"""Where credentials may be sent and which variables may hold them: the environment decides.

A file of the repository names hosts and variables, and whoever opens a pull request
can change it. So Adobe's hosts and loopback are trusted, and variables with `ADOBE_` in
their name; any other only if the environment lists it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import httpx

from reconciler.model.errors import CredentialsError
from reconciler.model.loopback import is_loopback

HOSTS = "RECONCILER_TRUSTED_HOSTS"
"""Further hosts, separated by commas or spaces; `*.example.org` is every host below it."""
VARIABLES = "RECONCILER_TRUSTED_ENV"
"""Further variables, separated by commas or spaces."""
_ADOBE = ("adobe.io", "adobelogin.com")
_NAME = re.compile(r"[a-z0-9.-]+")
"""A valid host name; `evil.example%2f.adobe.io` is not."""
_MARK = "ADOBE_"


def require_trusted_host(url: httpx.URL, target: str, environ: Mapping[str, str]) -> None:
    """Raise `CredentialsError` if credentials of a target may not be sent to the host of a URL."""
    host = url.raw_host.decode("ascii").lower().rstrip(".")
    adobe = (*_ADOBE, *(f"*.{name}" for name in _ADOBE))
    trusted = _is_any(host, (*adobe, *_listed(environ, HOSTS)))
    if is_loopback(url.host) or (trusted and _NAME.fullmatch(host)):
        return
    raise CredentialsError(
        f"target '{target}': credentials are not sent to {host}, because it is not a host of "
        f"Adobe. If it is trusted, set {HOSTS}={host} in the environment."
    )


def require_trusted_variables(
    names: Iterable[str], target: str, environ: Mapping[str, str]
) -> None:
    """Raise `CredentialsError` if a variable may not be read as a credential of a target."""
    listed = _listed(environ, VARIABLES)
    wrong = [name for name in names if _MARK not in name and name not in listed]
    if wrong:
        raise CredentialsError(
            f"target '{target}': {', '.join(wrong)} is not read as a credential, because the name "
            f"does not contain {_MARK}. If intended, set {VARIABLES}={','.join(wrong)} in the "
            "environment."
        )


def _listed(environ: Mapping[str, str], name: str) -> list[str]:
    return environ.get(name, "").replace(",", " ").split()


def _is_any(host: str, patterns: Iterable[str]) -> bool:
    return any(
        host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern
        for pattern in map(str.lower, patterns)
    )
