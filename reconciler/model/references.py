"""References: one spec named in another, by its id or, until it has one, by its key.

A file gives its spec a key (`x-reconciler: {key: mailchimp}`), and another names
it `connectionSpec.mailchimp` where an id belongs: a plain text, so that the list
stays a set of strings, and one that needs no quotes in YAML. Which places hold ids
of which kind, `Kind.references` says. No kind refers to one that refers to
others, so references form no cycle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from reconciler.model.json_access import list_at
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.kinds import KINDS, Kind
from reconciler.model.pointers import Pointer

_BEGINNINGS = tuple(f"{kind.name}." for kind in KINDS)
KEY_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""The form of a key. It needs no quotes in YAML and no escapes in a path or a pointer."""


def reference_to(kind: str, key: str) -> str:
    """Return the reference to a spec, by its kind's name and its key."""
    return f"{kind}.{key}"


def is_referred_to(kind: Kind) -> bool:
    """Return True if specs of other kinds name those of this one."""
    return any(kind.name in other.references.values() for other in KINDS)


def referred_kinds() -> tuple[Kind, ...]:
    """Return the kinds whose specs are named by those of other kinds."""
    return tuple(kind for kind in KINDS if is_referred_to(kind))


def is_reference(value: Json) -> bool:
    """Return True if a value is a reference, well-formed or not. No id has a dot in it."""
    return isinstance(value, str) and value.startswith(_BEGINNINGS)


def referred(kind: Kind, document: JsonObject) -> Iterator[tuple[Pointer, str]]:
    """Yield every text that names another spec, by id or by reference, with its place.

    The place is the field and the element's index in it.
    """
    for field in kind.references:
        for index, item in enumerate(list_at(document, field)):
            if isinstance(item, str):
                yield (field, str(index)), item


def with_ids(kind: Kind, document: JsonObject, ids: Mapping[str, str]) -> JsonObject:
    """Return the document with ids in the place of the references that `ids` holds.

    What does not change is shared. An id that was in the list beside its
    reference is there once.
    """
    changed = dict(document)
    for field in kind.references:
        items = list_at(document, field)
        if any(isinstance(item, str) and item in ids for item in items):
            changed[field] = _replaced(items, ids)
    return changed


def _replaced(items: list[Json], ids: Mapping[str, str]) -> list[Json]:
    held = {item for item in items if isinstance(item, str)}
    replaced: list[Json] = []
    for item in items:
        if not isinstance(item, str) or item not in ids:
            replaced.append(item)
        elif ids[item] not in held:
            replaced.append(ids[item])
            held.add(ids[item])
    return replaced
