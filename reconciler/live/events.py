"""Requests and retries as events, for progress and logs. They never hold a secret."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct


class EventKind(StrEnum):
    """The type of an event."""

    REQUEST = "request"
    """A request ended: with a response (`status`), or without one (`status` 0)."""
    RETRY = "retry"
    """A request failed and will be sent again after `pause` seconds, or a little more."""


class Event(Struct, frozen=True):
    """A request that ended, or that will be retried."""

    kind: EventKind
    method: str
    path: str
    """The request's, without its query."""
    status: int = 0
    """The response's; 0 where there was none."""
    pause: float = 0.0
    """Seconds until a retry, before jitter."""
    seconds: float = 0.0
    """How long the request took."""
    request_id: str = ""
    """The service's id of the request."""


OnEvent: TypeAlias = Callable[[Event], None]
