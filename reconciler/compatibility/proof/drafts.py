"""Translates schemas of other drafts to draft-07, which proofs are made in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from reconciler.compatibility.equivalence import values_of
from reconciler.compatibility.keywords import as_map, as_row
from reconciler.compatibility.validator import SchemaValidator
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.schema_dialects import DRAFT_07
from reconciler.model.schema_refs import schema_parts
from reconciler.model.shape import SCHEMA, Place

_DRAFT_04 = "http://json-schema.org/draft-04/schema"
_DRAFT_06 = "http://json-schema.org/draft-06/schema"
_DRAFT_2019 = "https://json-schema.org/draft/2019-09/schema"
_DRAFT_2020 = "https://json-schema.org/draft/2020-12/schema"

_PLAIN_REFERENCE = re.compile(r"#(?:/(?:definitions|\$defs)/[\w.-]+)?")

_UNTRANSLATED = frozenset(
    {
        *("$recursiveRef", "$dynamicRef", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "id"),
        *("unevaluatedProperties", "unevaluatedItems", "minContains", "maxContains"),
    }
)
"""Keywords that draft-07 cannot express."""


def in_draft_07(schema: JsonObject | bool, dialect: str) -> JsonObject | bool | None:
    """Return a schema that accepts the same as one of another draft, None if there is none.

    The keywords that each draft knows are those that jsonschema validates by.
    """
    if dialect == DRAFT_07 or isinstance(schema, bool):
        return schema
    rewrite = _REWRITES.get(dialect)
    if rewrite is None or not _is_movable(schema):
        return None
    if any(_UNTRANSLATED & part.keys() for part in schema_parts(schema)):
        return None
    found = _translated(schema, SCHEMA, rewrite)
    return found if isinstance(found, dict) else None


def same_integers(old: SchemaValidator, new: SchemaValidator) -> bool:
    """Return False if 1.0 may be accepted as an integer by the old schema only.

    It is none in draft-04, not even where a list holds 1, which equals it.
    """
    if new.dialect != _DRAFT_04 or '"integer"' not in new.text(new.schema):
        return True
    return old.dialect == _DRAFT_04 and not any(
        _lists_integers(validator.schema) for validator in (old, new)
    )


def _is_movable(schema: JsonObject) -> bool:
    """Return True if references lead to definitions only: what they name stays where it is."""
    references = values_of(schema, frozenset({"$ref"}))
    inner_ids = values_of(list(schema.values()), frozenset({"$id"}))
    return not inner_ids and all(
        isinstance(each, str) and _PLAIN_REFERENCE.fullmatch(each) for each in references
    )


def _lists_integers(schema: Json) -> bool:
    named = [value for part in schema_parts(schema) for value in as_row(part.get("enum"))]
    return any(isinstance(value, int) and not isinstance(value, bool) for value in named)


_Rewrite: TypeAlias = Callable[[JsonObject], JsonObject]
"""Takes the keywords of one schema object and returns draft-07's."""


def _translated(value: Json, place: Place, rewrite: _Rewrite) -> Json:
    if isinstance(value, dict):
        inner: JsonObject = {
            key: _translated(member, place.member(key), rewrite) for key, member in value.items()
        }
        return rewrite(inner) if place.schema else inner
    if isinstance(value, list):
        return [_translated(item, place.element(), rewrite) for item in value]
    return value


def _from_04(words: JsonObject) -> JsonObject:
    found = _without(words, "if", "then", "else", "const", "contains", "propertyNames", "examples")
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if found.pop(exclusive, False) is True and limit in found:
            found[exclusive] = found.pop(limit)
    return found


def _from_06(words: JsonObject) -> JsonObject:
    return _without(words, "if", "then", "else")


def _from_2019(words: JsonObject) -> JsonObject:
    found = _without(words, "dependencies", "dependentRequired", "dependentSchemas")
    needs = {**as_map(words.get("dependentRequired"))}
    also: list[Json] = [
        {"dependencies": {name: part}}
        for name, part in as_map(words.get("dependentSchemas")).items()
    ]
    if needs:
        found["dependencies"] = needs
    if "$ref" in found and len(found) > 1:
        also.append({"$ref": found.pop("$ref")})
    if also:
        found["allOf"] = [*as_row(found.get("allOf")), *also]
    return found


def _from_2020(words: JsonObject) -> JsonObject:
    found = _without(words, "additionalItems")
    if "prefixItems" in found:
        rest = found.pop("items", None)
        found["items"] = found.pop("prefixItems")
        if rest is not None:
            found["additionalItems"] = rest
    return _from_2019(found)


def _without(words: JsonObject, *names: str) -> JsonObject:
    return {key: value for key, value in words.items() if key not in names}


_REWRITES: dict[str, _Rewrite] = {
    _DRAFT_04: _from_04,
    _DRAFT_06: _from_06,
    _DRAFT_2019: _from_2019,
    _DRAFT_2020: _from_2020,
}
