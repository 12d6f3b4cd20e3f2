"""One message to a webhook, which Slack, Teams and others take as JSON with a `text`."""

from __future__ import annotations

import os

import httpx

from reconciler import __version__
from reconciler.live.certificates import client_options
from reconciler.live.redaction import Secrets
from reconciler.model.errors import ReconcilerError
from reconciler.model.loopback import is_loopback

_TIMEOUT = 10.0
"""Seconds; a run waits for it at its end."""
_LONGEST = 3000
"""Characters of a message. Slack cuts at 4,000."""


def webhook(url: str) -> httpx.URL | None:
    """Return a webhook's address; None if it is not an https address."""
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        address = httpx.URL("")
    if address.host and (address.scheme == "https" or is_loopback(address.host)):
        return address
    return None


def send(address: httpx.URL, text: str) -> str:
    """Post a message; return why that failed, or nothing. Raises nothing.

    The reason never holds the address: who knows it can post there.
    """
    # Slack reads <...> as a link or a mention, so what a document holds must not be one.
    escaped = text[:_LONGEST].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    try:
        with httpx.Client(
            headers={"User-Agent": f"reconciler/{__version__}"},
            timeout=_TIMEOUT,
            **client_options(address, os.environ, Secrets()),
        ) as client:
            response = client.post(address, json={"text": escaped})
    except (httpx.HTTPError, ReconcilerError, OSError, ValueError) as error:
        return type(error).__name__
    return "" if response.is_success else f"status {response.status_code}"
