"""Checks values against this program's own JSON Schemas: specs, reconciler.yaml, policies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from reconciler.model.checks import CheckName
from reconciler.model.json_access import object_at
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.pointers import Pointer
from reconciler.model.problems import Problem
from reconciler.model.suggestions import did_you_mean
from reconciler.schemas import DIALECT, validation_schema
from reconciler.yamledit.source_map import SourceMap

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

    from reconciler.model.fast_validation import IsValid

Explain: TypeAlias = "Callable[[ValidationError, Pointer], tuple[str, str] | None]"
"""Returns a better message for an error and what to do about it, or None."""


def schema_errors(name: str, value: Json, field: str = "") -> Iterator[Any]:
    """Yield why a value does not match one of the schemas in `schemas`, or its part for a field."""
    from reconciler.model.fast_validation import is_certainly_valid

    if not is_certainly_valid(_fast(name, field), value):
        yield from _validator(name, field).iter_errors(value)


@cache
def _fast(name: str, field: str) -> IsValid | None:
    from reconciler.model.fast_validation import fast_validator

    return fast_validator(_part(name, field), DIALECT)


@cache
def _validator(name: str, field: str) -> Validator:
    from jsonschema import Draft202012Validator

    from reconciler.model.exact_keywords import exact_class

    return exact_class(Draft202012Validator)(_part(name, field))


def _part(name: str, field: str) -> JsonObject:
    schema = validation_schema(name)
    if not field:
        return schema
    part = object_at(object_at(schema, "properties"), field)
    return {**part, "$defs": schema["$defs"]}


def form_problems(
    schema: str, document: Json, file: str, locator: SourceMap, check: CheckName, explain: Explain
) -> Iterator[Problem]:
    """Yield where a file does not match one of the schemas in `schemas`."""
    from reconciler.desired.checks.schema_messages import explained

    incomplete = set()  # jsonschema has an error for each missing property, all of them alike
    for error in schema_errors(schema, document):
        pointer = tuple(map(str, error.absolute_path))
        if error.validator == "required":
            if pointer in incomplete:
                continue
            incomplete.add(pointer)
        if error.validator == "additionalProperties":
            known = sorted(error.schema.get("properties", ()))
            for extra in sorted(set(error.instance).difference(known)):
                line, column = locator.place((*pointer, extra), key=True)
                message, fix = f"unknown entry '{extra}'.", did_you_mean(extra, known)
                yield Problem(file, line, column, message, fix, check)
        else:
            message, fix = explain(error, pointer) or explained(error)
            yield Problem(file, *locator.place(pointer), message, fix, check)
