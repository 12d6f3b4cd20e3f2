"""The headline of a report: the changes in total, and if apply is blocked."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from reconciler.model.text import join_limited, plural
from reconciler.planning.multi_plan import Failure
from reconciler.planning.plan import Plan
from reconciler.reports.view.drift import is_of_drift
from reconciler.reports.view.wording import (
    actions_in_words,
    origins_in_words,
    unchanged_count,
    unchanged_in_words,
)

_FEW = 4


class State(StrEnum):
    """The state of all plans together."""

    UNCHANGED = "unchanged"
    CHANGES = "changes"
    BLOCKED = "blocked"
    FAILED = "failed"


class Headline(Struct, frozen=True):
    """The state in words: one line, and the counts below it."""

    state: State
    headline: str
    counts: str


def verdict(plans: Sequence[Plan], failures: Sequence[Failure] = ()) -> Headline:
    """Return the verdict on one plan, or on those of several targets together.

    `failures` are the targets that could not be planned.
    """
    state, headline = _state(plans)
    if not failures:
        return Headline(state, headline, counts(plans))
    names = join_limited([failure.target.name for failure in failures], _FEW)
    failed = f"{names} could not be planned"
    if not plans:
        return Headline(State.FAILED, failed, "No plan to show.")
    headline = headline[0].lower() + headline[1:]
    return Headline(State.FAILED, f"{failed}; {headline}", counts(plans))


def _state(plans: Sequence[Plan]) -> tuple[State, str]:
    blocked = [plan for plan in plans if plan.blocking]
    if blocked:
        guards = len({refusal.guard for plan in blocked for refusal in plan.blocking})
        where = _where(blocked, plans)
        return State.BLOCKED, f"Blocked by {plural(guards, 'guard')} on {where}"
    changing = [plan for plan in plans if plan.summary.changes]
    if changing:
        number = plural(sum(plan.summary.changes for plan in changing), "spec")
        done = "drifted" if all(map(is_of_drift, plans)) else "to write"
        return State.CHANGES, f"{number} {done} on {_where(changing, plans)}"
    return State.UNCHANGED, f"No changes on {_where(plans, plans)}"


def _where(concerned: Sequence[Plan], plans: Sequence[Plan]) -> str:
    if len(plans) == 1:
        return plans[0].target.name
    if len(concerned) == len(plans):
        return plural(len(plans), "target")
    return f"{len(concerned)} of {plural(len(plans), 'target')}"


def counts(plans: Sequence[Plan]) -> str:
    """Return the counts of specs, changes and removals, the same ones in every format."""
    changes = [change for plan in plans for spec in plan.specs for change in spec.changes]
    if all(map(is_of_drift, plans)) and any(plan.to_write for plan in plans):
        missing = sum(plan.summary.create for plan in plans)
        parts = [f"{sum(plan.summary.update for plan in plans):,} drifted"]
        parts += [f"{missing:,} missing on the target"] if missing else []
        parts.append(f"{unchanged_count(plans):,} unchanged")
        return f"{', '.join(parts)}. {plural(len(changes), 'change')}."
    if not changes:
        return unchanged_in_words(plans)
    removals = sum(plan.summary.removals for plan in plans)
    removed = f", {plural(removals, 'removal')}" if removals else ""
    found = f"{plural(len(changes), 'change')} ({origins_in_words(changes)}){removed}"
    return f"{actions_in_words(plans)}. {found}."
