"""Formats of which it is not known whether the service enforces them: jsonschema does not."""

from __future__ import annotations

from collections.abc import Collection

from reconciler.compatibility.keywords import rewritten
from reconciler.compatibility.validator import SchemaValidator
from reconciler.model.json_text import Json, JsonObject, compact_json
from reconciler.model.schema_refs import schema_parts


def new_formats(before: SchemaValidator, after: SchemaValidator) -> list[str]:
    """Return the formats of a schema that are not enforced, if they are not what they were."""
    old, new = (_unenforced(validator) for validator in (before, after))
    if old == new:
        return []
    return sorted({name for _, name in new - old}) or sorted({name for _, name in new})


def _unenforced(validator: SchemaValidator) -> set[tuple[str, str]]:
    """Return each part of a schema that names such a format, as text, with the format."""
    return {
        (compact_json(part), name)
        for part in schema_parts(validator.schema)
        if isinstance(name := part.get("format"), str) and not validator.enforces(name)
    }


def without_formats(schema: Json, formats: Collection[str]) -> Json:
    """Return a schema that does not name these formats."""

    def change(words: JsonObject) -> JsonObject:
        return {
            key: value for key, value in words.items() if key != "format" or value not in formats
        }

    return rewritten(schema, change)
