"""JSON Schemas as data files: of the files that users write, and of the output for programs.

Each has an `$id` with its version, `urn:reconciler:NAME:v1`; what breaks a reader gets a new one.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from reconciler.model.json_access import expect_object
from reconciler.model.json_text import JsonObject, parse_json
from reconciler.model.kinds import DIRECTIVES_KEY, KINDS, SERVER_MANAGED, Kind

DIALECT = "https://json-schema.org/draft/2020-12/schema"
"""What they are all written in."""
WRITTEN = (*(kind.name for kind in KINDS), "config", "policy")
"""The schemas of files that users write, which editors use."""
NAMES = (*WRITTEN, "plan", "plans", "report", "problems")
_WITH_PLAN = ("plans", "report")
"""Those that refer to the schema of a plan, and hold it whole."""


def schema_text(name: str) -> str:
    """Return the text of the schema of that name, one of `NAMES`."""
    if name in _WITH_PLAN:
        return json.dumps(read_schema(name), indent=2) + "\n"
    return _file_text(name)


@cache
def read_schema(name: str) -> JsonObject:
    """Return the schema of that name, one of `NAMES`."""
    schema = expect_object(parse_json(_file_text(name)))
    if name in _WITH_PLAN:
        schema["$defs"] = {**expect_object(schema.get("$defs", {})), "plan": read_schema("plan")}
    return schema


def _file_text(name: str) -> str:
    file = files(__name__).joinpath(f"{name}.json")
    kind = next((kind for kind in KINDS if kind.name == name), None)
    if kind is not None and not file.is_file():
        return json.dumps(_schema_of_kind(kind), indent=2) + "\n"
    return file.read_text(encoding="utf-8")


def _schema_of_kind(kind: Kind) -> JsonObject:
    """Return the schema of a kind that has no file here: its fields, of any type."""
    known: JsonObject = {field: {} for field in (*kind.fields, *SERVER_MANAGED)}
    strings: JsonObject = {field: {"type": "string"} for field in ("id", "name", "version")}
    return {
        "$schema": DIALECT,
        "$id": f"urn:reconciler:{kind.name}:v1",
        "title": kind.name,
        "type": "object",
        "required": ["name"],
        "properties": {**known, **strings, DIRECTIVES_KEY: {"type": "object"}},
    }


@cache
def validation_schema(name: str) -> JsonObject:
    """Return a schema as used for validating files.

    The keywords of an embedded schema are there for editors; whether it is one
    is validated by the draft that it names.
    """
    schema = read_schema(name)
    defined = expect_object(schema.get("$defs", {}))
    if "schema" in defined:
        defined = {**defined, "schema": {"type": ["object", "boolean"]}}
    return {**schema, "$defs": defined}
