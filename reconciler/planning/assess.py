"""Weighing the updates of a plan: verdicts on schemas, the impact on dataflows, the guard.

`SchemaChange`s say what there is to weigh. Verdicts need nothing else, the
impact needs the dataflows that somebody has read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from reconciler.compatibility.compare import verdict_on
from reconciler.model.flows import Flows
from reconciler.model.kinds import FLOW_SPEC
from reconciler.model.pointers import is_within
from reconciler.model.specs import SpecKey
from reconciler.model.verdicts import CompatibilityLevel, SchemaVerdict
from reconciler.planning.guards import breaking_refusal
from reconciler.planning.impact import impact_of
from reconciler.planning.plan import Plan, PlannedSpec
from reconciler.planning.schema_changes import EmbeddedSchemaChange, SchemaChange


def with_verdicts(plan: Plan, changes: Sequence[SchemaChange]) -> Plan:
    """Return the plan with a verdict on each embedded schema that changes."""
    found = {
        change.spec.key: replace(change.spec, verdicts=tuple(map(_verdict, change.schemas)))
        for change in changes
    }
    return _with_specs(plan, found)


def touching_flows(plan: Plan, changes: Sequence[SchemaChange]) -> list[SchemaChange]:
    """Return the changes of flow specs that could touch a dataflow, verdicts being given."""
    weighed = {spec.key: spec for spec in plan.specs}
    return [
        change
        for change in changes
        if change.spec.kind is FLOW_SPEC
        and (
            change.removed_transformations
            or change.removed_connections
            or any(
                each.verdict is not CompatibilityLevel.UNCHANGED
                for each in weighed[change.spec.key].verdicts
            )
        )
    ]


def with_impact(plan: Plan, changes: Sequence[SchemaChange], read: Mapping[str, Flows]) -> Plan:
    """Return the plan with what these changes do to dataflows, and refusals where they break one.

    `read` are the dataflows by their flow spec's id.
    """
    weighed = {spec.key: spec for spec in plan.specs}
    found = {
        change.spec.key: _hit(weighed[change.spec.key], change, read[change.spec.id], plan.names)
        for change in changes
    }
    return _with_specs(plan, found)


def with_unread_told(plan: Plan) -> Plan:
    """Return the plan with a warning where dataflows could not be read, or not all of them."""
    unread = [spec for spec in plan.specs if spec.impact is not None and spec.impact.note]
    if not unread:
        return plan
    first, *others = unread
    assert first.impact is not None  # noqa: S101 - that is what was chosen
    more = f" and {len(others):,} more" if others else ""
    told = f"{first.file}{more}: whom the change breaks is not wholly known: {first.impact.note}"
    return replace(plan, warnings=(*plan.warnings, told))


def _with_specs(plan: Plan, found: Mapping[SpecKey, PlannedSpec]) -> Plan:
    if not found:
        return plan
    return replace(plan, specs=tuple(found.get(spec.key, spec) for spec in plan.specs))


def _verdict(change: EmbeddedSchemaChange) -> SchemaVerdict:
    old, new = (json.dumps(schema) for schema in (change.old, change.new))
    return replace(_verdict_on_texts(old, new), pointer=change.pointer)


@lru_cache(maxsize=1024)
def _verdict_on_texts(old: str, new: str) -> SchemaVerdict:
    """Judge a change once: specs of one kind share most of theirs."""
    return verdict_on((), json.loads(old), json.loads(new))


def _hit(
    spec: PlannedSpec, change: SchemaChange, read: Flows, names: Mapping[str, str]
) -> PlannedSpec:
    found = impact_of(change, read, names)
    verdicts = tuple(
        replace(each, verdict=CompatibilityLevel.BREAKING, breaks=example)
        if (example := found.examples.get(each.pointer)) and each.breaks is None
        else each
        for each in spec.verdicts
    )
    paths = _breaking_paths(spec, change, tuple(found.examples))
    refusal = breaking_refusal(spec, found.impact, paths)
    return replace(
        spec,
        verdicts=verdicts,
        impact=found.impact,
        refusals=(*spec.refusals, *([refusal] if refusal else [])),
    )


def _breaking_paths(
    spec: PlannedSpec, change: SchemaChange, schemas: Sequence[tuple[str, ...]]
) -> tuple[str, ...]:
    """Return the changes that dataflows do not survive: of these schemas, and of what is gone."""
    return tuple(
        each.path
        for each in spec.changes
        if any(
            is_within(each.pointer, schema) or is_within(schema, each.pointer) for schema in schemas
        )
        or (each.pointer[0], *each.pointer[-1:]) in _places(change)
    )


def _places(change: SchemaChange) -> set[tuple[str, str]]:
    """Return the field and the element of everything that is taken away."""
    lost = {(f"{side}ConnectionSpecIds", spec_id) for side, spec_id in change.removed_connections}
    return lost | {("transformationSpecs", name) for name in change.removed_transformations}
