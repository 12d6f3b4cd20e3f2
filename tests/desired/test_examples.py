"""Examples in a spec file test its schemas: a failing one is an error at its line."""

import pytest
from repos import REST_FILE

from reconciler.desired.parsed_file import parse_spec
from reconciler.desired.spec_file import read_every_spec
from reconciler.model.errors import Severity
from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC, Kind
from reconciler.model.problems import Problem

HEAD = "id: 11111111-2222-3333-4444-555555555555\nname: R\nproviderId: p\n"
FIELDS = """\
scheduleSpec: {name: s, spec: {required: [interval], properties: {interval: {minimum: 15}}}}
transformationSpecs: [{name: a/b, spec: {required: [id]}}, {name: c, spec: {maxProperties: 0}}]
x-reconciler:
  examples:
"""
FIRST = 8


def problems(text: str, kind: Kind = FLOW_SPEC, known: list[str] | None = None) -> list[Problem]:
    return list(read_every_spec(parse_spec(text.encode(), "f.yaml", kind), known).problems)


def reported(examples: str) -> list[str]:
    lines = "".join(f"    {line}\n" for line in examples.splitlines())
    return [f"{one.line - FIRST + 1}:{one.column} {one}" for one in problems(HEAD + FIELDS + lines)]


@pytest.mark.parametrize(
    "examples",
    [
        "scheduleSpec: {accepts: [{interval: 15}], refuses: [{interval: 14}, {}]}",
        "scheduleSpec:\n  refuses:\n    - interval: 1\n",
        "/scheduleSpec/spec: {accepts: [{interval: 15}]}",
        "scheduleSpec/spec/properties/interval: {accepts: [15], refuses: [14]}",
        "transformationSpecs/a~1b: {accepts: [{id: 1}], refuses: [{}]}",
        "/transformationSpecs/c: {accepts: [{}], refuses: [{id: 1}]}",
        "scheduleSpec: {}",
    ],
)
def test_valid_examples_are_no_problem(examples):
    assert reported(examples) == []


@pytest.mark.parametrize(
    ("examples", "place", "message"),
    [
        (
            "scheduleSpec:\n  accepts:\n    - {interval: 15}\n    - {interval: 5}\n",
            "4:11",
            "scheduleSpec rejects this, but must accept it: interval must be at least 15.",
        ),
        (
            "scheduleSpec: {refuses: [{interval: 15}]}",
            "1:30",
            "scheduleSpec accepts this, but must reject it.",
        ),
        (
            "transformationSpecs/a~1b: {accepts: [{}]}",
            "1:42",
            "of transformationSpecs/a~1b rejects this, but must accept it: id is missing",
        ),
        ("shceduleSpec: {}", "1:5", "no embedded schema at shceduleSpec"),
        ("transformationSpecs/d: {}", "1:5", "no embedded schema at transformationSpecs/d"),
        ("transformationSpecs: {}", "1:5", "no embedded schema at transformationSpecs"),
        ("a~b: {}", "1:5", "no embedded schema at a~b"),
        ("scheduleSpec: []", "1:19", "expected a mapping: {accepts"),
        ("scheduleSpec: {accept: []}", "1:20", "unknown key 'accept'. Did you mean 'accepts'?"),
        ("scheduleSpec: {accepts: {}}", "1:29", "'accepts' must be a list"),
        ("[]", "1:5", "'examples' must be a mapping"),
    ],
)
def test_an_example_that_fails_is_an_error_at_its_line_with_the_reason(examples, place, message):
    (line,) = reported(examples)
    assert line.startswith(f"{place} f.yaml")
    assert ": error: " in line
    assert message in line


def test_formats_are_enforced():
    text = (
        "authSpec:\n  - name: a\n    spec: {properties: {until: {format: date}}}\n"
        "x-reconciler:\n  examples:\n    authSpec/a:\n"
        "      accepts: [{until: '2024-02-29'}]\n      refuses: [{until: '2024-02-30'}]\n"
    )
    assert problems(HEAD + text, CONNECTION_SPEC) == []


def test_an_unsupported_schema_is_reported_once():
    text = (
        "runSpec: {spec: {$ref: '#/definitions/no'}}\n"
        "x-reconciler: {examples: {runSpec: {accepts: [1, 2]}}}\n"
    )
    (problem,) = problems(HEAD + text)
    assert "examples of runSpec cannot be checked" in problem.message
    assert "is not found within it" in problem.message


def test_examples_are_checked_for_every_target_that_has_the_schema():
    text = HEAD + (
        "scheduleSpec: {spec: {properties: {interval: {minimum: 15}}}}\n"
        "x-reconciler:\n"
        "  examples: {scheduleSpec: {refuses: [{interval: 14}]}}\n"
        "  targets:\n"
        "    loose: {scheduleSpec: {spec: {properties: {interval: {minimum: 1}}}}}\n"
        "    none: {scheduleSpec: null}\n"
    )
    (problem,) = problems(text, known=["loose", "none", "prod"])
    assert (problem.line, problem.check) == (6, "example")
    assert problem.message.startswith(
        "for the target loose: the schema of scheduleSpec accepts this"
    )


def test_a_plan_is_not_made_with_a_failing_example(repo):
    repo.edit(
        "attributes:\n",
        "x-reconciler:\n  examples:\n    scheduleSpec:\n      accepts:\n"
        "        - {frequency: minute, startTime: 0, interval: 5}\nattributes:\n",
    )
    run = repo.run("plan")
    assert run.code == 1
    assert f"{REST_FILE}:97:11: error: the schema of scheduleSpec rejects this" in run.err
    assert "interval must be at least 15" in run.err
    assert run.err.count(str(Severity.ERROR)) == 1
