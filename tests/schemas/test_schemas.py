"""The schemas: every field is explained, every example is valid, nothing is fetched."""

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from reconciler.model.kinds import DIRECTIVES_KEY, KINDS
from reconciler.planning.plan import Action
from reconciler.planning.results import Result
from reconciler.schemas import NAMES, WRITTEN, read_schema

ROOT = Path(__file__).parents[2]


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
    """Return a part with its reference resolved."""
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
        validator = Draft202012Validator({**part, "$defs": root["$defs"]})
        for value in offered:
            assert [error.message for error in validator.iter_errors(value)] == [], path


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


def test_fields_of_both_kinds_are_defined_alike():
    first, second = (read_schema(kind.name)["$defs"] for kind in KINDS)
    for name in ("schema", "permission", "permissions"):
        assert first[name] == second[name]


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_has_an_id_with_its_version(name):
    schema = read_schema(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:reconciler:{name}:v1"


def accepts(name, value):
    return [error.message for error in Draft202012Validator(read_schema(name)).iter_errors(value)]


def test_each_line_of_a_report_conforms_to_its_schema(source):
    assert source.run("apply", "--yes", "--report", "report.jsonl").code == 0
    lines = (source.path / "report.jsonl").read_text().splitlines()
    assert {json.loads(line)["entry"] for line in lines} == {"run", "before", "created", "outcome"}
    for line in map(json.loads, lines):
        assert accepts("report", line) == []
        line.pop("time")
        assert accepts("report", line) != []


def test_the_schema_of_a_report_lists_every_result():
    outcome = read_schema("report")["$defs"]["outcome"]["properties"]
    assert outcome["result"]["enum"] == [result.value for result in Result]
    assert outcome["action"]["enum"] == [action.value for action in Action]


def test_the_json_of_validate_conforms_to_its_schema(repo):
    repo.edit('version: "1.0"', "version: 1.0")
    found = json.loads(repo.run("validate", "--format", "json").out)
    assert found
    assert accepts("problems", found) == []
    assert accepts("problems", [{**found[0], "severity": "fatal"}]) != []


def test_schemas_of_an_older_version_are_updated(repo):
    repo.write("specs/.schemas/flowSpec.json", "{}")
    first = repo.run("schema", "--write")
    assert first.out.splitlines() == [f"~ specs/.schemas/{name}.json" for name in WRITTEN]
    for name in WRITTEN:
        written = (repo.path / f"specs/.schemas/{name}.json").read_text()
        assert written == repo.run("schema", name).out
    assert repo.run("schema", "--write").out.splitlines()[0] == "= specs/.schemas/flowSpec.json"
    assert repo.run("schema", "plan", "--write").code == 1
    assert repo.run("schema", "--write", "--specs", "nowhere").code == 1


def test_the_catalogue_entry_matches_the_files_of_its_kind_and_no_other():
    catalogue = json.loads((ROOT / ".github/schemastore/catalog.json").read_text())["schemas"]
    names = {entry["url"].rpartition("-")[2]: entry["fileMatch"] for entry in catalogue}
    assert set(names) == {f"{name}.json" for name in WRITTEN}
    files = {
        "config.json": "specs/reconciler.yaml",
        "flowSpec.json": "specs/flowSpecs/team/x.yaml",
        "connectionSpec.json": "specs/connectionSpecs/x.yml",
        "policy.json": "specs/policies/x.yaml",
    }
    for schema, file in files.items():
        matching = {
            name
            for name, patterns in names.items()
            if any(PurePosixPath("repo", file).match(p.replace("/**/", "/*/")) for p in patterns)
            or any(PurePosixPath("repo", file).match(p.replace("/**/", "/")) for p in patterns)
        }
        assert matching == {schema}
