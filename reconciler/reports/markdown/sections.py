"""The parts of a report: changes from Git, changes of unknown origin, drift, what is skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from reconciler.model.text import plural
from reconciler.planning.plan import Change, Origin, Plan, PlannedSpec
from reconciler.reports.view.changes import SIGNS
from reconciler.reports.view.drift import is_of_drift
from reconciler.reports.view.groups import by_key
from reconciler.reports.view.repeats import sameness
from reconciler.reports.view.specs import ShownSpec
from reconciler.reports.view.wording import has_base


class ReportSection(Struct, frozen=True):
    """The specs with changes of one sort."""

    heading: str
    note: str
    """A sentence below the heading; may be empty."""
    in_earlier: frozenset[int]
    """The numbers of the specs that an earlier part has."""
    entries: tuple[ShownSpec, ...]
    select: Callable[[PlannedSpec], tuple[Change, ...]]
    """Returns the changes of a spec that are of this sort."""

    def members(self) -> Iterator[list[ShownSpec]]:
        """Yield the specs, those of several targets together if their changes are equal."""
        for _, run in groupby(self.entries, key=lambda entry: entry.spec.place):
            yield from by_key(
                (tuple(map(sameness, self.select(entry.spec))), entry) for entry in run
            ).values()


def parts(plans: Sequence[Plan], shown: Sequence[ShownSpec]) -> list[ReportSection]:
    """Return the parts that are not empty; the changes from Git come first."""
    candidates = (
        ("Changes from Git", "", _with(Origin.REPO, Origin.CONFLICT)),
        ("Changes of unknown origin", _why_unknown(plans, shown), _with(Origin.UNKNOWN)),
        ("Drift", _drift_means(plans), _with(Origin.DRIFT)),
        ("Skipped", "Differences that this plan does not touch (--only-origin).", _skipped),
    )
    found: list[ReportSection] = []
    for title, note, select in candidates:
        entries = tuple(entry for entry in shown if select(entry.spec))
        if entries:
            number = plural(len({entry.spec.place for entry in entries}), "spec")
            earlier = frozenset(one.number for part in found for one in part.entries)
            found.append(ReportSection(f"{title} ({number})", note, earlier, entries, select))
    return found


def _why_unknown(plans: Sequence[Plan], shown: Sequence[ShownSpec]) -> str:
    """Return why these changes have no origin: no base, or the specs are not in it."""
    without = [plan.target.name for plan in plans if not has_base(plan)]
    if len(without) == len(plans):
        return "No base."
    unknown = {
        one.plan.target.name
        for one in shown
        if any(change.origin is Origin.UNKNOWN for change in one.spec.changes)
    }
    reasons = [f"No base on {', '.join(without)}."] if without else []
    reasons += ["These specs are not in the base."] if unknown - set(without) else []
    return " ".join(reasons)


def _drift_means(plans: Sequence[Plan]) -> str:
    changed = "Changed on the target, not in Git."
    return changed if any(map(is_of_drift, plans)) else f"{changed} Apply reverts these changes."


def numbers(changes: Sequence[Change]) -> list[str]:
    """Return how much is added, removed and replaced, each with its sign; empty strings for 0."""
    found = [change.operation for change in changes]
    counts = ((sign, found.count(operation)) for operation, (sign, _) in SIGNS.items())
    return [f"{sign}{number}" if number else "" for sign, number in counts]


def signs(changes: Sequence[Change]) -> str:
    """Return the same on one line: `+2 −1 ~1`."""  # noqa: RUF002
    return " ".join(filter(None, numbers(changes)))


def _with(*origins: Origin) -> Callable[[PlannedSpec], tuple[Change, ...]]:
    """Return the function that selects the changes of these origins."""
    return lambda spec: tuple(change for change in spec.changes if change.origin in origins)


def _skipped(spec: PlannedSpec) -> tuple[Change, ...]:
    return spec.skipped
