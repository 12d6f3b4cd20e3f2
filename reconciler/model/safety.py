"""The safety settings of a target: the limits that the guards enforce."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Removals(StrEnum):
    """Which removals pass: those that a commit made, only overridden ones, or none."""

    REVIEWED = "reviewed"
    ASK = "ask"
    NEVER = "never"


class Safety(Struct, frozen=True, rename="camel"):
    """The `safety:` entry of reconciler.yaml, or of one target in it.

    `max_changes` (specs) and `max_changed_percent` (of the managed specs)
    count only from `min_specs` managed specs on; None is no limit.
    """

    removals: Removals = Removals.REVIEWED
    max_changes: int | float | None = None
    max_changed_percent: float | None = None
    min_specs: int | float = 10
