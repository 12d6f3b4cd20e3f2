"""The canonical form of a document: equal documents, and only those, have equal forms.

Server-managed fields and defaults are left out, fields have one name, sets and
keyed lists are sorted, and a number has one type. Two documents that are equal
by DESIGN have the same canonical form; the form of a form is itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from reconciler.model.json_text import Json, JsonObject, compact_json, same
from reconciler.model.kinds import SERVER_MANAGED, Kind
from reconciler.model.pointers import Pointer, parse_pointer
from reconciler.model.shape import ListRule, Place, root_place

_EXACT_POWERS = 1e22
"""The largest power of ten that a float holds exactly."""


class TwoSpellingsError(ValueError):
    """One document holds the same field under two of its names."""

    def __init__(self, first: str, second: str, why: str = "keep one") -> None:
        self.first = first
        self.second = second
        super().__init__(f"'{first}' and '{second}' are two spellings of one field: {why}")


def normal_spelling(kind: Kind, document: JsonObject, *, one_name: bool = False) -> JsonObject:
    """Return the document without server-managed fields, each field under its canonical name.

    The values are shared with `document`, not copied; the order of keys stays.
    Raises `TwoSpellingsError` if a field has two names with different values, or
    with `one_name` any two names.
    """
    spelled: JsonObject = {}
    for name, used in names_used(kind, document).items():
        first, *others = used
        for other in others:
            if one_name:
                raise TwoSpellingsError(first, other)
            if not _is_same(kind, name, document[first], document[other]):
                raise TwoSpellingsError(first, other, "their values differ")
        spelled[name] = document[first]
    return spelled


def comparable(kind: Kind, document: JsonObject) -> JsonObject:
    """Return the document as it is compared: in normal spelling, less the kind's defaults.

    Raises `TwoSpellingsError` as `normal_spelling` does.
    """
    spelled = normal_spelling(kind, document)
    for pointer, default in defaults_of(kind, spelled.get("name")):
        spelled = _without(spelled, pointer, default)
    return spelled


def defaults_of(kind: Kind, name: object) -> Iterator[tuple[Pointer, Json]]:
    """Yield the values of a spec of that name that compare as if they were absent."""
    for named in ("", name) if isinstance(name, str) and name else ("",):
        for pointer, default in kind.defaults.get(named, {}).items():
            yield parse_pointer(pointer), default


def _without(value: JsonObject, pointer: Pointer, default: Json) -> JsonObject:
    """Return an object less what a pointer leads to, if that is the default; the rest is shared."""
    token, rest = pointer[0], pointer[1:]
    member = value.get(token)
    if not rest and token in value and same(member, default):
        return {key: other for key, other in value.items() if key != token}
    if rest and isinstance(member, dict):
        below = _without(member, rest, default)
        return value if below is member else {**value, token: below}
    return value


def names_used(kind: Kind, document: JsonObject) -> dict[str, list[str]]:
    """Return the names that the document uses for each field, by the field's canonical name.

    Server-managed fields are left out.
    """
    names: dict[str, list[str]] = {}
    for key in document:
        if key not in SERVER_MANAGED:
            names.setdefault(kind.spellings.get(key, key), []).append(key)
    return names


def _is_same(kind: Kind, name: str, first: Json, second: Json) -> bool:
    place = root_place(kind).member(name)
    one, other = (compact_json(canonical_value(value, place)) for value in (first, second))
    return one == other


def canonical_text(kind: Kind, document: JsonObject) -> str:
    """Return the canonical form of a document as compact JSON.

    Raises `TwoSpellingsError` as `normal_spelling` does.
    """
    return compact_json(canonical_value(comparable(kind, document), root_place(kind)))


def canonical_value(value: Json, place: Place) -> Json:
    """Return the canonical form of a value at `place`."""
    if isinstance(value, dict):
        return {key: canonical_value(value[key], place.member(key)) for key in sorted(value)}
    if isinstance(value, list):
        element = place.element()
        items = [canonical_value(item, element) for item in value]
        match place.rule_for(items):
            case ListRule.SET:
                unique = {compact_json(item): item for item in items}
                return [unique[text] for text in sorted(unique)]
            case ListRule.KEYED:
                return sorted(items, key=lambda item: _name_of(item, place.key))
            case ListRule.ORDERED:
                return items
    if isinstance(value, float) and value.is_integer():
        # The shortest decimal that means this float: int(1e23) is 99999999999999991611392.
        return int(value) if abs(value) < _EXACT_POWERS else int(Decimal(repr(value)))
    return value


def _name_of(item: Json, key: str) -> str:
    assert isinstance(item, dict)  # noqa: S101 - rule_for has looked
    return str(item[key])
