"""Checks a document against the JSON Schema of its kind, and the schemas embedded in it.

Every embedded schema is checked against the meta-schema that it names, and its
defaults, enums and constants against itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from reconciler.desired.checks.embedded_schemas import embedded_problems
from reconciler.desired.checks.field_lints import field_lints
from reconciler.desired.checks.schema_messages import explained
from reconciler.desired.schema_check import schema_errors
from reconciler.model.checks import Finding
from reconciler.model.json_access import expect_list, expect_string, object_at
from reconciler.model.json_text import ByValue, Json, JsonObject
from reconciler.model.kinds import Kind
from reconciler.model.shape import root_place
from reconciler.schemas import read_schema


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
    if field not in object_at(read_schema(kind), "properties"):
        return
    for error in schema_errors(kind, value, field):
        pointer = tuple(map(str, error.absolute_path))
        # The service keeps attributes as they are: another type may be intended.
        is_attribute = _ATTRIBUTES in (field, *pointer)[:-1]
        if is_attribute and error.instance is None:
            continue  # the OpenAPI's own example has `flowRun: null`
        yield pointer, *explained(error, field), "attributes" if is_attribute else "schema"


_ATTRIBUTES = "attributes"
