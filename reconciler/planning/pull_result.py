"""What a pull made of the files, as a value: spec by spec, what was taken over and what was not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import Kind
from reconciler.planning.diff import differences
from reconciler.planning.plan import Change, Origin
from reconciler.planning.tree import document_tree, json_of


class PullStatus(StrEnum):
    """What became of one spec."""

    NEW = "new"
    EDITED = "edited"
    SAME = "same"
    MISSING = "missing"
    FAILED = "failed"


@dataclass(frozen=True)
class PulledSpec:
    """One spec: what its file gains, and why it does not where it does not.

    `changes` lead from what the file held to what it holds now; `left` lead on
    to live, and are left alone since the file says so. `patched` are the pointers of
    those that were made in the target's patch, where the file has one. `patch` is the target's
    name then.
    """

    kind: Kind
    name: str
    file: str
    fate: PullStatus
    changes: tuple[Change, ...] = ()
    left: tuple[Change, ...] = ()
    patch: str = ""
    patched: frozenset[str] = frozenset()
    message: str = ""


def changes_between(kind: Kind, before: JsonObject, after: JsonObject) -> tuple[Change, ...]:
    """Return what leads from one document to another of the same kind."""
    return tuple(
        Change(
            difference.operation,
            difference.pointer,
            json_of(difference.before),
            json_of(difference.after),
            Origin.DRIFT,
        )
        for difference in differences(document_tree(kind, before), document_tree(kind, after))
    )
