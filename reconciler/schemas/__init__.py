"""JSON Schemas as data files: one a kind, and those of the config and the plan file."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from reconciler.model.jsontext import JsonObject, parse_json
from reconciler.model.narrow import as_object

NAMES = ("flowSpec", "connectionSpec", "config", "plan")


def schema_text(name: str) -> str:
    """Return the text of the schema of that name, one of `NAMES`."""
    return files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8")


@cache
def read_schema(name: str) -> JsonObject:
    """Return the schema of that name, one of `NAMES`."""
    return as_object(parse_json(schema_text(name)))
