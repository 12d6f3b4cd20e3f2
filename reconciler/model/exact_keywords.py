"""Keywords that jsonschema implements differently from JSON Schema, or too slowly.

Its patterns are Python's, unique elements are compared each with each, and what
two references name is validated twice: exponential work where they nest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from reconciler.model.canonical import canonical_value
from reconciler.model.json_text import Json, JsonObject, compact_json
from reconciler.model.patterns import pattern_error, pattern_matches
from reconciler.model.shape import PLAIN

if TYPE_CHECKING:
    from jsonschema import FormatChecker
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

_MOST_ERRORS = 3
"""Errors by reference and value, kept for the next validation of the same value."""


class Memory:
    """The results of references for the parts of one instance. `clear` before the next one."""

    def __init__(self) -> None:
        self.errors: dict[tuple[str, int], list[ValidationError]] = {}
        self.held: list[Json] = []

    def clear(self) -> None:
        """Forget everything: another value may have the identity of one that is gone."""
        self.errors.clear()
        self.held.clear()


def exact_class(base: type[Validator], memory: Memory | None = None) -> type[Validator]:
    """Return a dialect's class with these keywords. With a memory, none is validated twice."""
    if memory is None:
        return _plain_class(base)
    return _extended(base, {"$ref": _remembering(base.VALIDATORS["$ref"], memory)})


@cache
def _plain_class(base: type[Validator]) -> type[Validator]:
    return _extended(base, {})


def _extended(base: type[Validator], more: Mapping[str, Any]) -> type[Validator]:
    from jsonschema.validators import extend

    found: type[Validator] = extend(base, {**_KEYWORDS, **more})  # type: ignore[no-untyped-call]
    return found


def format_checker(base: type[Validator]) -> FormatChecker:
    """Return a dialect's format checker, in which `regex` is ECMA-262's."""
    from jsonschema import FormatChecker

    found = FormatChecker(())
    found.checkers = {**base.FORMAT_CHECKER.checkers, "regex": (_is_regex, ())}
    return found


def _is_regex(value: object) -> bool:
    return not isinstance(value, str) or not pattern_error(value)


def has_equal_elements(values: list[Json]) -> bool:
    """Return True if two elements of a list are equal, in time linear in its size."""
    seen = {compact_json(canonical_value(value, PLAIN)) for value in values}
    return len(seen) < len(values)


def additional_names(instance: Mapping[str, Any], schema: Mapping[str, Any]) -> list[str]:
    """Return the names of an object's members that `additionalProperties` is about."""
    named = schema.get("properties", {})
    patterns = schema.get("patternProperties", {})
    return [
        name
        for name in instance
        if name not in named and not any(pattern_matches(each, name) for each in patterns)
    ]


def _pattern(_validator: Any, pattern: str, instance: Json, _: JsonObject) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    if isinstance(instance, str) and not pattern_matches(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(
    validator: Any, by_pattern: JsonObject, instance: Json, _: JsonObject
) -> Iterator[Any]:
    members = instance if isinstance(instance, dict) else {}
    for pattern, part in by_pattern.items():
        for name, value in members.items():
            if pattern_matches(pattern, name):
                yield from validator.descend(value, part, path=name, schema_path=pattern)


def _additional_properties(
    validator: Any, part: Json, instance: Json, schema: JsonObject
) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    extras = additional_names(instance, schema) if isinstance(instance, dict) else []
    if isinstance(part, dict):
        for name in extras:
            yield from validator.descend(instance[name], part, path=name)  # type: ignore[index, call-overload]
    elif part is False and extras:
        shown = ", ".join(map(repr, sorted(extras)))
        yield ValidationError(f"Additional properties are not allowed ({shown})")


def _unique_items(_validator: Any, wanted: Json, instance: Json, _: JsonObject) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    if wanted is True and isinstance(instance, list) and has_equal_elements(instance):
        yield ValidationError(f"{instance!r:.60} has non-unique elements")


def _remembering(judge: Any, memory: Memory) -> Any:
    """Return a `$ref` that keeps what it found, by the reference and the value's identity."""

    def keyword(validator: Any, ref: str, instance: Json, schema: JsonObject) -> Iterator[Any]:
        from jsonschema.exceptions import ValidationError

        key = ref, id(instance)
        if key not in memory.errors:
            memory.held.append(instance)  # so that no other value gets its identity
            errors = judge(validator, ref, instance, schema) or ()
            memory.errors[key] = list(islice(errors, _MOST_ERRORS))
        yield from map(ValidationError.create_from, memory.errors[key])

    return keyword


_KEYWORDS: dict[str, Any] = {
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "uniqueItems": _unique_items,
}
