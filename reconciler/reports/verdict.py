"""What a report says first: whether there is anything to do, and whether apply would refuse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reconciler.planning.plan import Plan
from reconciler.planning.plans import Failure
from reconciler.reports.drifting import is_of_drift
from reconciler.reports.wording import (
    actions_in_words,
    counted,
    named,
    origins_in_words,
    quiet_in_words,
)

_FEW = 4


class State(StrEnum):
    """How it stands with the plans together."""

    ORDER = "order"
    CHANGES = "changes"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class Verdict:
    """The state with the words for it: one line, and the counts below it."""

    state: State
    headline: str
    counts: str


def verdict(plans: Sequence[Plan], failures: Sequence[Failure] = ()) -> Verdict:
    """Return the verdict on one plan, or on those of several targets together.

    `failures` are the targets that could not be planned.
    """
    if not failures:
        return _verdict(plans)
    failed = f"{named([failure.target.name for failure in failures], _FEW)} could not be planned"
    if not plans:
        return Verdict(State.FAILED, failed, "There is no plan to show.")
    said = _verdict(plans)
    headline = said.headline[0].lower() + said.headline[1:]
    return Verdict(State.FAILED, f"{failed}; {headline}", said.counts)


def _verdict(plans: Sequence[Plan]) -> Verdict:
    refused = [plan for plan in plans if plan.summary.refused]
    if refused:
        number = counted(sum(plan.summary.refused for plan in refused), "refusal")
        what = "this plan" if len(plans) == 1 else "the plans"
        headline = f"Apply refuses {what} for {_where(refused, plans)}: {number}"
        return Verdict(State.REFUSED, headline, _counts(plans))
    changing = [plan for plan in plans if plan.summary.changes]
    if changing:
        number = counted(sum(plan.summary.changes for plan in changing), "spec")
        done = "drifted" if all(map(is_of_drift, plans)) else "to write"
        headline = f"{number} {done} on {_where(changing, plans)}"
        return Verdict(State.CHANGES, headline, _counts(plans))
    return Verdict(State.ORDER, f"No changes on {_where(plans, plans)}", _counts(plans))


def _where(concerned: Sequence[Plan], plans: Sequence[Plan]) -> str:
    if len(plans) == 1:
        return plans[0].target.name
    if len(concerned) == len(plans):
        return counted(len(plans), "target")
    return f"{len(concerned)} of {counted(len(plans), 'target')}"


def _counts(plans: Sequence[Plan]) -> str:
    changes = [change for plan in plans for spec in plan.specs for change in spec.changes]
    if not changes:
        return f"{quiet_in_words(plans)}."
    removals = sum(plan.summary.removals for plan in plans)
    taken = f", {counted(removals, 'removal')}" if removals else ""
    found = f"{counted(len(changes), 'change')} ({origins_in_words(changes)}){taken}"
    return f"{actions_in_words(plans)}. {found}."
