"""What a read after a write proves. Pure.

A server that answers 200 and kept something else is found here, and so is
somebody who wrote at the same time.
"""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.model.json_text import JsonObject, same
from reconciler.model.kinds import Kind
from reconciler.model.pointers import Pointer, is_within
from reconciler.planning.diff import Difference, differences
from reconciler.planning.plan import Change, Origin
from reconciler.planning.results import Result
from reconciler.planning.tree import ABSENT, Tree, at, document_tree, json_of


@dataclass(frozen=True)
class Evidence:
    """The documents around one write, server-managed fields included where the service gave them.

    `before` is what the write replaced (None for a creation), `asked` the body
    that was sent, `answer` what the service answered (None where the answer
    was lost), `now` what a read returns after it (None: nothing is there).
    `merged`: the lists to which others may add beside this write and undo
    nothing of it, because an ETag has made sure that they saw what they replaced.
    """

    kind: Kind
    before: JsonObject | None
    asked: JsonObject
    answer: JsonObject | None
    now: JsonObject | None
    merged: tuple[Pointer, ...] = ()


@dataclass(frozen=True)
class Verification:
    """What the evidence proves; `unconverged` are the changes still missing on the target."""

    result: Result
    message: str = ""
    unconverged: tuple[Change, ...] = ()


def verdict(evidence: Evidence) -> Verification:
    """Judge a write by the document that is there after it."""
    if evidence.now is None:
        return Verification(Result.FAILED, "it was written, and a read finds nothing there.")
    now = document_tree(evidence.kind, evidence.now)
    asked = document_tree(evidence.kind, evidence.asked)
    before = document_tree(evidence.kind, evidence.before or {})
    left = [
        difference
        for difference in differences(now, asked)
        if not _added_beside(difference, before, evidence.merged)
    ]
    if not left:
        return Verification(Result.APPLIED)
    unconverged = tuple(_residual(difference) for difference in left)
    meddled = [difference for difference in left if _by_another(difference, before)]
    if _written_since(evidence) or (meddled and evidence.answer is None):
        return Verification(
            Result.LOST,
            "somebody else wrote at the same time: the document is neither as it was nor as asked "
            "for. Look at the difference, talk to them, and plan again.",
            unconverged,
        )
    return Verification(
        Result.RESIDUAL,
        "the service took the write and kept something else.",
        unconverged,
    )


def _residual(difference: Difference) -> Change:
    return Change(
        difference.operation,
        difference.pointer,
        json_of(difference.before),
        json_of(difference.after),
        Origin.UNKNOWN,
        difference.removed,
    )


def _added_beside(difference: Difference, before: Tree, merged: tuple[Pointer, ...]) -> bool:
    """Whether it is an element that somebody else has added to a list which is everybody's."""
    return (
        difference.after is ABSENT
        and at(before, difference.pointer) is ABSENT
        and any(is_within(difference.pointer, pointer) for pointer in merged)
    )


def _by_another(difference: Difference, before: Tree) -> bool:
    """Whether somebody made the difference: untouched yet gone, or there and asked by nobody."""
    earlier = at(before, difference.pointer)
    return same(earlier, difference.after) or (earlier is ABSENT and difference.after is ABSENT)


def _written_since(evidence: Evidence) -> bool:
    """Whether the document carries a later stamp than the service gave our own write."""
    if evidence.answer is None or evidence.now is None:
        return False
    return any(
        field in evidence.answer
        and field in evidence.now
        and evidence.answer[field] != evidence.now[field]
        for field in ("updatedAt", "etag")  # `updatedBy` holds a time in documented answers
    )
