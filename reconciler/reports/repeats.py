"""Changes that many specs have in common, each told once with the specs it is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.model.jsontext import compact_json
from reconciler.planning.plan import Change, PlannedSpec

LEAST_SPECS = 3


@dataclass(frozen=True)
class Repeat:
    """One change and the places, in the sequence of specs, of those that have it."""

    change: Change
    places: tuple[int, ...]


def repeats(specs: Sequence[PlannedSpec]) -> list[Repeat]:
    """Return the changes that at least `LEAST_SPECS` updates share, the most common first."""
    found: dict[tuple[str, ...], list[int]] = {}
    first: dict[tuple[str, ...], Change] = {}
    for place, spec in enumerate(specs):
        for change in spec.changes if spec.live_fingerprint is not None else ():
            key = _sameness(change)
            found.setdefault(key, []).append(place)
            first.setdefault(key, change)
    shared = [
        Repeat(first[key], tuple(places))
        for key, places in found.items()
        if len(places) >= LEAST_SPECS
    ]
    return sorted(shared, key=lambda repeat: (-len(repeat.places), repeat.change.pointer))


def _sameness(change: Change) -> tuple[str, ...]:
    values = compact_json(change.before), compact_json(change.after)
    return (change.operation, change.path, change.origin, *values)
