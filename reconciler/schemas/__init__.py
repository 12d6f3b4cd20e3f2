"""JSON Schemas as data files: one a kind, and those of the config and of plan files."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from reconciler.model.json_access import expect_object
from reconciler.model.json_text import JsonObject, parse_json

NAMES = ("flowSpec", "connectionSpec", "config", "policy", "plan", "plans")


def schema_text(name: str) -> str:
    """Return the text of the schema of that name, one of `NAMES`."""
    if name == "plans":
        return json.dumps(read_schema(name), indent=2) + "\n"
    return _file_text(name)


@cache
def read_schema(name: str) -> JsonObject:
    """Return the schema of that name, one of `NAMES`."""
    schema = expect_object(parse_json(_file_text(name)))
    if name == "plans":  # the plans in it are of the other schema, which it holds whole
        schema["$defs"] = {"plan": read_schema("plan")}
    return schema


def _file_text(name: str) -> str:
    return files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8")


@cache
def judging_schema(name: str) -> JsonObject:
    """Return a schema as files are judged by it.

    The keywords of an embedded schema are there for editors; whether it is one
    is judged by the draft that it names.
    """
    schema = read_schema(name)
    defined = expect_object(schema.get("$defs", {}))
    if "schema" in defined:
        defined = {**defined, "schema": {"type": ["object", "boolean"]}}
    return {**schema, "$defs": defined}
