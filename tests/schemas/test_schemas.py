"""What an editor is told: every field is explained, every example is right, nothing is fetched."""

from collections.abc import Iterator

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from reconciler.model.kinds import DIRECTIVES_KEY, KINDS
from reconciler.schemas import read_schema

WRITTEN = ("flowSpec", "connectionSpec", "config", "policy")
"""The schemas of files that people write."""


def parts(schema, path="#") -> Iterator[tuple[str, dict]]:
    """Every schema in a schema, itself included, with its path."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for keyword in ("properties", "$defs"):
        for name, below in schema.get(keyword, {}).items():
            yield from parts(below, f"{path}/{keyword}/{name}")
    for keyword in ("items", "additionalProperties", "propertyNames"):
        yield from parts(schema.get(keyword), f"{path}/{keyword}")
    for index, below in enumerate(schema.get("anyOf", ())):
        yield from parts(below, f"{path}/anyOf/{index}")


def resolved(root: dict, part: dict) -> dict:
    """A part with what its reference leads to."""
    if "$ref" not in part:
        return part
    target = root
    for token in part["$ref"].removeprefix("#/").split("/"):
        target = target[token]
    return {**resolved(root, target), **part}


@pytest.mark.parametrize("name", WRITTEN)
def test_every_field_has_a_title_and_is_explained(name):
    root = read_schema(name)
    fields = [
        (f"{path}/properties/{field}", resolved(root, value))
        for path, part in parts(root)
        if "/anyOf/" not in path  # a condition on fields, not their place
        for field, value in part.get("properties", {}).items()
        if isinstance(value, dict)
    ]
    assert len(fields) > 10
    assert [path for path, value in fields if not value.get("description")] == []
    assert [path for path, value in fields if not value.get("title")] == []


@pytest.mark.parametrize("name", WRITTEN)
def test_every_example_and_default_is_one_that_its_own_schema_accepts(name):
    root = read_schema(name)
    for path, part in parts(root):
        offered = [*part.get("examples", ()), *([part["default"]] if "default" in part else ())]
        judge = Draft202012Validator({**part, "$defs": root["$defs"]})
        for value in offered:
            assert [error.message for error in judge.iter_errors(value)] == [], path


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_examples_of_embedded_schemas_are_schemas_of_their_draft(kind):
    root = read_schema(kind.name)
    places = [part for _, part in parts(root) if part.get("$ref") == "#/$defs/schema"]
    shown = [example for part in places for example in part.get("examples", [])]
    assert shown
    for example in shown:
        Draft7Validator.check_schema(example)


@pytest.mark.parametrize("name", WRITTEN)
def test_nothing_is_fetched(name):
    references = {part["$ref"] for _, part in parts(read_schema(name)) if "$ref" in part}
    assert references
    assert all(reference.startswith("#/$defs/") for reference in references)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_an_editor_knows_every_field_and_every_keyword_of_draft_7(kind):
    root = read_schema(kind.name)
    assert set(root["properties"]) >= {*kind.fields, DIRECTIVES_KEY}
    assert set(root["$defs"]["schema"]["properties"]) >= set(
        Draft7Validator.META_SCHEMA["properties"]
    )


def test_what_both_kinds_define_is_defined_alike():
    first, second = (read_schema(kind.name)["$defs"] for kind in KINDS)
    for name in ("schema", "permission", "permissions"):
        assert first[name] == second[name]
