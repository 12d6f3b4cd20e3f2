"""The exit code of every command.

0 success or nothing to do, 1 error, 2 there are changes, 3 blocked by a guard or stale
(`ExitCode`). A usage error is 1: click's own 2 would say that there are changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reconciler.model.errors import ExitCode, ReconcilerError

if TYPE_CHECKING:
    from reconciler.planning.multi_plan import Plans
    from reconciler.planning.plan import Plan
    from reconciler.planning.results import Outcome

INTERRUPTED = 130
"""What a shell reports for a process that Ctrl-C ended: 128 and the signal's number."""


def of_error(error: BaseException) -> ExitCode:
    """Return the exit code of a command that an exception ended."""
    return error.exit_code if isinstance(error, ReconcilerError) else ExitCode.ERROR


def of_plans(found: Plans, *, changes_count: bool, refusals_count: bool = False) -> ExitCode:
    """Return the exit code of a command that plans.

    A target or a spec without a plan is an error. With `refusals_count` a plan that `apply` would
    refuse is blocked; with `changes_count` one that would write has changes.
    """
    if found.failures or any(plan.errors for plan in found.plans):
        return ExitCode.ERROR
    if refusals_count and any(plan.blocking for plan in found.plans):
        return ExitCode.REFUSED
    is_changing = changes_count and any(plan.to_write for plan in found.plans)
    return ExitCode.CHANGES if is_changing else ExitCode.DONE


def of_outcomes(outcomes: Sequence[Outcome], plan: Plan) -> ExitCode:
    """Return the exit code of an apply: an error outweighs a stale plan."""
    from reconciler.planning.results import Result, count

    if plan.errors:
        return ExitCode.ERROR
    if all(outcome.is_good for outcome in outcomes):
        return ExitCode.DONE
    if count(outcomes, Result.FAILED, Result.RESIDUAL, Result.LOST, Result.NOT_CONVERGING):
        return ExitCode.ERROR
    return ExitCode.REFUSED if count(outcomes, Result.STALE) else ExitCode.ERROR


def failed_if(is_failed: bool) -> ExitCode:
    """Return the code of an error, or of success."""
    return ExitCode.ERROR if is_failed else ExitCode.DONE
