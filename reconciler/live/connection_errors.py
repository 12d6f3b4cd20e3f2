"""The reason for a missing response, and if the request can have arrived."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping

import httpx

from reconciler.live.redaction import Secrets
from reconciler.model.errors import ConnectionFailedError, UntrustedError

_NEVER_CONNECTED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""Failures before the first byte of a request could leave this machine."""


def connection_error(
    error: httpx.RequestError | TimeoutError,
    request: httpx.Request,
    path: str,
    secrets: Secrets,
    proxies: Mapping[str, str],
) -> ConnectionFailedError:
    """Return the exception for a request, named by `path`, that got no complete response.

    Where the request for a token failed, which comes first, the error says so:
    then nothing was sent to the service. `proxies` names the proxy in front of a
    host, an empty string for none.
    """
    failed = error.request if isinstance(error, httpx.RequestError) else request
    origin = f"{failed.url.scheme}://{failed.url.netloc.decode('ascii')}"
    untrusted = _is_untrusted(error)
    proxy = proxies.get(failed.url.host)
    through = f" through the proxy {proxy}" if proxy else ""
    kind = UntrustedError if untrusted else ConnectionFailedError
    return kind(
        f"{origin} {failure_reason(error, secrets)}{through}",
        method=failed.method,
        path=path if failed is request else failed.url.path,
        sent=failed is request and not isinstance(error, _NEVER_CONNECTED),
        may_follow=isinstance(error, TimeoutError | httpx.ReadTimeout),
    )


def failure_reason(error: Exception, secrets: Secrets) -> str:
    """Return why a request got no complete response, to follow the name of the address."""
    detail = secrets.excerpt(_root(error))
    match error:
        case TimeoutError():
            return "did not finish its response in time"
        case httpx.ConnectTimeout():
            return "did not take the connection in time"
        case httpx.ConnectError() if _is_untrusted(error):
            return (
                f"shows a certificate that is not trusted ({detail}); if a proxy inspects TLS,"
                " set SSL_CERT_FILE or REQUESTS_CA_BUNDLE to the file, or SSL_CERT_DIR to the"
                " folder, that holds its authority"
            )
        case httpx.ConnectError():
            return f"could not be reached ({detail})"
        case httpx.ProxyError():
            return f"could not be reached ({_proxy_status(error)})"
        case httpx.TimeoutException():
            return "did not respond in time"
        case httpx.UnsupportedProtocol() | httpx.LocalProtocolError():
            return "could not be asked: the request is not valid HTTP"
        case _:
            return "closed the connection before the response was complete"


def _is_untrusted(error: Exception) -> bool:
    return "CERTIFICATE_VERIFY_FAILED" in str(error)


def _proxy_status(error: httpx.ProxyError) -> str:
    """Return the status that a proxy refused with; its reason may repeat credentials."""
    status = str(error)[:3]
    if status == "407":
        return "407: the proxy requires credentials, or other ones"
    return f"the proxy answered {status}" if status.isdigit() else "the proxy refused"


def _root(error: BaseException) -> str:
    """Return the message of the operating system, below the exceptions that wrap it."""
    while deeper := error.__cause__ or error.__context__:
        error = deeper
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, OSError) and error.errno and not isinstance(error, ssl.SSLError):
        return os.strerror(error.errno) if error.errno > 0 else str(error.strerror)
    return str(error)
