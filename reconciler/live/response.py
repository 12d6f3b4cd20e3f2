"""One response of the service: its bytes, and what can be read from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from msgspec import Struct, field

from reconciler.live.redaction import Secrets

OK = range(200, 300)
REDIRECT = range(300, 400)
CLIENT_ERROR = range(400, 500)


class Response(Struct, frozen=True):
    """A whole response."""

    method: str
    path: str
    """The request's, under the service's base URL and without its query."""
    status: int
    headers: Mapping[str, str]
    body: bytes
    flaw: str = ""
    """Why the body could not be had: it is too large, or cannot be decompressed."""
    remark: str = ""
    """What this program adds to an error, such as how often it tried."""
    secrets: Secrets = field(default_factory=Secrets)
    """What must not appear in any string made from this response."""
    is_private: bool = False
    """The body may hold a secret that is not known yet: nothing of it is shown."""

    @classmethod
    def of(
        cls,
        received: httpx.Response,
        path: str,
        body: tuple[bytes, str],
        secrets: Secrets,
        *,
        is_private: bool = False,
    ) -> Response:
        """Return what was received, with its body as `read_body` returns it."""
        return cls(
            received.request.method,
            path,
            received.status_code,
            received.headers,
            *body,
            secrets=secrets,
            is_private=is_private,
        )

    @property
    def request_id(self) -> str:
        """The id by which Adobe's support finds the request; empty where none was given."""
        return self.excerpt(self.headers.get("x-request-id", ""), 80)

    def excerpt(self, text: str | bytes, limit: int = 200) -> str:
        """Return the beginning of a string from this response, as `Secrets.excerpt` does."""
        return "" if self.is_private else self.secrets.excerpt(text, limit)

    def announced_pause(self) -> float:
        """Return the seconds that `Retry-After` asks to wait; 0 where it is absent or invalid."""
        return announced_pause(self.headers.get("retry-after", ""), datetime.now(UTC))


def announced_pause(retry_after: str, now: datetime) -> float:
    """Return the seconds from `now` that a `Retry-After` header means.

    It is a number of seconds or an HTTP date (RFC 9110, section 10.2.3). What
    is neither, negative, or already past is 0.
    """
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        date = parsedate_to_datetime(text)
        aware = date if date.tzinfo else date.replace(tzinfo=UTC)
        return max(0.0, (aware - now).total_seconds())
    except (ValueError, OverflowError, TypeError):
        return 0.0


async def read_body(response: httpx.Response, limit: int | None = None) -> tuple[bytes, str]:
    """Read at most `limit` bytes of a response and close it.

    Without a limit httpx's authentication, which reads the body after this, still can.
    Returns the body, and why there is none: it is larger, or its compression is
    broken. Raises `httpx.TransportError` where the connection is lost.
    """
    chunks: list[bytes] = []
    size = 0
    try:
        if limit is None:
            return await response.aread(), ""
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > limit:
                return b"", f"the response is larger than {limit} bytes"
            chunks.append(chunk)
    except httpx.DecodingError:
        return b"", "the response's compression is broken"
    finally:
        await response.aclose()
    return b"".join(chunks), ""
