"""Lints of the fields of a spec: valid, and almost certainly a mistake."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reconciler.desired.checks.schedules import schedule_lints
from reconciler.desired.checks.similar_keys import near_keys
from reconciler.model.checks import Finding
from reconciler.model.json_text import CONTAINERS, Json, compact_json
from reconciler.model.kinds import Kind
from reconciler.model.pointers import Pointer
from reconciler.model.shape import SCHEMA, ListRule, Place, root_place

_PERMISSIONS = "permissionsInfo"
_MANAGE = "manage"
_COPIED = "exploreSpec"
"""The documentation says to copy it as it is, with `http: //json-schema.org/…` in it."""


def field_lints(kind: Kind, field: str, value: Json) -> Iterator[Finding]:
    """Yield what is suspicious about a field's value; the pointers begin at the value."""
    yield from near_keys(kind, field, value)
    if field != _COPIED:
        yield from _spaces(value, ())
    if field == _PERMISSIONS:
        yield from _permissions(value)
    else:
        yield from _repetitions(value, root_place(kind).member(field), ())
    if field == "scheduleSpec":
        yield from schedule_lints(value)


def _permissions(value: Json) -> Iterator[Finding]:
    if not isinstance(value, dict) or value.get(_MANAGE):
        return
    at = (_MANAGE,) if _MANAGE in value else ()
    lacks = "'manage' names no permission" if at else "'permissionsInfo' has no 'manage'"
    message = f"no user could manage what is built on this spec: {lacks}."
    yield at, message, "Add 'manage', as in the documented specs.", "permissions"


def _spaces(value: Json, pointer: Pointer) -> Iterator[Finding]:
    """Yield every `$schema` whose address has a space in it."""
    if isinstance(value, dict):
        address = value.get("$schema")
        if isinstance(address, str) and len(address.split()) > 1:
            message = f"the address {address} contains a space, so it names no JSON Schema draft."
            fix = f"Write {''.join(address.split())}."
            yield (*pointer, "$schema"), message, fix, "schema-space"
        for key, member in value.items():
            if isinstance(member, CONTAINERS):
                yield from _spaces(member, (*pointer, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, CONTAINERS):
                yield from _spaces(item, (*pointer, str(index)))


def _repetitions(value: Json, place: Place, pointer: Pointer) -> Iterator[Finding]:
    if place is SCHEMA:
        return
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _repetitions(member, place.member(key), (*pointer, key))
    elif isinstance(value, list):
        if place.rule is ListRule.SET:
            for index, first in _seconds(map(compact_json, value)):
                message = f"duplicate item (first is item {first + 1})."
                yield (*pointer, str(index)), message, "Delete one.", "repeated-id"
        elif place.rule is ListRule.KEYED:
            for index, first in _seconds(_names(value, place.key)):
                message = f"duplicate {place.key} (first in item {first + 1})."
                fix = f"Items are identified by their {place.key}: give each its own."
                yield (*pointer, str(index), place.key), message, fix, "repeated-name"
        for index, item in enumerate(value):
            yield from _repetitions(item, place.element(), (*pointer, str(index)))


def _names(items: Sequence[Json], key: str) -> Iterator[str | None]:
    for item in items:
        name = item.get(key) if isinstance(item, dict) else None
        yield name if isinstance(name, str) else None


def _seconds(names: Iterable[str | None]) -> Iterator[tuple[int, int]]:
    """Yield the index of every repeated name, and the index of its first occurrence."""
    first: dict[str, int] = {}
    for index, name in enumerate(names):
        if name is not None and first.setdefault(name, index) != index:
            yield index, first[name]
