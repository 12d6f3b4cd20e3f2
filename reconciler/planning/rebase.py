"""A plan's changes on a document that changed since: only where they still mean the same.

In a shared list others add and remove beside this repository, and an ignored
place is theirs, so that changes there do not touch what was reviewed. Anything
else makes the plan stale.
"""

from __future__ import annotations

from msgspec.structs import replace

from reconciler.model.json_text import Json, JsonObject, same
from reconciler.model.pointers import Pointer
from reconciler.model.shape import Place, place_at
from reconciler.model.specs import LiveFingerprint, LiveSpec
from reconciler.planning.body import live_before, put_body
from reconciler.planning.plan import Change, Operation, PlannedSpec
from reconciler.planning.three_way import keep_live
from reconciler.planning.tree import ABSENT, Absent, Tree, at, document_tree, tree_of


def rebased(spec: PlannedSpec, live: LiveSpec) -> PlannedSpec | None:
    """Return a planned update for the document that is live now; None if it is stale.

    Without changes if all of them have been made meanwhile.
    """
    if spec.body is None or spec.live_fingerprint is None:
        return None
    if live.fingerprint == spec.live_fingerprint:
        return spec
    changes = rebased_changes(spec, spec.body, live.document)
    if changes != ():
        planned = live_before(spec.kind, spec.body, spec.changes)
        changes = rebased_changes(spec, planned, live.document)
    if changes is None:
        return None
    body = put_body(spec.kind, live.document, changes)
    return replace(spec, changes=changes, body=body, live=LiveFingerprint(live.fingerprint))


def rebased_changes(
    spec: PlannedSpec, planned: JsonObject, now: JsonObject
) -> tuple[Change, ...] | None:
    """Return the changes that are left to make on `now`; None if it is stale.

    `planned` is the live document that the plan was made for. A change that
    another client has made meanwhile is left out.
    """
    before, after = document_tree(spec.kind, planned), document_tree(spec.kind, now)
    if not same(keep_live(before, after, (*spec.shared, *spec.ignored)), after):
        return None
    left = undone_changes(spec, now)
    for change in left:
        there, place = at(after, change.pointer), place_at(spec.kind, change.pointer)
        if not _is(there, change.before, place, absent=change.operation is Operation.ADD):
            return None
        if not _has_same_way(before, after, change.pointer):
            return None
    return left


def undone_changes(spec: PlannedSpec, now: JsonObject) -> tuple[Change, ...]:
    """Return the changes of a planned spec that a document does not have."""
    tree = document_tree(spec.kind, now)
    return tuple(
        change
        for change in spec.changes
        if not _is(
            at(tree, change.pointer),
            change.after,
            place_at(spec.kind, change.pointer),
            absent=change.operation is Operation.REMOVE,
        )
    )


def _has_same_way(before: Tree, after: Tree, pointer: Pointer) -> bool:
    """Return True if the same objects and lists lead to a pointer, so that the change fits."""
    return all(
        type(at(before, pointer[:length])) is type(at(after, pointer[:length]))
        for length in range(1, len(pointer))
    )


def _is(there: Tree | Absent, value: Json, place: Place, *, absent: bool) -> bool:
    if isinstance(there, Absent) or absent:
        return absent and there is ABSENT
    return same(there, tree_of(value, place))
