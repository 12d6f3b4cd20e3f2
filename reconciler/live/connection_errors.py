"""Why there is no answer, in words, and whether the request can have arrived."""

from __future__ import annotations

import os
import ssl

import httpx

from reconciler.live.redaction import Secrets
from reconciler.model.errors import ConnectionFailedError

_NEVER_CONNECTED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""Failures before the first byte of a request could leave this machine."""


class UntrustedError(ConnectionFailedError):
    """The other side cannot prove who it is: trying again would not change that."""


def connection_error(
    error: httpx.TransportError | TimeoutError,
    request: httpx.Request,
    path: str,
    secrets: Secrets,
) -> ConnectionFailedError:
    """Return the error for a request, named by `path`, that got no complete answer.

    Where the request for a token failed, which comes before it, the error says
    so: then nothing was sent to the service.
    """
    failed = error.request if isinstance(error, httpx.TransportError) else request
    origin = f"{failed.url.scheme}://{failed.url.netloc.decode('ascii')}"
    detail = secrets.excerpt(_root(error))
    untrusted = "CERTIFICATE_VERIFY_FAILED" in str(error)
    kind = UntrustedError if untrusted else ConnectionFailedError
    return kind(
        f"{origin} {_reason(error, detail, untrusted=untrusted)}",
        method=failed.method,
        path=path if failed is request else failed.url.path,
        sent=failed is request and not isinstance(error, _NEVER_CONNECTED),
    )


def _reason(error: Exception, detail: str, *, untrusted: bool) -> str:
    match error:
        case TimeoutError():
            return "did not finish its answer in time"
        case httpx.ConnectTimeout():
            return "did not take the connection in time"
        case httpx.ConnectError() if untrusted:
            return (
                f"shows a certificate that is not trusted ({detail}); where a proxy"
                " inspects TLS, let SSL_CERT_FILE name the file with its authority"
            )
        case httpx.ConnectError():
            return f"could not be reached ({detail})"
        case httpx.ProxyError():
            return f"could not be reached through the proxy ({detail})"
        case httpx.TimeoutException():
            return "did not answer in time"
        case httpx.UnsupportedProtocol() | httpx.LocalProtocolError():
            return "could not be asked: the request is not valid HTTP"
        case _:
            return "closed the connection before the answer was complete"


def _root(error: BaseException) -> str:
    """Return what the operating system said, under the layers that passed it on."""
    while deeper := error.__cause__ or error.__context__:
        error = deeper
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, OSError) and error.errno and not isinstance(error, ssl.SSLError):
        return os.strerror(error.errno) if error.errno > 0 else str(error.strerror)
    return str(error)
