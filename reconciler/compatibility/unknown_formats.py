"""Formats of which it is not known whether the service enforces them: jsonschema does not."""

from __future__ import annotations

from collections.abc import Collection

from reconciler.compatibility.validator import SchemaValidator
from reconciler.model.json_text import Json, compact_json
from reconciler.model.schema_refs import schema_parts
from reconciler.model.shape import SCHEMA, Place


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


def without_formats(schema: Json, formats: Collection[str], place: Place = SCHEMA) -> Json:
    """Return a schema that does not name these formats."""
    if isinstance(schema, dict):
        return {
            key: without_formats(value, formats, place.member(key))
            for key, value in schema.items()
            if not (place.schema and key == "format" and value in formats)
        }
    if isinstance(schema, list):
        return [without_formats(item, formats, place.element()) for item in schema]
    return schema
