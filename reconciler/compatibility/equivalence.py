"""Whether two schemas mean the same, apart from what is only said to people."""

from __future__ import annotations

from reconciler.model.canonical import canonical_value
from reconciler.model.json_text import Json, compact_json
from reconciler.model.shape import SCHEMA, Place

_SAID_TO_PEOPLE = frozenset({"title", "description", "$comment", "examples"})


_ANNOTATIONS = frozenset({"default", "readOnly", "writeOnly", "deprecated"})
"""What means something, and nothing to the question which settings are accepted."""

_IN_ANY_ORDER = frozenset({"allOf", "anyOf", "oneOf"})


def same_meaning(old: Json, new: Json) -> bool:
    """Say whether only titles, descriptions, comments, examples or the order differ."""
    return _text(old, _SAID_TO_PEOPLE) == _text(new, _SAID_TO_PEOPLE)


def same_acceptance(old: Json, new: Json) -> bool:
    """Say whether only such things and annotations differ (`default`, `readOnly`)."""
    silent = _SAID_TO_PEOPLE | _ANNOTATIONS
    return _text(old, silent) == _text(new, silent)


def _text(schema: Json, silent: frozenset[str]) -> str:
    return compact_json(canonical_value(_without(schema, SCHEMA, silent), SCHEMA))


def _without(value: Json, place: Place, silent: frozenset[str]) -> Json:
    """Return a schema without some keywords, and with choices in one order."""
    if isinstance(value, dict):
        kept = {
            key: _without(member, place.member(key), silent)
            for key, member in value.items()
            if not (place.schema and key in silent)
        }
        for key in _IN_ANY_ORDER if place.schema else ():
            if isinstance(parts := kept.get(key), list):
                kept[key] = sorted(parts, key=compact_json)
        return kept
    if isinstance(value, list):
        return [_without(item, place.element(), silent) for item in value]
    return value
