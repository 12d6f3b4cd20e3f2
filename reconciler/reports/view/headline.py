"""What a report says first: whether there is anything to do, and whether apply would refuse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.text import join_limited, plural
from reconciler.planning.multi_plan import Failure
from reconciler.planning.plan import Plan
from reconciler.reports.view.drift import is_of_drift
from reconciler.reports.view.wording import actions_in_words, origins_in_words, quiet_in_words

_FEW = 4


class State(StrEnum):
    """How it stands with the plans together."""

    ORDER = "order"
    CHANGES = "changes"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class Headline:
    """The state with the words for it: one line, and the counts below it."""

    state: State
    headline: str
    counts: str


def verdict(plans: Sequence[Plan], failures: Sequence[Failure] = ()) -> Headline:
    """Return the verdict on one plan, or on those of several targets together.

    `failures` are the targets that could not be planned.
    """
    if not failures:
        return _verdict(plans)
    failed = (
        f"{join_limited([failure.target.name for failure in failures], _FEW)} could not be planned"
    )
    if not plans:
        return Headline(State.FAILED, failed, "There is no plan to show.")
    said = _verdict(plans)
    headline = said.headline[0].lower() + said.headline[1:]
    return Headline(State.FAILED, f"{failed}; {headline}", said.counts)


def _verdict(plans: Sequence[Plan]) -> Headline:
    refused = [plan for plan in plans if plan.summary.refused]
    if refused:
        number = plural(sum(plan.summary.refused for plan in refused), "refusal")
        what = "this plan" if len(plans) == 1 else "the plans"
        headline = f"Apply refuses {what} for {_where(refused, plans)}: {number}"
        return Headline(State.REFUSED, headline, _counts(plans))
    changing = [plan for plan in plans if plan.summary.changes]
    if changing:
        number = plural(sum(plan.summary.changes for plan in changing), "spec")
        done = "drifted" if all(map(is_of_drift, plans)) else "to write"
        headline = f"{number} {done} on {_where(changing, plans)}"
        return Headline(State.CHANGES, headline, _counts(plans))
    return Headline(State.ORDER, f"No changes on {_where(plans, plans)}", _counts(plans))


def _where(concerned: Sequence[Plan], plans: Sequence[Plan]) -> str:
    if len(plans) == 1:
        return plans[0].target.name
    if len(concerned) == len(plans):
        return plural(len(plans), "target")
    return f"{len(concerned)} of {plural(len(plans), 'target')}"


def _counts(plans: Sequence[Plan]) -> str:
    changes = [change for plan in plans for spec in plan.specs for change in spec.changes]
    if not changes:
        return f"{quiet_in_words(plans)}."
    removals = sum(plan.summary.removals for plan in plans)
    taken = f", {plural(removals, 'removal')}" if removals else ""
    found = f"{plural(len(changes), 'change')} ({origins_in_words(changes)}){taken}"
    return f"{actions_in_words(plans)}. {found}."
