"""The differences between a plan and the approved one. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from reconciler.model.json_text import compact_json
from reconciler.planning.plan import Change, Plan, PlannedSpec
from reconciler.planning.plan_file import approved_entry


class Departure(Struct, frozen=True):
    """One spec with another action or other changes than approved."""

    approved: PlannedSpec | None
    """Its entry in the approved plan; None if that does not write it."""
    found: PlannedSpec | None
    """Its entry in the current plan; None if that does not write it."""
    gone: tuple[Change, ...]
    """Changes that were approved and are no longer planned."""
    new: tuple[Change, ...]
    """Changes that are planned and were not approved."""

    @property
    def spec(self) -> PlannedSpec:
        """The spec, from the current plan if it is there."""
        either = self.found or self.approved
        assert either is not None  # noqa: S101 - a departure is of one of them at least
        return either


def departures(approved: Plan, found: Plan) -> Iterator[Departure]:
    """Yield every spec whose action or changes differ, sorted by kind and id.

    Two plans of one target have the same change digest exactly where this yields nothing.
    """
    was, now = ({spec.key: spec for spec in plan.to_write} for plan in (approved, found))
    for key in sorted(was.keys() | now.keys()):
        before, after = was.get(key), now.get(key)
        gone, new = _beyond(before, after), _beyond(after, before)
        if gone or new or before is None or after is None or before.action is not after.action:
            yield Departure(before, after, gone, new)


def _beyond(one: PlannedSpec | None, other: PlannedSpec | None) -> tuple[Change, ...]:
    """Return the changes of one spec that the other does not have, by path."""
    there = {_approved(other, change) for change in other.changes} if other else set()
    if one is None:
        return ()
    changes = sorted(one.changes, key=lambda change: change.path)
    return tuple(change for change in changes if _approved(one, change) not in there)


def _approved(spec: PlannedSpec, change: Change) -> str:
    return compact_json(approved_entry(spec.kind, change))
