"""Policy files are checked, tested by their own examples, and applied to spec files."""

import json

import pytest
from repos import REST_FILE

from reconciler.desired.parsed_file import parse_spec
from reconciler.desired.policies import PolicyFile, policy_problems, read_policies
from reconciler.desired.spec_file import read_every_spec
from reconciler.model.kinds import FLOW_SPEC

FILE = "specs/policies/p.yaml"
HEAD = "name: quarter-hours\nmessage: Every 15 minutes at most.\n"
QUARTER_HOURS = HEAD + (
    "select: {kind: flowSpec, target: local, pointer: /body/scheduleSpec/spec, settings: true}\n"
    "schema:\n"
    "  if: {properties: {frequency: {const: minute}}}\n"
    "  then: {properties: {interval: {minimum: 15}}}\n"
    "accepts:\n  - {frequency: minute, interval: 15}\n  - {frequency: hour, interval: 1}\n"
    "refuses:\n  - {frequency: minute, interval: 14}\n"
)
SPEC = "id: 11111111-2222-3333-4444-555555555555\nname: R\nproviderId: p\nversion: '1'\n"


def read(text: str, known: list[str] | None = None) -> PolicyFile:
    (file,) = read_policies({FILE: text.encode()}, known)
    return file


def reported(text: str) -> list[str]:
    return [str(problem).removeprefix(f"{FILE}:") for problem in read(text, ["local"]).problems]


def test_a_policy_is_read_with_what_it_selects():
    file = read(QUARTER_HOURS, ["local", "prod"])
    assert file.problems == []
    policy = file.policy
    assert (policy.name, policy.severity, policy.file) == ("quarter-hours", "error", FILE)
    assert (policy.kinds, policy.targets, policy.names) == (("flowSpec",), ("local",), ())
    assert (policy.pointer, policy.of_settings) == (("body", "scheduleSpec", "spec"), True)
    file = read(
        HEAD + "severity: warning\nselect: {name: [a, b], kind: [flowSpec]}\nschema: true\n"
    )
    assert (file.policy.names, file.policy.pointer, file.policy.severity) == (
        ("a", "b"),
        (),
        "warning",
    )


BAD = {
    "an empty file": ("", "1:1: error: the document has no 'name', 'message', 'schema'"),
    "a list": ("- x\n", "1:1: error: expected an object, got a list"),
    "no YAML": ("a: [\n", "1:4: error: the [ opened here is never closed"),
    "not UTF-8": ("a: \udce9\n", "1:4: error: the file is not UTF-8"),
    "no schema": (HEAD, "1:1: error: the document has no 'schema'"),
    "an unknown entry": (
        HEAD + "schmea: {}\nschema: {}\n",
        "3:1: error: unknown entry 'schmea'",
    ),
    "an unknown selector": (
        HEAD + "schema: {}\nselect: {kinds: x}\n",
        "4:10: error: unknown entry 'kinds'. Did you mean 'kind'?",
    ),
    "a kind that is none": (
        HEAD + "schema: {}\nselect: {kind: flow}\n",
        "4:16: error: 'kind' is nothing that can be selected by. It is flowSpec or",
    ),
    "a target that is none": (
        HEAD + "schema: {}\nselect: {target: locla}\n",
        "4:18: error: target locla not found in reconciler.yaml. Did you mean 'local'?",
    ),
    "a severity that is none": (
        HEAD + "schema: {}\nseverity: fatal\n",
        "4:11: error: 'severity' must be one of error, warning",
    ),
    "a name for no report": (HEAD.replace("quarter-", "quarter "), "1:7: error: 'name'"),
    "a pointer that is none": (
        HEAD + "schema: {}\nselect: {pointer: body}\n",
        "4:19: error: a JSON Pointer begins with '/'",
    ),
    "settings of what is no schema": (
        HEAD + "schema: {}\nselect: {pointer: /body/attributes, settings: true}\n",
        "4:19: error: settings: true needs a pointer to an embedded schema",
    ),
    "settings of another kind's schema": (
        HEAD + "schema: {}\nselect: {kind: connectionSpec, pointer: /body/runSpec/spec, "
        "settings: true}\n",
        "4:41: error: settings: true needs a pointer to an embedded schema",
    ),
    "a schema that is none": (
        HEAD + "schema: {type: objekt}\n",
        "3:16: error: 'objekt' is not a type",
    ),
    "a schema that leads out": (
        HEAD + "schema: {$ref: 'http://example.org'}\n",
        "3:16: error: the reference http://example.org points outside",
    ),
    "a schema with an unresolved reference": (
        HEAD + "schema: {$ref: '#/definitions/x'}\n",
        "3:9: error: cannot be evaluated: its reference /definitions/x is not found",
    ),
    "an example that it refuses": (
        HEAD + "schema: {minimum: 15}\naccepts: [15, 14]\n",
        "4:15: error: the policy must accept this and refuses it: the value must be at least 15",
    ),
    "an example that it accepts": (
        HEAD + "schema: {minimum: 15}\nrefuses: [15]\n",
        "4:11: error: the policy must refuse this and accepts it",
    ),
    "examples that are no list": (
        HEAD + "schema: {}\naccepts: 1\n",
        "4:10: error: expected a list, got a number",
    ),
}


@pytest.mark.parametrize(("text", "expected"), BAD.values(), ids=BAD)
def test_a_bad_policy_is_an_error_at_its_line(text, expected):
    (file,) = read_policies({FILE: text.encode("utf-8", "surrogateescape")}, ["local"])
    assert file.policy is None
    assert any(str(one).startswith(f"{FILE}:{expected}") for one in file.problems), file.problems


def test_two_policies_of_one_name_are_an_error_at_the_second():
    first, second = read_policies(
        {"specs/policies/b.yaml": QUARTER_HOURS.encode(), FILE: QUARTER_HOURS.encode()}, None
    )
    assert (first.problems, second.policy) == ([], None)
    (problem,) = second.problems
    assert str(problem).startswith(f"{FILE}:1:7: error: the policy in specs/policies/b.yaml")


def test_mistakes_in_the_schema_of_a_policy_are_warnings():
    (line,) = reported(HEAD + "schema: {requierd: [x]}\n")
    assert line.startswith("3:10: warning: 'requierd' is not a JSON Schema keyword")
    assert line.endswith("Did you mean 'required'?")


@pytest.mark.parametrize(
    ("select", "place"),
    [
        ("{kind: connectionSpec}", "4:1"),
        ("{name: S*}", "4:1"),
        ("{name: R, pointer: /body/scheduleSpec}", "4:19"),
    ],
)
def test_a_policy_that_selects_nothing_is_a_warning_unless_silenced(select, place):
    spec = read_every_spec(parse_spec(SPEC.encode(), "f.yaml", FLOW_SPEC), ["local"])
    text = HEAD + f"schema: {{}}\nselect: {select}"
    (problem,) = policy_problems([read(text + "\n")], [spec])
    assert str(problem).startswith(f"{FILE}:{place}: warning: ")
    assert problem.check == "policy-idle"
    assert [*policy_problems([read(text + "  # reconciler: ignore[policy-idle]\n")], [spec])] == []
    assert [*policy_problems([read(text + "\n")], None)] == []
    text = f"{HEAD}schema: {{}}  # reconciler: ignore[policy-idle]\n"
    (problem,) = policy_problems([read(text)], [spec])
    assert problem.check == "unused-silence"


def test_an_unused_policy_is_not_reported_if_a_spec_is_invalid():
    broken = read_every_spec(parse_spec(b"- x\n", "f.yaml", FLOW_SPEC), ["local"])
    untold = read_every_spec(parse_spec(SPEC.encode(), "f.yaml", FLOW_SPEC), None)
    file = read(HEAD + "schema: {}\nselect: {name: S*, target: local}\n")
    assert [*policy_problems([file], [broken])] == []
    assert [*policy_problems([file], [untold])] == []


def test_validate_reports_a_violated_policy_at_its_line(repo):
    repo.write(FILE, QUARTER_HOURS)
    assert repo.run("validate").code == 0
    repo.edit("minimum: 15", "minimum: 5")
    lines = (repo.path / REST_FILE).read_text().splitlines()
    number = lines.index("scheduleSpec:") + 4
    assert lines[number - 1] == "  spec:"
    for named in ([], [REST_FILE], ["specs/flowSpecs"]):
        run = repo.run("validate", *named)
        assert run.code == 1
        assert f"{REST_FILE}:{number}:3: error: violates policy quarter-hours: " in run.out
        assert "interval must be at least 15. Every 15 minutes at most. [policy]" in run.out
        assert f"the policy is in {FILE}" in run.out
    assert repo.run("validate", FILE).code == 0
    assert repo.run("validate", "specs/policies").code == 0


def test_a_violated_policy_refuses_the_plan_before_the_first_write(repo):
    repo.write(FILE, QUARTER_HOURS)
    repo.edit("minimum: 15", "minimum: 5")
    plan = repo.run("plan", "--format", "json", "--out", "plan.json").plan
    (changed,) = [spec for spec in plan["changes"] if spec["refused"]]
    (refusal,) = changed["refused"]
    assert (refusal["guard"], refusal["allowedBy"]) == ("policy", "")
    assert refusal["paths"] == ["/scheduleSpec/spec"]
    assert f"{REST_FILE}:" in refusal["message"]
    (repo.path / FILE).unlink()
    for arguments in (["plan.json"], ["plan.json", "--allow-removals", "--allow-breaking"]):
        run = repo.run("apply", "--yes", *arguments)
        assert run.code == 3
        assert "policy: RestStorageToAEP: violates policy quarter-hours" in run.err
    assert json.loads((repo.path / "plan.json").read_text())["digest"] == plan["digest"]
    assert repo.run("apply", "--yes").code == 0


def test_missing_entries_are_one_error_of_a_plan(repo):
    repo.write(FILE, "severity: error\n")
    run = repo.run("plan")
    assert run.code == 1
    assert run.err.count("has no") == 1
    assert f"{FILE}:1:1: error: the document has no 'name', 'message', 'schema'." in run.err


def test_errors_in_policies_and_specs_are_reported_in_one_run(repo):
    repo.write(FILE, HEAD)
    repo.edit('version: "1.0"', "version: 1.0")
    run = repo.run("plan")
    assert run.code == 1
    assert f"{FILE}:1:1: error: the document has no 'schema'" in run.err
    assert f"{REST_FILE}:7:10: error: version must be a string" in run.err


def test_a_rollback_that_violates_a_policy_warns_and_is_applied(repo):
    repo.run("apply", "--yes")
    repo.edit("minimum: 15", "minimum: 20")
    assert repo.run("apply", "--yes", "--report", "report.jsonl").code == 0
    repo.write(FILE, QUARTER_HOURS.replace("14", "19").replace("15", "20"))
    run = repo.run("rollback", "report.jsonl", "--yes")
    assert run.code == 0
    assert f"{REST_FILE}: violates policy quarter-hours" in " ".join(run.out.split())
