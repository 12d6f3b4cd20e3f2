"""JSON Merge Patch (RFC 7396): how a document differs on one target."""

from __future__ import annotations

from enum import Enum

from reconciler.model.json_text import Json, JsonObject
from reconciler.model.pointers import Pointer


def merge_patch(value: Json, patch: Json) -> Json:
    """Return `value` with a patch merged into it (RFC 7396, section 2).

    An object in the patch is merged member by member, null removes a member, and
    anything else, a list too, replaces what was there. Neither argument is
    changed; the result shares their values.
    """
    return merged_object(value, patch) if isinstance(patch, dict) else patch


def merged_object(value: Json, patch: JsonObject) -> JsonObject:
    """Return what a patch that is an object makes of `value`: always an object."""
    merged = dict(value) if isinstance(value, dict) else {}
    for key, member in patch.items():
        if member is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), member)
    return merged


class PatchPart(Enum):
    """How much of a value in the result comes from the patch."""

    NOTHING = "nothing"
    SOME = "some"
    ALL = "all"


def part_of(patch: Json, pointer: Pointer) -> PatchPart:
    """Return how much of the value at a pointer of the result, or its absence, is the patch's."""
    for token in pointer:
        if not isinstance(patch, dict):
            break
        if token not in patch:
            return PatchPart.NOTHING
        patch = patch[token]
    return PatchPart.SOME if isinstance(patch, dict) else PatchPart.ALL
