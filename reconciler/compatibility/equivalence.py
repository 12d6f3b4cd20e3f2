"""Equivalence of schemas that differ only in annotations, or in order where it has no effect.

A reference names a place in the schema. Where one leads to a place that
normalising would move or drop (an element of a list, an example), the schema is
compared as it is.
"""

from __future__ import annotations

import json
from functools import lru_cache

from reconciler.compatibility.keywords import as_row, rewritten
from reconciler.model.canonical import canonical_value
from reconciler.model.json_text import Json, JsonObject, compact_json
from reconciler.model.pointers import Pointer, parse_pointer
from reconciler.model.schema_refs import REFERENCES
from reconciler.model.shape import PLAIN, SCHEMA

_FOR_PEOPLE = frozenset({"title", "description", "$comment", "examples"})

_ANNOTATIONS = frozenset({"default", "readOnly", "writeOnly", "deprecated"})
"""Keywords with a meaning that does not affect which instances are accepted."""

_IN_ANY_ORDER = frozenset({"allOf", "anyOf", "oneOf"})

_NAMING = frozenset({"$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor"})


def same_meaning(old: Json, new: Json) -> bool:
    """Return True if only titles, descriptions, comments, examples or the order differ."""
    return same_acceptance(old, new) and _are_equal(old, new, _FOR_PEOPLE)


def same_acceptance(old: Json, new: Json) -> bool:
    """Return True if only these and annotations differ (`default`, `readOnly`)."""
    return _are_equal(old, new, _FOR_PEOPLE | _ANNOTATIONS)


def _are_equal(old: Json, new: Json, silent: frozenset[str]) -> bool:
    return _are_equal_texts(compact_json(old), compact_json(new), silent)


@lru_cache(maxsize=256)
def _are_equal_texts(old: str, new: str, silent: frozenset[str]) -> bool:
    """Compare two schemas once: whether dataflows are read depends on it, and the verdict does."""
    if old == new:
        return True
    schemas = [json.loads(old), json.loads(new)]
    if not all(map(refers_plainly, schemas)):
        return False
    one, other = (_text(schema, silent) for schema in schemas)
    return one == other


def _text(schema: Json, silent: frozenset[str]) -> str:
    def change(words: JsonObject) -> JsonObject:
        """Leave out some keywords, and put choices in one order."""
        kept = {key: value for key, value in words.items() if key not in silent}
        for key in _IN_ANY_ORDER:
            if isinstance(parts := kept.get(key), list):
                kept[key] = sorted(parts, key=compact_json)
        return kept

    return compact_json(canonical_value(rewritten(schema, change), SCHEMA))


def refers_plainly(schema: Json) -> bool:
    """Return True if every reference leads to a place that normalising keeps as it is."""
    references = list(values_of(schema, frozenset(REFERENCES)))
    if not references:
        return True
    names = [] if not isinstance(schema, dict) else list(values_of([*schema.values()], _NAMING))
    return not names and all(_is_plain(reference) for reference in references)


def values_of(value: Json, keys: frozenset[str]) -> list[Json]:
    """Return the values of these keys anywhere in a value, whether they are keywords or not."""
    if isinstance(value, dict):
        own = [each for key, each in value.items() if key in keys]
        return [*own, *(found for each in value.values() for found in values_of(each, keys))]
    return [found for each in as_row(value) for found in values_of(each, keys)]


def _is_plain(reference: Json) -> bool:
    if not isinstance(reference, str) or not reference.startswith("#") or "%" in reference:
        return False
    try:
        return _is_kept(parse_pointer(reference[1:]))
    except ValueError:
        return False


def _is_kept(pointer: Pointer) -> bool:
    """Return True if each step names a member, of a schema or of a keyword's parts by name."""
    place = SCHEMA
    for token in pointer:
        if place is PLAIN or (place.schema and token in _FOR_PEOPLE | _ANNOTATIONS):
            return False
        if place.schema and token.isdecimal():
            return False
        place = place.member(token)
    return place.schema
