"""The plans of several targets, and why a target has none."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from reconciler.model.targets import TargetIdentity
from reconciler.planning.plan import Plan


class Failure(Struct, frozen=True):
    """A target that could not be planned."""

    target: TargetIdentity
    message: str
    """The error as a sentence."""
    error: Exception | None = None
    """The exception, for a traceback; None if the failure was read from a file."""


class Plans(Struct, frozen=True):
    """The result for each target, in the order in which they were requested."""

    results: tuple[Plan | Failure, ...]

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The targets' plans."""
        return tuple(result for result in self.results if isinstance(result, Plan))

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The targets that could not be planned."""
        return tuple(result for result in self.results if isinstance(result, Failure))


def as_plans(found: Plan | Plans) -> Plans:
    """Return a plan, or those of several targets, as those of several."""
    return found if isinstance(found, Plans) else Plans((found,))


def each_plan(found: Plan | Plans, change: Callable[[Plan], Plan]) -> Plan | Plans:
    """Return a plan, or those of several targets, with each plan changed."""
    if isinstance(found, Plan):
        return change(found)
    return Plans(tuple(change(each) if isinstance(each, Plan) else each for each in found.results))
