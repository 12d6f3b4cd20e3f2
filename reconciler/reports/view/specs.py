"""The specs that a report shows one by one, of one plan or of several."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from msgspec import Struct

from reconciler.model.json_text import JsonObject
from reconciler.planning.body import live_before
from reconciler.planning.plan import Action, Origin, Plan, PlannedSpec
from reconciler.reports.view.blocked import is_blocked
from reconciler.reports.view.groups import by_key


class ShownSpec(Struct, frozen=True, dict=True):
    """A spec with something to show."""

    number: int
    """Its number in the report, from 1."""
    column: int
    """The index of its plan among the plans of the report."""
    plan: Plan
    spec: PlannedSpec

    @property
    def anchor(self) -> str:
        """The id of this spec on the page."""
        return f"spec-{self.number}"

    @cached_property
    def before(self) -> JsonObject:
        """The live document of a spec that is updated; empty if it is created."""
        spec = self.spec
        if spec.action is Action.CREATE or spec.body is None:
            return {}
        return live_before(spec.kind, spec.body, spec.changes)

    @property
    def origins(self) -> tuple[Origin, ...]:
        """The origins of its changes, each once, in the order of the origins."""
        found = {change.origin for change in (*self.spec.changes, *self.spec.skipped)}
        return tuple(origin for origin in Origin if origin in found)


def differs(spec: PlannedSpec) -> bool:
    """Return True for a spec with changes or skipped ones."""
    return spec.action is not Action.NONE or bool(spec.skipped)


def shown_specs(plans: Sequence[Plan]) -> tuple[ShownSpec, ...]:
    """Return every spec with changes or skipped ones; one spec on several targets together.

    Blocked specs come first, those that only drifted last.
    """
    found = by_key(
        (spec.place, (column, plan, spec))
        for column, plan in enumerate(plans)
        for spec in filter(differs, plan.specs)
    )
    in_order = sorted(found.values(), key=_rank)
    flat = [place for places in in_order for place in places]
    return tuple(ShownSpec(number, *place) for number, place in enumerate(flat, start=1))


def _rank(places: Sequence[tuple[int, Plan, PlannedSpec]]) -> tuple[bool, bool]:
    specs = [spec for _, _, spec in places]
    changes = [change for spec in specs for change in (*spec.changes, *spec.skipped)]
    drifted = all(change.origin is Origin.DRIFT for change in changes)
    return not any(map(is_blocked, specs)), drifted
