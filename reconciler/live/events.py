"""What happens on the wire, told to whoever shows progress. Never holds a secret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class EventKind(StrEnum):
    """What happened."""

    REQUEST = "request"
    """A request ended: with an answer (`status`), or without one (`status` 0)."""
    RETRY = "retry"
    """A request failed and will be sent again after `pause` seconds, or a little more."""


@dataclass(frozen=True)
class Event:
    """One thing that happened. `path` has no query; `seconds` is how long the request took."""

    kind: EventKind
    method: str
    path: str
    status: int = 0
    pause: float = 0.0
    seconds: float = 0.0
    request_id: str = ""


OnEvent: TypeAlias = Callable[[Event], None]
