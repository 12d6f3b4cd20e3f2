"""What is known of a value: parts of schemas that accept it, and parts that reject it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TypeAlias

from msgspec import Struct

from reconciler.compatibility.keywords import as_map, as_names, as_row
from reconciler.compatibility.validator import SchemaValidator
from reconciler.model.json_text import Json, JsonObject, compact_json

TYPES = frozenset({"null", "boolean", "number", "string", "array", "object"})
"""Every type there is; an integer is a number that is a multiple of 1."""

_ANYTHING: Json = True

_ALONE = (
    *("type", "enum", "const", "anyOf", "oneOf", "not", "items", "propertyNames"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType"),
    *("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
)
"""Keywords that mean the same whatever is beside them."""

_OF_OTHER_DRAFTS = (
    *("dependentRequired", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems"),
    *("prefixItems", "$recursiveRef", "$dynamicRef"),
    *("divisibleBy", "disallow", "extends", "contentSchema"),
)
"""Keywords that draft-07 does not know and a service may: only equal ones are the same."""


class Term(Struct, frozen=True, eq=False, dict=True):
    """A part of a schema that accepts the value, or with `holds` false one that rejects it."""

    validator: SchemaValidator
    schema: Json
    holds: bool = True

    @cached_property
    def key(self) -> tuple[int, bool, str]:
        """What makes it the same term as another, also as one of the other schema."""
        text = self.validator.text(self.schema)
        return id(self.validator) if '"$ref"' in text else 0, self.holds, text

    @property
    def denied(self) -> Term:
        """The opposite."""
        return Term(self.validator, self.schema, not self.holds)

    def allows(self, value: Json) -> bool:
        """Return True if a value may be the one that this is known of."""
        return not self.is_decided or self.fits(value)

    def fits(self, value: Json) -> bool:
        """Return True if this is true of a value, as jsonschema sees it."""
        is_listed = bool(self._listed) and compact_json(value) in self._listed
        return (
            self.validator.is_valid(self._rest if is_listed else self.schema, value) is self.holds
        )

    @cached_property
    def _listed(self) -> frozenset[str]:
        """The members of an enum as texts: jsonschema compares a value with one after the other."""
        return frozenset(map(compact_json, as_row(as_map(self.schema).get("enum"))))

    @cached_property
    def _rest(self) -> Json:
        """The schema without its enum."""
        return {key: value for key, value in as_map(self.schema).items() if key != "enum"}

    @property
    def is_decided(self) -> bool:
        """True unless another validator may differ, as with a format not enforced here."""
        return self.validator.decides(self.schema)


Terms: TypeAlias = tuple[Term, ...]


def plain(terms: Iterable[Term]) -> Terms:
    """Return the terms with references followed and conjunctions taken apart, each once."""
    found: list[Term] = []
    seen: set[tuple[int, bool, str]] = set()
    waiting = list(reversed(list(terms)))
    while waiting:
        term = waiting.pop()
        if term.key not in seen:
            seen.add(term.key)
            waiting += reversed(list(_taken_apart(term)))
            found.append(term)
    return tuple(found)


def _taken_apart(term: Term) -> Iterator[Term]:
    words = term.schema
    if not isinstance(words, dict):
        return
    if "$ref" in words:
        target = term.validator.resolved(words["$ref"])
        if target is not None:
            yield Term(term.validator, target, term.holds)
    elif term.holds:
        yield from (Term(term.validator, part) for part in as_row(words.get("allOf")))
        for keyword in ("anyOf", "oneOf"):
            if len(ways := as_row(words.get(keyword))) == 1:
                yield Term(term.validator, ways[0])
        if "not" in words:
            yield Term(term.validator, words["not"], False)
    elif len(only := list(clauses(words))) == 1:
        yield from _refused(term.validator, only[0])
    elif not only:
        yield Term(term.validator, False)


def clauses(words: JsonObject) -> Iterator[JsonObject]:
    """Yield schemas that say together what an object of keywords says, each a part of it.

    Annotations, and what no draft knows, say nothing.
    """
    if "$ref" in words:
        yield {"$ref": words["$ref"]}  # what is beside it is ignored
        return
    for keyword in (*_ALONE, *_OF_OTHER_DRAFTS):
        if keyword in words:
            yield {keyword: words[keyword]}
    for keyword, named in _PART_BY_PART.items():
        for part in named(words.get(keyword)):
            yield {keyword: part}
    yield from _rests(words)


def _rests(words: JsonObject) -> Iterator[JsonObject]:
    """Yield the clauses that have a meaning only with what is beside them."""
    if "additionalProperties" in words:
        own: JsonObject = dict.fromkeys(as_map(words.get("properties")), _ANYTHING)
        patterns: JsonObject = dict.fromkeys(as_map(words.get("patternProperties")), _ANYTHING)
        yield {
            "additionalProperties": words["additionalProperties"],
            "properties": own,
            "patternProperties": patterns,
        }
    if "additionalItems" in words and isinstance(words.get("items"), list):
        row = [_ANYTHING] * len(as_row(words["items"]))
        yield {"additionalItems": words["additionalItems"], "items": row}
    if "if" in words:
        yield {key: words[key] for key in ("if", "then", "else") if key in words}
    if "contains" in words:
        part, most = words["contains"], words.get("maxContains")
        least = words.get("minContains", 1)
        if least:
            yield {"contains": part} if least == 1 else {"contains": part, "minContains": least}
        if most is not None:
            yield {"maxContains": most, "contains": part, "minContains": 0}


def _each_part(value: Json) -> Iterator[Json]:
    yield from ([part] for part in as_row(value))


def _each_member(value: Json) -> Iterator[Json]:
    yield from ({name: part} for name, part in as_map(value).items())


_PART_BY_PART: dict[str, Callable[[Json], Iterator[Json]]] = {
    "allOf": _each_part,
    "required": _each_part,
    "properties": _each_member,
    "patternProperties": _each_member,
    "dependencies": _each_member,
}
"""Keywords of which each part is a clause of its own."""


_OPPOSITES = {
    "minimum": ("number", "exclusiveMaximum", 0),
    "maximum": ("number", "exclusiveMinimum", 0),
    "exclusiveMinimum": ("number", "maximum", 0),
    "exclusiveMaximum": ("number", "minimum", 0),
    "minLength": ("string", "maxLength", -1),
    "maxLength": ("string", "minLength", 1),
    "minItems": ("array", "maxItems", -1),
    "maxItems": ("array", "minItems", 1),
    "minProperties": ("object", "maxProperties", -1),
    "maxProperties": ("object", "minProperties", 1),
}
"""What a value is like that a keyword rejects: its type, and the keyword that it fits."""


def _refused(validator: SchemaValidator, clause: JsonObject) -> Iterator[Term]:
    """Yield what is known of a value that a clause rejects, if that is easily said."""
    keyword = next(iter(clause))
    value = clause[keyword]
    if keyword in ("$ref", "not"):
        part = validator.resolved(value) if keyword == "$ref" else value
        if part is not None:
            yield Term(validator, part, keyword == "not")
    elif keyword in ("allOf", "anyOf") and (keyword == "anyOf" or len(as_row(value)) == 1):
        yield from (Term(validator, part, False) for part in as_row(value))
    elif keyword == "required":
        yield Term(validator, {"type": "object", "properties": {as_names(value)[0]: False}})
    elif keyword == "properties" and len(clause) == 1:
        ((name, part),) = as_map(value).items()
        member: JsonObject = {name: {"not": part}}
        yield Term(validator, {"type": "object", "required": [name], "properties": member})
    elif keyword == "contains":
        most: JsonObject = {
            "minContains": 0,
            "maxContains": _whole(clause.get("minContains", 1)) - 1,
        }
        yield Term(validator, {"type": "array", "contains": value, **most})
    elif keyword == "maxContains":
        least: JsonObject = {"contains": clause["contains"], "minContains": _whole(value) + 1}
        yield Term(validator, {"type": "array", **least})
    elif keyword in _OPPOSITES and isinstance(value, int | float):
        of_type, opposite, more = _OPPOSITES[keyword]
        limit: Json = value if of_type == "number" else int(value) + more
        yield Term(validator, {"type": of_type, opposite: limit})
    elif keyword == "type":
        others: list[Json] = [*sorted(TYPES - set(as_names(value) or [str(value)]))]
        yield Term(validator, {"type": others})


def _whole(value: Json) -> int:
    return int(value) if isinstance(value, int | float) else 0


def type_of(value: Json) -> str:
    """Return the name of a value's type."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    named = {str: "string", list: "array", dict: "object"}
    return next((name for kind, name in named.items() if isinstance(value, kind)), "number")
