"""Changes that many specs have in common, told once with the specs they are in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reconciler.model.json_text import compact_json
from reconciler.planning.plan import Change
from reconciler.reports.view.specs import Entry

LEAST_SPECS = 3


@dataclass(frozen=True)
class Repeat:
    """Changes that the same specs have, and those specs; on several targets each is one."""

    changes: tuple[Change, ...]
    entries: tuple[Entry, ...]

    @property
    def specs(self) -> int:
        """How many specs, counted once however many targets they are on."""
        return len({entry.spec.place for entry in self.entries})


def repeats(
    entries: Sequence[Entry],
    among: Callable[[Entry], Sequence[Change]] = lambda entry: entry.spec.changes,
) -> list[Repeat]:
    """Return what at least `LEAST_SPECS` updates have in common, the most common first.

    `among` chooses the changes of a spec that are looked at.
    """
    found: dict[tuple[str, ...], list[Entry]] = {}
    first: dict[tuple[str, ...], Change] = {}
    for entry in entries:
        for change in among(entry) if entry.spec.live_fingerprint is not None else ():
            key = sameness(change)
            found.setdefault(key, []).append(entry)
            first.setdefault(key, change)
    together: dict[tuple[int, ...], list[tuple[str, ...]]] = {}
    for key, places in found.items():
        together.setdefault(tuple(entry.number for entry in places), []).append(key)
    repeated = [
        Repeat(tuple(first[key] for key in keys), tuple(found[keys[0]]))
        for keys in together.values()
    ]
    shared = [repeat for repeat in repeated if repeat.specs >= LEAST_SPECS]
    return sorted(shared, key=lambda repeat: (-repeat.specs, repeat.changes[0].pointer))


def sameness(change: Change) -> tuple[str, ...]:
    """Return a key that two changes share where they do the same for the same reason."""
    values = compact_json(change.before), compact_json(change.after)
    return (change.operation, change.path, change.origin, *values)
