"""A report's parts: what the repo changes, what drifted beside it, what is left alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from reconciler.model.text import plural
from reconciler.planning.plan import Change, Operation, Origin, Plan, PlannedSpec
from reconciler.reports.view.repeats import sameness
from reconciler.reports.view.specs import Entry
from reconciler.reports.view.wording import has_base


@dataclass(frozen=True)
class Member:
    """A spec's changes that belong to a part, on one target or alike on several."""

    entries: tuple[Entry, ...]
    changes: tuple[Change, ...]

    @property
    def spec(self) -> PlannedSpec:
        """The spec, as the first of the targets has it."""
        return self.entries[0].spec


@dataclass(frozen=True)
class Part:
    """Specs with changes of one sort; `select` chooses a spec's changes of that sort."""

    heading: str
    note: str
    is_first: bool
    entries: tuple[Entry, ...]
    select: Callable[[PlannedSpec], tuple[Change, ...]]

    def members(self, without: Sequence[Change] = ()) -> Iterator[Member]:
        """Yield the specs, those of several targets as one where their changes are the same.

        Changes that are the same as one of `without` are not among them.
        """
        told = set(map(sameness, without))
        for _, run in groupby(self.entries, key=lambda entry: entry.spec.place):
            alike: dict[tuple[tuple[str, ...], ...], list[Entry]] = {}
            for entry in run:
                alike.setdefault(tuple(map(sameness, self.select(entry.spec))), []).append(entry)
            for entries in alike.values():
                changes = self.select(entries[0].spec)
                own = tuple(change for change in changes if sameness(change) not in told)
                yield Member(tuple(entries), own)


def parts(plans: Sequence[Plan], shown: Sequence[Entry]) -> list[Part]:
    """Return the parts that are not empty: what the repo changes stands first."""
    known = any(map(has_base, plans))
    candidates = (
        (
            "Changes of the repo" if known else "Changes",
            "" if known else "There is no base, so nobody can tell who made them.",
            _of_repo,
        ),
        (
            "Drift",
            "Somebody changed these at the target since the base. An apply takes them back.",
            _of_drift,
        ),
        ("Left alone", "Differences that this plan does not touch (--only-origin).", _left_alone),
    )
    found: list[Part] = []
    for title, note, select in candidates:
        entries = tuple(entry for entry in shown if select(entry.spec))
        if entries:
            number = plural(len({entry.spec.place for entry in entries}), "spec")
            found.append(Part(f"{title}: {number}", note, not found, entries, select))
    return found


def numbers(changes: Sequence[Change]) -> list[str]:
    """Return how much is added, removed and replaced, each with its sign or nothing for none."""
    found = [change.operation for change in changes]
    counts = ((sign, found.count(operation)) for operation, sign in _SIGNS.items())
    return [f"{sign}{number}" if number else "" for sign, number in counts]


def signs(changes: Sequence[Change]) -> str:
    """Return the same on one line: `+2 −1 ~1`."""  # noqa: RUF002
    return " ".join(filter(None, numbers(changes)))


_SIGNS = {Operation.ADD: "+", Operation.REMOVE: "−", Operation.REPLACE: "~"}  # noqa: RUF001


def _of_repo(spec: PlannedSpec) -> tuple[Change, ...]:
    return tuple(change for change in spec.changes if change.origin is not Origin.DRIFT)


def _of_drift(spec: PlannedSpec) -> tuple[Change, ...]:
    return tuple(change for change in spec.changes if change.origin is Origin.DRIFT)


def _left_alone(spec: PlannedSpec) -> tuple[Change, ...]:
    return spec.skipped
