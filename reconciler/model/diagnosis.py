"""The findings of `reconciler doctor`, one line per check."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Status(StrEnum):
    """The status of a check."""

    OK = "ok"
    FAILED = "failed"
    INFO = "info"
    """A fact, or something that cannot be checked."""


class Finding(Struct, frozen=True):
    """One check and its status."""

    name: str
    status: Status
    detail: str
    """The result: names of variables, headers and fields, never a value."""
    fix: str = ""
    """What to do; empty unless the check failed."""
