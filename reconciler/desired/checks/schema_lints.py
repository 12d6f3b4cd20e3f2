"""Lints of a JSON Schema: valid, and almost certainly a mistake."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from reconciler.model.checks import Finding
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.patterns import PatternError, pattern_matches
from reconciler.model.pointers import Pointer
from reconciler.model.suggestions import closest

_OF_TYPE = {
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "string": ("minLength", "maxLength", "pattern"),
    "array": (
        *("items", "additionalItems", "prefixItems", "unevaluatedItems"),
        *("contains", "minItems", "maxItems", "uniqueItems"),
    ),
    "object": (
        *("properties", "patternProperties", "additionalProperties", "unevaluatedProperties"),
        *("propertyNames", "required", "minProperties", "maxProperties"),
        *("dependencies", "dependentRequired", "dependentSchemas"),
    ),
}
"""The keywords that ignore values of another type (draft-07, validation, section 6)."""

_OTHERS = (
    *("$schema", "$ref", "$defs", "definitions", "type", "enum", "const", "format"),
    *("allOf", "anyOf", "oneOf", "then", "else"),
)
_WITHOUT_FORCE = frozenset(
    {
        *("$id", "id", "$anchor", "$comment", "$vocabulary", "title", "description", "default"),
        *("example", "examples", "readOnly", "writeOnly", "deprecated", "not", "if"),
        *("contentSchema", "contentEncoding", "contentMediaType", "minContains", "maxContains"),
        *("$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor"),
    }
)
"""Keywords that are never suggested: notes, rare ones, and two that are close to any word."""

_FORCEFUL = frozenset({*_OTHERS, *(word for words in _OF_TYPE.values() for word in words)})

_KNOWN = _FORCEFUL | _WITHOUT_FORCE

_RANGES = (
    ("minimum", "maximum", False),
    ("minimum", "exclusiveMaximum", True),
    ("exclusiveMinimum", "maximum", True),
    ("exclusiveMinimum", "exclusiveMaximum", True),
    ("minLength", "maxLength", False),
    ("minItems", "maxItems", False),
    ("minProperties", "maxProperties", False),
)
"""Pairs of limits, with True if equal ones exclude every value."""

_LIMITS = frozenset(name for least, most, _ in _RANGES for name in (least, most))

_MOST_REPORTED = 20
"""Names of one `required` that are reported: a generated schema may have thousands."""


def part_lints(pointer: Pointer, part: JsonObject) -> Iterator[Finding]:
    """Yield what is suspicious about one schema object at `pointer`."""
    yield from _near_keywords(pointer, part)
    yield from _void(pointer, part)
    yield from _ranges(pointer, part)
    yield from _impossible(pointer, part)


def _near_keywords(pointer: Pointer, part: JsonObject) -> Iterator[Finding]:
    for key in part:
        if key not in _KNOWN:
            near = closest(key, sorted(_FORCEFUL.difference(part)))
            if near:
                message = f"'{key}' is not a JSON Schema keyword and has no effect."
                yield (*pointer, key), message, f"Did you mean '{near}'?", "near-keyword"


def _void(pointer: Pointer, part: JsonObject) -> Iterator[Finding]:
    named = part.get("type")
    types = {"number" if name == "integer" else name for name in _texts(named)}
    for needed, keywords in _OF_TYPE.items():
        if types and needed not in types:
            for keyword in keywords:
                if keyword in part:
                    shown = " or ".join(map(str, _texts(named)))
                    message = f"'{keyword}' has no effect on type {shown}."
                    fix = "Fix the type, or delete the keyword."
                    yield (*pointer, keyword), message, fix, "no-effect"


def _texts(value: Json) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]


def _ranges(pointer: Pointer, part: JsonObject) -> Iterator[Finding]:
    if len(_LIMITS & part.keys()) < 2:
        return
    for least, most, is_open in _RANGES:
        low, high = _number(part.get(least)), _number(part.get(most))
        if low is not None and high is not None and (low > high or (is_open and low == high)):
            message = f"no value is valid: '{least}' is {low} and '{most}' is {high}."
            yield (*pointer, least), message, "Swap or fix them.", "unsatisfiable"


def _number(value: Json) -> int | float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _impossible(pointer: Pointer, part: JsonObject) -> Iterator[Finding]:
    if part.get("enum") == []:
        yield (*pointer, "enum"), "no value is valid: 'enum' is empty.", "", "unsatisfiable"
    required = part.get("required")
    impossible = (
        (index, name)
        for index, name in enumerate(required if isinstance(required, list) else ())
        if isinstance(name, str) and not _may_be_there(part, name)
    )
    for index, name in islice(impossible, _MOST_REPORTED):
        message = f"no value is valid: '{name}' is required but not allowed."
        fix = "Add it to 'properties', or remove it from 'required'."
        yield (*pointer, "required", str(index)), message, fix, "unsatisfiable"


def _may_be_there(part: JsonObject, name: str) -> bool:
    properties, by_pattern = part.get("properties", {}), part.get("patternProperties", {})
    if isinstance(properties, dict) and name in properties:
        return properties[name] is not False
    if isinstance(by_pattern, dict) and any(_matches(pattern, name) for pattern in by_pattern):
        return True
    return part.get("additionalProperties") is not False


def _matches(pattern: str, name: str) -> bool:
    try:
        return pattern_matches(pattern, name)
    except PatternError:  # said by a check of its own
        return True
