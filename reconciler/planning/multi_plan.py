"""Several targets' plans side by side, and why a target has none: `reconciler.plans/v1`.

The document holds each plan as its own plan file would.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from reconciler.model.json_text import Json, JsonObject, pretty_json
from reconciler.model.targets import TargetIdentity
from reconciler.planning.plan import Plan
from reconciler.planning.plan_file import plan_document, target_entry

PLANS_FORMAT = "reconciler.plans/v1"


@dataclass(frozen=True)
class Failure:
    """A target that could not be planned."""

    target: TargetIdentity
    message: str
    """The error as a sentence."""
    error: Exception | None = field(default=None, compare=False)
    """The exception, for a traceback; None if the failure was read from a file."""


@dataclass(frozen=True)
class Plans:
    """What became of each target, in the order in which they were asked for."""

    results: tuple[Plan | Failure, ...]

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans that there are."""
        return tuple(result for result in self.results if isinstance(result, Plan))

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The targets that have none."""
        return tuple(result for result in self.results if isinstance(result, Failure))


def as_plans(found: Plan | Plans) -> Plans:
    """Return a plan, or those of several targets, as those of several."""
    return found if isinstance(found, Plans) else Plans((found,))


def plans_text(plans: Plans) -> str:
    """Return the text of the document."""
    found: list[Json] = [plan_document(plan) for plan in plans.plans]
    failed: list[Json] = [_failure(failure) for failure in plans.failures]
    return pretty_json({"format": PLANS_FORMAT, "plans": found, "failures": failed})


def _failure(failure: Failure) -> JsonObject:
    return {"target": target_entry(failure.target), "message": failure.message}
