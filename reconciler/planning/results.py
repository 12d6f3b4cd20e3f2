"""What became of a plan: one outcome a spec, each with what proves it.

Values only. Applying makes them, reports show them, the apply report keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.specs import SpecKey
from reconciler.planning.plan import Action, Change


class Result(StrEnum):
    """How it went with one spec.

    APPLIED: written, re-read, and as asked for. IN_ORDER: the target held it
    already, nothing was written. STALE: the target changed since the plan,
    nothing was written. RESIDUAL: written, but the service kept something
    else. LOST: written, but an element of somebody else's went with it or came
    between. FAILED: an error; `message` says whether anything was written.
    NOT_DONE: the run ended before its turn. NOT_CONVERGING: what the service
    did not keep of the last apply was not sent again.
    """

    APPLIED = "applied"
    IN_ORDER = "in order"
    STALE = "stale"
    RESIDUAL = "residual"
    LOST = "lost"
    FAILED = "failed"
    NOT_DONE = "not done"
    NOT_CONVERGING = "not converging"


@dataclass(frozen=True)
class Outcome:
    """What became of one spec.

    `unconverged` is what still differs between what was asked for and what the
    target holds. `reference` is how the plan named the spec where it had no id;
    `key` holds the id that it was given since, if it was. `request_ids` are the
    service's, in the order of the calls; `seconds` is how long this spec took.
    """

    key: SpecKey
    name: str
    file: str
    action: Action
    result: Result
    message: str = ""
    unconverged: tuple[Change, ...] = ()
    before: str | None = None
    after: str | None = None
    request_ids: tuple[str, ...] = ()
    seconds: float = 0.0
    reference: str = ""

    @property
    def new_id(self) -> str:
        """The id that the target was found to have given the spec; nothing where none is new."""
        return self.key.id if self.reference and self.key.id != self.reference else ""

    @property
    def is_good(self) -> bool:
        """Whether the target holds what was asked for, and nobody lost anything."""
        return self.result in (Result.APPLIED, Result.IN_ORDER)


def count(outcomes: Iterable[Outcome], *results: Result) -> int:
    """Return how many outcomes are of one of these results."""
    return sum(outcome.result in results for outcome in outcomes)
