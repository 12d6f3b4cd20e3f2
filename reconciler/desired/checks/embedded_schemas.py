"""Checks the JSON Schemas inside a spec against the meta-schema that their `$schema` names.

`default`, `enum` and `const` are checked against the schema beside them: to
offer a value and reject it is a mistake.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from reconciler.desired.checks.schema_lints import part_lints
from reconciler.desired.checks.schema_messages import explained
from reconciler.model.canonical import canonical_value
from reconciler.model.checks import SCHEMA_FLAWS, Finding
from reconciler.model.exact_keywords import exact_class
from reconciler.model.fast_validation import (
    fast_validator,
    is_certainly_valid,
    meta_validator,
    without_dialect,
)
from reconciler.model.json_text import CONTAINERS, ByValue, Json, JsonObject, compact_json
from reconciler.model.kinds import Kind
from reconciler.model.patterns import pattern_error
from reconciler.model.pointers import Pointer
from reconciler.model.schema_dialects import DRAFT_07, dialect_name, validator_of
from reconciler.model.schema_reasons import TYPE_NAMES
from reconciler.model.schema_validation import UnsupportedSchemaError, excuses
from reconciler.model.shape import SCHEMA, ListRule, Place, root_place
from reconciler.model.suggestions import closest

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


def embedded_problems(place: Place, value: Json) -> Iterator[Finding]:
    """Yield the problems of the schemas embedded in a value at a place."""
    for pointer, schema in _embedded(value, place, ()):
        for finding in _schema_problems(ByValue(schema)):
            yield (*pointer, *finding[0]), *finding[1:]


def flaws_unlike(kind: Kind, document: JsonObject, live: JsonObject) -> Iterator[Finding]:
    """Yield the problems of the schemas of a document that the live document does not have too.

    Both documents are in canonical spelling; `live` is empty where there is none.
    """
    root = root_place(kind)
    held = {_canonical_text(schema) for _, schema in _embedded(live, root, ())}
    for pointer, schema in _embedded(document, root, ()):
        if _canonical_text(schema) not in held:
            for finding in _schema_problems(ByValue(schema)):
                if finding[3] in SCHEMA_FLAWS:
                    yield (*pointer, *finding[0]), *finding[1:]


def _canonical_text(schema: Json) -> str:
    return compact_json(canonical_value(schema, SCHEMA))


@lru_cache(maxsize=4096)
def _schema_problems(schema: ByValue) -> tuple[Finding, ...]:
    """Check a schema once: specs share many of theirs."""
    return tuple(schema_problems((), schema.value))


def _embedded(value: Json, place: Place, pointer: Pointer) -> Iterator[tuple[Pointer, Json]]:
    if place is SCHEMA:
        yield pointer, value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from _embedded(member, place.member(key), (*pointer, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _embedded(item, place.element(), (*pointer, str(index)))


def schema_problems(pointer: Pointer, schema: Json) -> Iterator[Finding]:
    """Yield the problems of one schema at `pointer`."""
    if isinstance(schema, bool):
        return
    if not isinstance(schema, dict):
        yield pointer, "a JSON Schema must be an object.", "", "embedded-schema"
        return
    named = schema.get("$schema", DRAFT_07)
    dialect = dialect_name(named)
    if dialect is None:
        yield (
            (*pointer, "$schema"),
            f"unknown JSON Schema draft '{named}'.",
            f"Use a published one, such as {DRAFT_07}#",
            "embedded-schema",
        )
        return
    is_valid = is_certainly_valid(_fast_meta(dialect), without_dialect(schema))
    found = [] if is_valid else list(_meta(dialect).iter_errors(schema))
    errors = [inner for error in found for inner in _inside(error)]
    for error in errors:
        place = (*pointer, *map(str, error.absolute_path))
        yield place, *_explained(error), "embedded-schema"
    for place, part in _parts(schema, SCHEMA, pointer):
        yield from _references(place, part)
        if not errors:
            yield from _offers(place, part, dialect)
            yield from part_lints(place, part)
        yield from _patterns(place, part)


_fast_meta = cache(meta_validator)


@cache
def _meta(dialect: str) -> Validator:
    validator = validator_of(dialect)
    assert validator is not None  # noqa: S101 - the dialect is known
    return validator(validator.META_SCHEMA)


def _inside(error: Any) -> Iterator[Any]:
    """Yield what is wrong inside a value that fits no choice: in the one that fits it longest."""
    depth, branch = max(
        ((len(inner.absolute_path), inner.schema_path[0]) for inner in error.context),
        default=(0, 0),
    )
    if depth <= len(error.absolute_path):
        yield error
        return
    for inner in error.context:
        if inner.schema_path[0] == branch:
            yield from _inside(inner)


def _explained(error: Any) -> tuple[str, str]:
    """Return the error of a schema and its fix; the most common mistake has its own message."""
    value, of_types = error.instance, error.validator in ("anyOf", "enum")
    if of_types and "type" in [*error.absolute_path][-2:] and isinstance(value, str):
        near = closest(value, TYPE_NAMES)
        return f"'{value}' is not a type.", f"Did you mean '{near}'?" if near else ""
    message, fix = explained(error)
    return f"not a JSON Schema: {message}", fix


def _parts(schema: Json, place: Place, pointer: Pointer) -> Iterator[tuple[Pointer, JsonObject]]:
    """Yield every schema object within a schema, itself included."""
    if isinstance(schema, dict):
        if place.schema:
            yield pointer, schema
        for key, member in schema.items():
            if isinstance(member, CONTAINERS):
                yield from _parts(member, place.member(key), (*pointer, key))
    elif isinstance(schema, list) and place.rule is not ListRule.SET:
        for index, item in enumerate(schema):
            yield from _parts(item, place.element(), (*pointer, str(index)))


_OFFERING = ("default", "const", "enum")


def _offers(pointer: Pointer, part: JsonObject, dialect: str) -> Iterator[Finding]:
    if part.keys().isdisjoint(_OFFERING) or len(part) == 1:
        return
    if _has_references(part):
        return  # a reference may point outside this part
    offered: list[tuple[Pointer, Json]] = [
        ((word,), part[word]) for word in ("default", "const") if word in part
    ]
    members = part.get("enum")
    if isinstance(members, list):
        offered += [(("enum", str(index)), item) for index, item in enumerate(members)]
    own = without_dialect(part)
    fast = fast_validator(own, dialect)
    for where, value in offered:
        if is_certainly_valid(fast, value):
            continue
        error = _first_error(own, dialect, value)
        if error is not None:
            message = f"the {where[0]} is rejected by the schema beside it: {explained(error)[0]}"
            yield (*pointer, *where), message, "Fix one of them.", "offer"


def _first_error(schema: Any, dialect: str, value: Json) -> Any:
    base = validator_of(dialect)
    assert base is not None  # noqa: S101 - the dialect is known
    try:
        with excuses():
            return next(iter(exact_class(base)(schema).iter_errors(value)), None)
    except UnsupportedSchemaError:  # said by checks of their own
        return None


def _has_references(value: Json) -> bool:
    if isinstance(value, dict):
        return "$ref" in value or any(map(_has_references, value.values()))
    return isinstance(value, list) and any(map(_has_references, value))


def _references(pointer: Pointer, part: JsonObject) -> Iterator[Finding]:
    reference = part.get("$ref")
    if isinstance(reference, str) and not reference.startswith("#"):
        yield (
            (*pointer, "$ref"),
            f"the reference {reference} points outside the spec; nothing is fetched.",
            "Write the schema here, or refer to #/definitions/…",
            "reference",
        )


def _patterns(pointer: Pointer, part: JsonObject) -> Iterator[Finding]:
    if "pattern" not in part and "patternProperties" not in part:
        return
    candidates: list[tuple[Pointer, Json]] = [(("pattern",), part.get("pattern"))]
    by_pattern = part.get("patternProperties")
    if isinstance(by_pattern, dict):
        candidates += [(("patternProperties", text), text) for text in by_pattern]
    for where, text in candidates:
        if isinstance(text, str) and (why := pattern_error(text)):
            message = f"the pattern is not a regular expression: {why}."
            yield (*pointer, *where), message, "", "pattern"
