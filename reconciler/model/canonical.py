"""The canonical form of a document: equal documents, and only those, have equal forms.

Server-managed fields are gone, fields carry the spelling that reads return,
sets and keyed lists are sorted, and a number has one type. Two documents that
DESIGN calls equal have the same canonical form; the form of a form is itself.
"""

from __future__ import annotations

from decimal import Decimal

from reconciler.model.json_text import Json, JsonObject, compact_json
from reconciler.model.kinds import SERVER_MANAGED, Kind
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
    return compact_json(canonical_value(normal_spelling(kind, document), root_place(kind)))


def canonical_value(value: Json, place: Place) -> Json:
    """Return the canonical form of what stands at `place`."""
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
