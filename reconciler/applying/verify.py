"""Verifying a write by the read that follows it. Pure.

A service that answers 200 and stores something else is found here, and so is
another client that wrote at the same time.
"""

from __future__ import annotations

from msgspec import Struct

from reconciler.model.fingerprints import fingerprint
from reconciler.model.json_text import Json, JsonObject, same
from reconciler.model.kinds import Kind
from reconciler.model.pointers import Pointer, is_within
from reconciler.planning.commands import pull_command
from reconciler.planning.diff import Difference, differences
from reconciler.planning.plan import Change, Origin
from reconciler.planning.results import Result
from reconciler.planning.tree import ABSENT, Tree, at, document_tree


class Evidence(Struct, frozen=True):
    """The documents around one write, with the server-managed fields that the service gave."""

    kind: Kind
    before: JsonObject | None
    """The document that the write replaced; None for a creation."""
    asked: JsonObject
    """The body that was sent."""
    response: JsonObject | None
    """The response of the service; None if it was lost."""
    now: JsonObject | None
    """The document that a read returns after the write; None if it does not exist."""
    merged: tuple[Pointer, ...] = ()
    """The lists to which others may add beside this write and undo nothing of it, because an
    ETag has made sure that they saw what they replaced."""
    file: str = ""
    """The spec's."""


class Verification(Struct, frozen=True):
    """The conclusion from the evidence."""

    result: Result
    message: str = ""
    unconverged: tuple[Change, ...] = ()
    """The changes still missing on the target."""


def is_behind(evidence: Evidence) -> bool:
    """Return True if the read may come from a replica that does not have the write yet.

    It finds nothing, or what was there before, or a document with an earlier
    stamp than the response's.
    """
    if evidence.now is None or _is_unchanged(evidence):
        return True
    if fingerprint(evidence.kind, evidence.now) == fingerprint(evidence.kind, evidence.asked):
        return False
    stamp, answered = evidence.now.get("updatedAt"), (evidence.response or {}).get("updatedAt")
    return _is_number(stamp) and _is_number(answered) and _is_later(answered, stamp)


def verdict(evidence: Evidence) -> Verification:
    """Verify a write by the document that is read after it."""
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
    unconverged = tuple(difference.change(Origin.UNKNOWN) for difference in left)
    if _is_unchanged(evidence):
        return Verification(
            Result.RESIDUAL,
            "the service accepted the write, and reads still return the previous document. "
            "Run plan again in a minute.",
            unconverged,
        )
    by_others = [difference for difference in left if _by_another(difference, before)]
    if _written_since(evidence) or (by_others and evidence.response is None):
        return Verification(
            Result.LOST,
            "another client wrote at the same time: the document is neither the previous one nor "
            "what was requested. Look at the difference, talk to them, and run plan again.",
            unconverged,
        )
    return Verification(
        Result.RESIDUAL,
        "the service accepted the write and kept something else. To accept what it keeps: "
        + pull_command("NAME", evidence.kind, evidence.file, str(evidence.asked.get("name"))),
        unconverged,
    )


def _is_unchanged(evidence: Evidence) -> bool:
    if evidence.now is None or evidence.before is None:
        return False
    now = fingerprint(evidence.kind, evidence.now)
    return (
        now
        == fingerprint(evidence.kind, evidence.before)
        != fingerprint(evidence.kind, evidence.asked)
    )


def _added_beside(difference: Difference, before: Tree, merged: tuple[Pointer, ...]) -> bool:
    """Return True if it is an element that another client has added to a shared list."""
    return (
        difference.after is ABSENT
        and at(before, difference.pointer) is ABSENT
        and any(is_within(difference.pointer, pointer) for pointer in merged)
    )


def _by_another(difference: Difference, before: Tree) -> bool:
    """Return True if another client made the difference.

    A value that this write did not touch is gone, or one that it did not request is there.
    """
    earlier = at(before, difference.pointer)
    return same(earlier, difference.after) or (earlier is ABSENT and difference.after is ABSENT)


def _written_since(evidence: Evidence) -> bool:
    """Return True if the document has a later stamp than the service gave this write.

    `updatedBy` is not looked at: it holds a time in documented responses. An ETag
    has no order, so it counts as later where it is neither the response's nor the
    previous document's.
    """
    if evidence.response is None or evidence.now is None:
        return False
    now, answered, before = evidence.now, evidence.response, evidence.before or {}
    stamp, own = now.get("updatedAt"), answered.get("updatedAt")
    if _is_number(stamp) and _is_number(own) and stamp != own:
        return _is_later(stamp, own)
    return any(
        field in answered
        and field in now
        and now[field] not in (answered[field], before.get(field))
        for field in ("updatedAt", "etag")
    )


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_later(one: Json, other: Json) -> bool:
    assert isinstance(one, int | float)  # noqa: S101 - the callers have looked
    assert isinstance(other, int | float)  # noqa: S101
    return one > other
