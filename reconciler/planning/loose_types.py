"""Converting an instance to the types of a schema: the service keeps numbers as strings.

A live dataflow holds `"interval": "15"` where its flow spec says integer, and
`"mappingVersion": 0` where it says string.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from reconciler.compatibility.keywords import as_row
from reconciler.compatibility.validator import SchemaValidator
from reconciler.model.json_text import Json, compact_json

_MOST_ROUNDS = 8
"""The most rounds of validation: a fixed error may reveal the next one."""

_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,12})?")


def read_as_meant(validator: SchemaValidator, instance: Json) -> Json:
    """Return an instance with each value of a wrong type converted to the required one.

    Raises `UnsupportedSchemaError` if the schema cannot validate it.
    """
    for _ in range(_MOST_ROUNDS):
        if validator.accepts(instance):
            break
        before = compact_json(instance)
        for error in _leaves(validator.errors(instance)):
            for value in _readings(error):
                instance = _replaced(instance, list(error.absolute_path), value)
                break
        if compact_json(instance) == before:
            break
    return instance


def _leaves(errors: Iterable[Any]) -> Iterator[Any]:
    for error in errors:
        yield error
        yield from _leaves(error.context or ())


def _readings(error: Any) -> Iterator[Json]:
    """Yield the value that an error is about in the types that the schema requires."""
    value, wanted = error.instance, error.validator_value
    if error.validator == "type":
        for name in wanted if isinstance(wanted, list) else [wanted]:
            yield from _as_type(value, name)
    elif error.validator in ("enum", "const"):
        for member in as_row(wanted) if error.validator == "enum" else [wanted]:
            if type(member) is not type(value) and _as_string(member) == _as_string(value):
                yield member


def _as_string(value: Json) -> str:
    return value if isinstance(value, str) else compact_json(value)


def _as_type(value: Json, name: str) -> Iterator[Json]:
    if name == "string" and isinstance(value, bool | int | float):
        yield compact_json(value)
    elif isinstance(value, str):
        if name == "boolean" and value in ("true", "false"):
            yield value == "true"
        elif name in ("integer", "number") and _NUMBER.fullmatch(value):
            number = float(value) if "." in value else int(value)
            if name == "number" or isinstance(number, int):
                yield number


def _replaced(instance: Json, path: list[str | int], value: Json) -> Json:
    if not path:
        return value
    first, *rest = path
    if isinstance(instance, dict) and isinstance(first, str) and first in instance:
        return {**instance, first: _replaced(instance[first], rest, value)}
    if isinstance(instance, list) and isinstance(first, int) and first < len(instance):
        return [*instance[:first], _replaced(instance[first], rest, value), *instance[first + 1 :]]
    return instance
