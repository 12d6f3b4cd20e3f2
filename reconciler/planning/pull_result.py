"""The result of a pull as a value: spec by spec, what was pulled and what was not."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import Kind
from reconciler.planning.diff import differences
from reconciler.planning.plan import Change, Origin
from reconciler.planning.tree import document_tree


class PullStatus(StrEnum):
    """The result for one spec."""

    NEW = "new"
    EDITED = "edited"
    SAME = "same"
    MISSING = "missing"
    FAILED = "failed"


class PulledSpec(Struct, frozen=True):
    """One spec and what changes in its file."""

    kind: Kind
    name: str
    file: str
    fate: PullStatus
    changes: tuple[Change, ...] = ()
    """The changes from the old content of the file to the new."""
    left: tuple[Change, ...] = ()
    """The further changes to live, which the directives of the file skip."""
    patch: str = ""
    """The target whose patch in the file was changed; empty without one."""
    patched: frozenset[str] = frozenset()
    """The pointers of the changes that were made in that patch."""
    message: str = ""
    """Why the file was not written, or what else to know."""


def changes_between(kind: Kind, before: JsonObject, after: JsonObject) -> tuple[Change, ...]:
    """Return the changes from one document to another of the same kind."""
    return tuple(
        difference.change(Origin.DRIFT)
        for difference in differences(document_tree(kind, before), document_tree(kind, after))
    )
