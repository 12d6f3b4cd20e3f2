"""The results of a plan: one outcome per spec, each with its evidence.

Values only. Applying makes them, reports show them, the apply report keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from reconciler.model.specs import SpecKey
from reconciler.planning.plan import Action, Change, PlannedSpec


class Result(StrEnum):
    """The result for one spec."""

    APPLIED = "applied"
    """Written, read again, and as requested."""
    IN_ORDER = "in order"
    """The target held it already; nothing was written."""
    STALE = "stale"
    """The target changed after the plan; nothing was written."""
    RESIDUAL = "residual"
    """Written, but the service kept something else."""
    LOST = "lost"
    """Written, but another client wrote at the same time or overwrote it."""
    FAILED = "failed"
    """An error; `message` says if anything was written."""
    NOT_DONE = "not done"
    """The run ended before its turn."""
    NOT_CONVERGING = "not converging"
    """What the service did not keep of the last apply was not sent again."""


class Outcome(Struct, frozen=True):
    """The outcome for one spec, and the evidence."""

    key: SpecKey
    """The spec's identity, with the id that it was given since the plan."""
    name: str
    file: str
    action: Action
    result: Result
    message: str = ""
    """The error and what to do; empty if there is none."""
    unconverged: tuple[Change, ...] = ()
    """What still differs between what was requested and what the target holds."""
    before: str | None = None
    """The fingerprint of the live document in the plan; None for a creation."""
    after: str | None = None
    """The fingerprint of the live document after the write; None if it was not read."""
    request_ids: tuple[str, ...] = ()
    """The service's ids of the writes, in their order."""
    seconds: float = 0.0
    """The duration for this spec."""
    reference: str = ""
    """The reference of the spec in the plan if it had no id."""

    @classmethod
    def of(cls, spec: PlannedSpec, result: Result, message: str = "") -> Outcome:
        """Return the outcome for a planned spec of which nothing was read after a write."""
        return cls(
            spec.key,
            spec.name,
            spec.file,
            spec.action,
            result,
            message,
            before=spec.live_fingerprint,
        )

    @property
    def new_id(self) -> str:
        """The id that the target was found to have given the spec; empty if no id is new."""
        return self.key.id if self.reference and self.key.id != self.reference else ""

    @property
    def is_good(self) -> bool:
        """True if the target holds what was requested, and no other client lost a change."""
        return self.result in (Result.APPLIED, Result.IN_ORDER)

    @property
    def may_have_replaced(self) -> bool:
        """True if a document may have been replaced, which a rollback can restore."""
        unwritten = (Result.IN_ORDER, Result.STALE, Result.NOT_DONE)
        return self.action is Action.UPDATE and self.result not in unwritten


def count(outcomes: Iterable[Outcome], *results: Result) -> int:
    """Return the number of outcomes with one of these results."""
    return sum(outcome.result in results for outcome in outcomes)
