"""Checks a document against the JSON Schema of its kind, and the schemas embedded in it.

Every embedded schema is checked against the meta-schema that it names, and its
defaults, enums and constants against itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from reconciler.desired.checks.embedded_schemas import embedded_problems
from reconciler.desired.checks.field_lints import field_lints
from reconciler.desired.checks.schema_messages import explained
from reconciler.model.checks import Finding
from reconciler.model.fast_validation import IsValid, fast_validator, is_certainly_valid
from reconciler.model.json_access import expect_list, expect_object, expect_string
from reconciler.model.json_text import ByValue, Json, JsonObject
from reconciler.model.kinds import Kind
from reconciler.model.shape import root_place
from reconciler.schemas import DIALECT, read_schema, validation_schema

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


def document_problems(kind: Kind, document: JsonObject) -> Iterator[Finding]:
    """Yield every problem of a document of this kind, in canonical spelling.

    Specs of one kind share most of their fields' values, so each value is checked once.
    """
    for field in map(expect_string, expect_list(read_schema(kind.name)["required"])):
        if field not in document:
            yield (field,), f"the spec has no '{field}'.", f"Add '{field}'.", "schema"
    for field, value in document.items():
        if field not in ("id", "version"):  # checked by `fields`, with better messages
            for finding in _field_problems(kind, field, ByValue(value)):
                yield (field, *finding[0]), *finding[1:]


@lru_cache(maxsize=4096)
def _field_problems(kind: Kind, field: str, held: ByValue) -> tuple[Finding, ...]:
    return (
        *_schema_findings(kind.name, field, held.value),
        *field_lints(kind, field, held.value),
        *embedded_problems(root_place(kind).member(field), held.value),
    )


def _schema_findings(kind: str, field: str, value: Json) -> Iterator[Finding]:
    part = _part(kind, field)
    if part is None or is_certainly_valid(_fast(kind, field), value):
        return
    for error in _explaining(kind, field).iter_errors(value):
        pointer = tuple(map(str, error.absolute_path))
        # The service keeps attributes as they are: another type may be intended.
        is_attribute = _ATTRIBUTES in (field, *pointer)[:-1]
        if is_attribute and error.instance is None:
            continue  # the OpenAPI's own example has `flowRun: null`
        yield pointer, *explained(error, field), "attributes" if is_attribute else "schema"


_ATTRIBUTES = "attributes"


def _part(kind: str, field: str) -> JsonObject | None:
    """Return the schema of a field, with what it refers to; None for an unknown field."""
    schema = validation_schema(kind)
    part = expect_object(schema["properties"]).get(field)
    return None if part is None else {**expect_object(part), "$defs": schema["$defs"]}


@cache
def _fast(kind: str, field: str) -> IsValid | None:
    return fast_validator(_part(kind, field), DIALECT)


@cache
def _explaining(kind: str, field: str) -> Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(_part(kind, field) or True)
