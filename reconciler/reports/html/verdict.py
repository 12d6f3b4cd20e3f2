"""What a report says first: whether there is anything to do, and whether apply would refuse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reconciler.planning.plan import Origin, Plan
from reconciler.reports.html.wording import count


class State(StrEnum):
    """How it stands with the plans together."""

    ORDER = "order"
    CHANGES = "changes"
    REFUSED = "refused"


@dataclass(frozen=True)
class Verdict:
    """The state with the words for it: one line, and the counts below it."""

    state: State
    headline: str
    counts: str


def verdict(plans: Sequence[Plan]) -> Verdict:
    """Return the verdict on one plan, or on those of several targets together."""
    writes = sum(plan.summary.changes for plan in plans)
    refusals = sum(plan.summary.refused for plan in plans)
    if refusals:
        refused = [plan for plan in plans if plan.summary.refused]
        what = "this plan" if len(plans) == 1 else "the plans"
        return Verdict(
            State.REFUSED,
            f"Apply refuses {what} for {_where(refused, plans)}",
            f"{count(refusals, 'refusal')} below. {_counts(plans)}",
        )
    if writes:
        written = [plan for plan in plans if plan.summary.changes]
        return Verdict(
            State.CHANGES,
            f"{count(writes, 'spec')} to write on {_where(written, plans)}",
            _counts(plans),
        )
    return Verdict(State.ORDER, f"Nothing to do on {_where(plans, plans)}", _counts(plans))


def _where(concerned: Sequence[Plan], plans: Sequence[Plan]) -> str:
    if len(plans) == 1:
        return plans[0].target.name
    if len(concerned) == len(plans):
        return count(len(plans), "target")
    return f"{len(concerned)} of {count(len(plans), 'target')}"


def _counts(plans: Sequence[Plan]) -> str:
    totals = [plan.summary for plan in plans]
    create, update = sum(total.create for total in totals), sum(total.update for total in totals)
    order = sum(total.none for total in totals)
    removals = sum(total.removals for total in totals)
    specs = f"{create:,} to create, {update:,} to update, {order:,} in order."
    by_origin = {
        origin: sum(
            change.origin is origin
            for plan in plans
            for spec in plan.specs
            for change in spec.changes
        )
        for origin in Origin
    }
    origins = ", ".join(f"{number:,} {origin}" for origin, number in by_origin.items() if number)
    if not origins:
        left = sum(len(spec.left_alone) for plan in plans for spec in plan.specs)
        return f"{specs} {count(left, 'difference')} left alone." if left else specs
    changes = f"{count(sum(by_origin.values()), 'change')} ({origins})"
    taken = f", {count(removals, 'removal')}" if removals else ""
    return f"{specs} {changes}{taken}."
