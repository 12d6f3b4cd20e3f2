"""Assessing the updates of a plan: verdicts on schemas, the impact, the `breaking` guard.

Verdicts need the schemas only; the impact needs the live dataflows or connections.
What is not known is not allowed: a breaking change is refused if they cannot be read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

from msgspec.structs import replace

from reconciler.compatibility.compare import verdict_on
from reconciler.compatibility.undeclared import breaks_only_undeclared
from reconciler.model.flows import Flows
from reconciler.model.pointers import Pointer, is_within
from reconciler.model.specs import SpecKey
from reconciler.model.text import join_limited
from reconciler.model.verdicts import CompatibilityLevel, SchemaVerdict
from reconciler.planning.guards import breaking_refusal
from reconciler.planning.impact import impact_of
from reconciler.planning.plan import Plan, PlannedSpec
from reconciler.planning.schema_changes import EmbeddedSchemaChange, SchemaChange

_OF_CONNECTIONS = ("authSpec", "sourceSpec")
_CHECKED = ("scheduleSpec", "optionSpec", "transformationSpecs", *_OF_CONNECTIONS)
"""Fields of a spec whose schemas live dataflows or connections have to fit."""

_HARMLESS = (CompatibilityLevel.UNCHANGED, CompatibilityLevel.COMPATIBLE)


def with_verdicts(change: SchemaChange) -> PlannedSpec:
    """Return the update with a verdict on each embedded schema that changes."""
    return replace(change.spec, verdicts=tuple(map(_verdict, change.schemas)))


def with_specs(plan: Plan, found: Mapping[SpecKey, PlannedSpec]) -> Plan:
    """Return the plan with these specs in the place of those of the same key."""
    if not found:
        return plan
    return replace(plan, specs=tuple(found.get(spec.key, spec) for spec in plan.specs))


def possibly_breaking(plan: Plan, changes: Sequence[SchemaChange]) -> list[SchemaChange]:
    """Return the changes that could break a dataflow or connection, by a plan with verdicts."""
    specs = {spec.key: spec for spec in plan.specs}
    return [
        change
        for change in changes
        if change.touches_dataflows or _breaks_connections(change, specs[change.spec.key].verdicts)
    ]


def _breaks_connections(change: SchemaChange, verdicts: Sequence[SchemaVerdict]) -> bool:
    return change.spec.kind.settings_of == "connection" and (
        change.removes
        or any(
            verdict.pointer[0] in _OF_CONNECTIONS and verdict.verdict not in _HARMLESS
            for verdict in verdicts
        )
    )


def with_impact(plan: Plan, changes: Sequence[SchemaChange], read: Mapping[str, Flows]) -> Plan:
    """Return the plan with the impact of these changes, and refusals if it breaks something.

    `read` are the dataflows or connections by their spec's id.
    """
    specs = {spec.key: spec for spec in plan.specs}
    found = {
        change.spec.key: _hit(specs[change.spec.key], change, read[change.spec.id], plan.names)
        for change in changes
    }
    return _with_unread(with_specs(plan, found), read)


def _with_unread(plan: Plan, read: Mapping[str, Flows]) -> Plan:
    """Return the plan with a warning if something could not be read, or not all of it."""
    unread = [spec for spec in plan.specs if spec.impact is not None and spec.impact.note]
    if not unread or all(flows.is_skipped for flows in read.values()):
        return plan
    files = join_limited([spec.file for spec in unread], 1)
    note = next(spec.impact.note for spec in unread if spec.impact)
    warning = f"{files}: the impact of the change is not fully known: {note}"
    return replace(plan, warnings=(*plan.warnings, warning))


def _verdict(change: EmbeddedSchemaChange) -> SchemaVerdict:
    old, new = (json.dumps(schema) for schema in (change.old, change.new))
    found = replace(_verdict_on_texts(old, new), pointer=change.pointer)
    # Credentials are entered in a form of the declared names; a dataflow may hold any.
    is_breaking = found.verdict is CompatibilityLevel.BREAKING and change.pointer[0] == "authSpec"
    if is_breaking and breaks_only_undeclared(change.old, change.new):
        return replace(found, verdict=CompatibilityLevel.UNDECLARED, breaks=None)
    return found


@lru_cache(maxsize=1024)
def _verdict_on_texts(old: str, new: str) -> SchemaVerdict:
    """Compute the verdict on a change once: specs of one kind share most of theirs."""
    return verdict_on((), json.loads(old), json.loads(new))


def _hit(
    spec: PlannedSpec, change: SchemaChange, read: Flows, names: Mapping[str, str]
) -> PlannedSpec:
    impact, examples = impact_of(change, read, names)
    verdicts = tuple(
        replace(each, verdict=CompatibilityLevel.BREAKING, breaks=example)
        if (example := examples.get(each.pointer)) and each.breaks is None
        else each
        for each in spec.verdicts
    )
    breaks = [
        each.pointer
        for each in verdicts
        if each.verdict is CompatibilityLevel.BREAKING and each.pointer[0] in _CHECKED
    ]
    is_known = read.is_skipped or not read.note or not (breaks or change.removes)
    weak = [each.pointer for each in verdicts if each.verdict is CompatibilityLevel.UNDECLARED]
    paths = _breaking_paths(spec, change, tuple(examples) or breaks or weak)
    refusal = breaking_refusal(spec, impact, paths, is_known=is_known)
    return replace(
        spec,
        verdicts=verdicts,
        impact=impact,
        refusals=(*spec.refusals, *([refusal] if refusal else [])),
    )


def _breaking_paths(
    spec: PlannedSpec, change: SchemaChange, schemas: Sequence[Pointer]
) -> tuple[str, ...]:
    """Return the changes that break something: of these schemas, and what is removed."""
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
    fields = {side: field for field, side in change.spec.kind.sides.items()}
    lost = {(fields[side], spec_id) for side, spec_id in change.removed_connections}
    lost |= {("authSpec", name) for name in change.removed_variants}
    return lost | {("transformationSpecs", name) for name in change.removed_transformations}
