"""Changes that many specs have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from reconciler.model.json_text import compact_json
from reconciler.planning.plan import Change
from reconciler.reports.view.groups import by_key
from reconciler.reports.view.specs import ShownSpec

LEAST_SPECS = 3


class Repeat(Struct, frozen=True):
    """Changes that the same specs have, and those specs."""

    changes: tuple[Change, ...]
    entries: tuple[ShownSpec, ...]

    @property
    def specs(self) -> int:
        """The number of specs; one on several targets counts once."""
        return len({entry.spec.place for entry in self.entries})


def repeats(
    entries: Sequence[ShownSpec],
    among: Callable[[ShownSpec], Sequence[Change]] = lambda entry: entry.spec.changes,
) -> list[Repeat]:
    """Return what at least `LEAST_SPECS` updates have in common, the most common first.

    `among` selects the changes of a spec to compare.
    """
    alike = by_key(
        (sameness(change), (change, entry))
        for entry in entries
        if entry.spec.live_fingerprint is not None
        for change in among(entry)
    )
    together = by_key(
        (tuple(entry.number for _, entry in group), group) for group in alike.values()
    )
    repeated = [
        Repeat(tuple(group[0][0] for group in groups), tuple(entry for _, entry in groups[0]))
        for groups in together.values()
    ]
    shared = [repeat for repeat in repeated if repeat.specs >= LEAST_SPECS]
    return sorted(shared, key=lambda repeat: (-repeat.specs, repeat.changes[0].pointer))


def sameness(change: Change) -> tuple[str, ...]:
    """Return a key that is equal for changes with the same effect and origin."""
    values = compact_json(change.before), compact_json(change.after)
    return (change.operation, change.path, change.origin, *values)
