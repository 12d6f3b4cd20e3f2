"""One answer of the service: its bytes, and what can be read from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from reconciler.live.redaction import Secrets

OK = range(200, 300)
REDIRECT = range(300, 400)
CLIENT_ERROR = range(400, 500)


@dataclass(frozen=True)
class Answer:
    """A whole answer.

    `path` is the request's, under the service's base URL and without its query.
    `flaw` says why the body could not be had (too large, not decompressible).
    `remark` is what this program adds to an error, such as how often it tried.
    `secrets` is what must not appear in any text made from this answer.
    """

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    flaw: str = ""
    remark: str = ""
    secrets: Secrets = field(default_factory=Secrets, repr=False)

    @property
    def request_id(self) -> str:
        """The id under which Adobe's support finds the request; empty where none was given."""
        return self.secrets.excerpt(self.headers.get("x-request-id", ""), 80)

    def announced_pause(self) -> float:
        """Return the seconds that `Retry-After` asks to wait; 0 where it says nothing sensible."""
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
    except ValueError:
        return 0.0
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - now).total_seconds())
