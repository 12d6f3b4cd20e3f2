"""Translates schemas of every draft to one form, which proofs are made in.

It is draft-07 with `minContains` and `maxContains`, in which each reference leads to a
definition. The keywords that each draft knows are those that jsonschema validates by.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from reconciler.compatibility.equivalence import values_of
from reconciler.compatibility.keywords import as_map, as_row
from reconciler.compatibility.proof.unevaluated import (
    Reading,
    UntranslatableError,
    without_unevaluated,
)
from reconciler.compatibility.validator import SchemaValidator
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.schema_dialects import DRAFT_07, DRAFT_2020
from reconciler.model.schema_refs import REFERENCES, local_part, schema_parts
from reconciler.model.shape import SCHEMA, Place

_DRAFT_04 = "http://json-schema.org/draft-04/schema"
_DRAFT_06 = "http://json-schema.org/draft-06/schema"
_DRAFT_2019 = "https://json-schema.org/draft/2019-09/schema"

_COUNTED = frozenset({"minContains", "maxContains"})
_DEFINITIONS = ("definitions", "$defs")
_WITH_SIBLINGS = (_DRAFT_2019, DRAFT_2020)
"""The drafts in which what is beside a `$ref` counts."""

_MOST_PARTS = 20_000
"""Objects of keywords that a translation may make: what is unevaluated can double them."""


def readings(*validators: SchemaValidator) -> tuple[bool, ...]:
    """Return True for how jsonschema reads schemas, and False if the specification differs.

    What is proven is to hold for both.
    """
    differ = any(
        each.dialect == _DRAFT_2019 and '"unevaluated' in each.text(each.schema)
        for each in validators
    )
    return (True, False) if differ else (True,)


def in_one_form(validator: SchemaValidator, *, as_jsonschema: bool) -> SchemaValidator | None:
    """Return the validator of a schema that accepts the same, None if there is no such form."""
    schema = validator.schema
    rewrite = _REWRITES.get(validator.dialect)
    if isinstance(schema, bool):
        return validator
    if rewrite is None or values_of([*schema.values()], frozenset({"$id"})):
        return None
    reading = Reading.DRAFT_2020
    if validator.dialect == _DRAFT_2019:
        reading = Reading.JSONSCHEMA_2019 if as_jsonschema else Reading.DRAFT_2019
    try:
        made = _Translation(schema, validator.dialect, rewrite, reading).result()
    except (UntranslatableError, RecursionError):
        return None
    return SchemaValidator(made, validator.work, validator)


def same_integers(old: SchemaValidator, new: SchemaValidator) -> bool:
    """Return False if 1.0 may be accepted as an integer by the old schema only: not in draft-04."""
    is_strict = new.dialect == _DRAFT_04 and '"integer"' in new.text(new.schema)
    return old.dialect == _DRAFT_04 or not is_strict


_Rewrite: TypeAlias = Callable[[JsonObject], JsonObject]
"""Takes the keywords of one schema object and returns those of the one form."""


class _Translation:
    """The translation of one schema. What references name becomes a definition."""

    def __init__(
        self, schema: JsonObject, dialect: str, rewrite: _Rewrite, reading: Reading
    ) -> None:
        self._schema = schema
        self._dialect = dialect
        self._rewrite = rewrite
        self._reading = reading
        self._names: dict[int, str] = {id(schema): "#"}
        self._definitions: JsonObject = {}
        self._left = _MOST_PARTS

    def result(self) -> JsonObject:
        found = self._part(self._schema, SCHEMA)
        assert isinstance(found, dict)  # noqa: S101 - it is given one
        return {**found, "definitions": self._definitions}

    def _part(self, value: Json, place: Place) -> Json:
        if isinstance(value, list):
            return [self._part(item, place.element()) for item in value]
        if not isinstance(value, dict):
            return value
        if place.schema:
            return self._words(value)
        return {key: self._part(member, place.member(key)) for key, member in value.items()}

    def _words(self, words: JsonObject) -> JsonObject:
        self._left -= 1
        if self._left < 0:
            raise UntranslatableError
        if self._dialect in _WITH_SIBLINGS:
            words = self._without_newer_keywords(words)
        elif "$ref" in words:
            words = {"$ref": words["$ref"]}  # what is beside it is ignored
        elif not _COUNTED.isdisjoint(words) or self._has_inner_id(words):
            raise UntranslatableError
        found: JsonObject = {}
        for key, value in words.items():
            if key == "$ref":
                found[key] = self._reference(value)
            elif key not in _DEFINITIONS:
                found[key] = self._part(value, SCHEMA.member(key))
        return self._rewrite(found)

    def _without_newer_keywords(self, words: JsonObject) -> JsonObject:
        """Leave out what the one form has no keyword for.

        In a schema without inner bases every reference is a `$ref`.
        """
        words = without_unevaluated(words, self._target, self._reading)
        named: list[Json] = [{"$ref": words[key]} for key in REFERENCES if key in words]
        if not named or words.keys() == {"$ref"}:
            return words
        rest = _without(words, *REFERENCES)
        return {**rest, "allOf": [*as_row(rest.get("allOf")), *named]}

    def _has_inner_id(self, words: JsonObject) -> bool:
        is_inner = self._dialect == _DRAFT_04 and words is not self._schema
        return is_inner and isinstance(words.get("id"), str)

    def _reference(self, reference: Json) -> str:
        target = self._target(reference)
        if id(target) not in self._names:
            name = f"{len(self._names)}"
            self._names[id(target)] = f"#/definitions/{name}"
            self._definitions[name] = self._part(target, SCHEMA)
        return self._names[id(target)]

    def _target(self, reference: Json) -> JsonObject | bool:
        """Return what a reference names: a place by its pointer, or an anchor."""
        found = local_part(self._schema, reference)
        if isinstance(reference, str) and found is None:
            named = [part for part in schema_parts(self._schema) if reference in _anchors(part)]
            found = named[0] if len(named) == 1 else None
        if not isinstance(found, dict | bool):
            raise UntranslatableError
        return found


def _anchors(part: JsonObject) -> list[str]:
    return [f"#{part[key]}" for key in ("$anchor", "$dynamicAnchor") if key in part]


def _from_04(words: JsonObject) -> JsonObject:
    found = _without(words, "if", "then", "else", "const", "contains", "propertyNames", "examples")
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if found.pop(exclusive, False) is True and limit in found:
            found[exclusive] = found.pop(limit)
    return found


def _from_06(words: JsonObject) -> JsonObject:
    return _without(words, "if", "then", "else")


def _from_07(words: JsonObject) -> JsonObject:
    return words


def _from_2019(words: JsonObject) -> JsonObject:
    found = _without(words, "dependencies", "dependentRequired", "dependentSchemas")
    needs = as_map(words.get("dependentRequired"))
    also: list[Json] = [
        {"dependencies": {name: part}}
        for name, part in as_map(words.get("dependentSchemas")).items()
    ]
    if needs:
        found["dependencies"] = needs
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
    DRAFT_07: _from_07,
    _DRAFT_2019: _from_2019,
    DRAFT_2020: _from_2020,
}
