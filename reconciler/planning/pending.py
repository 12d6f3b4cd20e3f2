"""Planned specs that wait for an id: their own, or that of a spec they refer to. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from reconciler.model.json_text import Json
from reconciler.model.references import is_reference, referred, with_ids
from reconciler.planning.plan import Change, PlannedSpec


def identified(spec: PlannedSpec, spec_id: str) -> PlannedSpec:
    """Return the planned spec under the id that the target assigned."""
    body = None if spec.body is None else {"id": spec_id, **spec.body}
    return replace(spec, id=spec_id, body=body)


def awaited(spec: PlannedSpec) -> frozenset[str]:
    """Return the references in a planned spec's body, whose ids an apply needs to send it."""
    found = referred(spec.kind, spec.body or {})
    return frozenset(text for _, text in found if is_reference(text))


def resolved(spec: PlannedSpec, ids: Mapping[str, str]) -> PlannedSpec:
    """Return the planned spec with ids in the place of those references that `ids` holds."""
    if spec.body is None or awaited(spec).isdisjoint(ids):
        return spec
    return replace(
        spec,
        body=with_ids(spec.kind, spec.body, ids),
        changes=tuple(
            _resolved(change, ids) if change.pending else change for change in spec.changes
        ),
    )


def _resolved(change: Change, ids: Mapping[str, str]) -> Change:
    """Return a change with the ids: an element of a set is named by its id in the pointer too."""
    if isinstance(change.after, list):
        after: Json = [_known(item, ids) for item in change.after]
        return replace(change, after=after)
    spec_id = _known(change.after, ids)
    *above, last = change.pointer
    return replace(change, pointer=(*above, ids.get(last, last)), after=spec_id)


def _known(value: Json, ids: Mapping[str, str]) -> Json:
    return ids.get(value, value) if isinstance(value, str) else value
