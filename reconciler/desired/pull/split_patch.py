"""Splits a changed document into a file's own part and a target's patch.

What the patch contains is changed in the patch, the rest in the file's own part,
which the other targets share.
"""

from __future__ import annotations

from msgspec import Struct

from reconciler.desired.pull.merge_live import inserted
from reconciler.model.json_text import Json, JsonObject, same
from reconciler.model.merge_patch import merged_object


class UnpatchableError(ValueError):
    """No JSON Merge Patch produces the document: it cannot express null."""

    def __init__(self) -> None:
        super().__init__("a patch for a target cannot set a field to null: null removes it")


class Parts(Struct, frozen=True):
    """A file's own part, and a target's patch on it."""

    own: JsonObject
    patch: JsonObject


def split(parts: Parts, wanted: JsonObject) -> Parts:
    """Return the two parts changed so that the patch applied to the own part gives `wanted`.

    Raises `UnpatchableError` if no patch can.
    """
    found = _split(parts, wanted)
    if not same(merged_object(found.own, found.patch), wanted):
        raise UnpatchableError
    return found


def _split(parts: Parts, wanted: JsonObject) -> Parts:
    own, patch = dict(parts.own), dict(parts.patch)
    outcome = merged_object(own, patch)
    order = tuple(wanted)
    for key in [*wanted, *(key for key in outcome if key not in wanted)]:
        if key in wanted and key in outcome and same(outcome[key], wanted[key]):
            continue
        if key not in patch:
            if key not in wanted:
                del own[key]
            elif key in own:
                own[key] = wanted[key]
            else:
                own = inserted(own, {key: wanted[key]}, order)
        elif key not in wanted:
            if key in own:
                patch[key] = None
            else:
                del patch[key]
        else:
            _share(own, patch, key, wanted[key])
    return Parts(own, patch)


def _share(own: JsonObject, patch: JsonObject, key: str, wanted: Json) -> None:
    """Change a member that the patch contains at least in part."""
    mine, theirs = own.get(key), patch[key]
    if isinstance(mine, dict) and isinstance(theirs, dict) and isinstance(wanted, dict):
        below = _split(Parts(mine, theirs), wanted)
        own[key], patch[key] = below.own, below.patch
    elif isinstance(mine, dict) and isinstance(wanted, dict):
        patch[key] = _difference(mine, wanted)
    else:
        patch[key] = wanted


def _difference(own: JsonObject, wanted: JsonObject) -> JsonObject:
    """Return the patch that turns `own` into `wanted`."""
    removed: JsonObject = {key: None for key in own if key not in wanted}
    changed: JsonObject = {}
    for key, value in wanted.items():
        mine = own.get(key)
        if key in own and same(mine, value):
            continue
        if isinstance(mine, dict) and isinstance(value, dict):
            changed[key] = _difference(mine, value)
        else:
            changed[key] = value
    return {**removed, **changed}
