"""A plan's changes on a document that moved on: only where they still mean the same.

In a shared list others add and remove beside this repo, so their changes there
do not touch what was reviewed. Anywhere else a person has to look again.
"""

from __future__ import annotations

from reconciler.model.json_text import Json, JsonObject, same
from reconciler.model.pointers import is_within
from reconciler.model.shape import Place, place_at
from reconciler.planning.diff import differences
from reconciler.planning.plan import Change, Operation, PlannedSpec
from reconciler.planning.tree import ABSENT, Absent, Tree, at, document_tree, tree_of


def rebased_changes(
    spec: PlannedSpec, planned: JsonObject, now: JsonObject
) -> tuple[Change, ...] | None:
    """Return the changes that are left to make on `now`, or None where a person must look.

    `planned` is the live document that the plan was made for. A change that
    somebody else has made meanwhile is left out.
    """
    before, after = document_tree(spec.kind, planned), document_tree(spec.kind, now)
    moved = differences(before, after)
    if not all(
        any(is_within(difference.pointer, shared) for shared in spec.shared) for difference in moved
    ):
        return None
    left = undone_changes(spec, now)
    for change in left:
        there, place = at(after, change.pointer), place_at(spec.kind, change.pointer)
        if not _is(there, change.before, place, absent=change.operation is Operation.ADD):
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


def _is(there: Tree | Absent, value: Json, place: Place, *, absent: bool) -> bool:
    if isinstance(there, Absent) or absent:
        return absent and there is ABSENT
    return same(there, tree_of(value, place))
