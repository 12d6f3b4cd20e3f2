"""Checks a document against the JSON Schema of its kind, and the schemas embedded in it.

Every embedded schema is checked against the meta-schema that it names, and its
defaults, enums and constants against itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from reconciler.desired.checks.embedded_schemas import embedded_problems
from reconciler.desired.checks.field_lints import field_lints
from reconciler.desired.checks.schema_messages import explained
from reconciler.model.checks import Finding
from reconciler.model.json_access import expect_list, expect_object, expect_string
from reconciler.model.json_text import Json, JsonObject, compact_json
from reconciler.model.kinds import Kind
from reconciler.model.shape import root_place
from reconciler.schemas import judging_schema, read_schema

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


def document_problems(kind: Kind, document: JsonObject) -> Iterator[Finding]:
    """Yield everything that is wrong with a document of that kind, in canonical spelling.

    Specs of one kind share most of their fields' values, so each value is checked once.
    """
    for field in map(expect_string, expect_list(read_schema(kind.name)["required"])):
        if field not in document:
            yield (field,), f"the spec has no '{field}'.", f"Add '{field}'.", "schema"
    for field, value in document.items():
        if field not in ("id", "version"):  # checked by `fields`, with better messages
            for finding in _field_problems(kind, field, compact_json(value)):
                yield (field, *finding[0]), *finding[1:]


@lru_cache(maxsize=4096)
def _field_problems(kind: Kind, field: str, text: str) -> tuple[Finding, ...]:
    value = json.loads(text)
    return (
        *_schema_findings(kind.name, field, value),
        *field_lints(kind, field, value),
        *embedded_problems(root_place(kind).member(field), value),
    )


def _schema_findings(kind: str, field: str, value: Json) -> Iterator[Finding]:
    validator = _validator(kind, field)
    for error in validator.iter_errors(value) if validator else ():
        pointer = tuple(map(str, error.absolute_path))
        # The service keeps attributes as they are: another type may be intended.
        is_attribute = _ATTRIBUTES in (field, *pointer)[:-1]
        yield pointer, *explained(error, field), "attributes" if is_attribute else "schema"


_ATTRIBUTES = "attributes"


@cache
def _validator(kind: str, field: str) -> Validator | None:
    from jsonschema import Draft202012Validator

    schema = judging_schema(kind)
    part = expect_object(schema["properties"]).get(field)
    if part is None:
        return None
    return Draft202012Validator({**expect_object(part), "$defs": schema["$defs"]})
