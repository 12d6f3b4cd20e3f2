"""What `reconciler doctor` found, one line a check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a check ended."""

    OK = "ok"
    FAILED = "failed"
    INFO = "info"
    """A fact, or something that cannot be checked."""


@dataclass(frozen=True)
class Finding:
    """One check and how it ended."""

    name: str
    """What was checked."""
    status: Status
    """How it ended."""
    detail: str
    """What was seen: names of variables, headers and fields, never a value."""
    fix: str = ""
    """What to do; empty unless the check failed."""
