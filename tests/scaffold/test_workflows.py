"""The workflow files: permissions, pinned actions, and the values that `init` fills in."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from reconciler import scaffold
from reconciler.scaffold.source import InstallSource

ROOT = Path(__file__).parents[2]
COMMIT = "1234567890123456789012345678901234567890"
EVERY = pytest.mark.parametrize("name", scaffold.WORKFLOWS)
WRITES = {
    ("plan.yml", "plan"): {"pull-requests"},
    ("apply.yml", "apply"): {"contents"},
    ("apply.yml", "ids"): {"contents", "pull-requests"},
    ("drift.yml", "drift"): {"issues"},
}


def parsed(name, **filled):
    return YAML(typ="safe").load(scaffold.workflow_text(name, **filled))


def pins(text):
    return dict(re.findall(r"uses: (actions/[\w-]+)@(\S+ # \S+)$", text, re.MULTILINE))


@EVERY
def test_a_job_has_only_the_permissions_that_it_needs(name):
    workflow = parsed(name)
    assert workflow["permissions"] == {}
    for job, declared in workflow["jobs"].items():
        writes = {what for what, how in declared["permissions"].items() if how == "write"}
        assert writes == WRITES.get((name, job), set()), job
        assert set(declared["permissions"]) <= writes | {"contents"}


@EVERY
def test_no_shell_command_contains_an_expression(name):
    for job in parsed(name)["jobs"].values():
        assert [step for step in job["steps"] if "${{" in step.get("run", "")] == []


@EVERY
def test_every_action_is_pinned_and_one_action_has_one_pin_everywhere(name):
    text = scaffold.workflow_text(name)
    used = re.findall(r"uses: (\S+)", text)
    assert used
    assert [use for use in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", use)] == []
    others = [*(ROOT / ".github").rglob("*.yml"), *(ROOT / "reconciler/scaffold").rglob("*.yml")]
    for other in others:
        theirs = pins(other.read_text())
        assert {
            action: pin for action, pin in pins(text).items() if theirs.get(action, pin) != pin
        } == {}


@EVERY
def test_init_fills_in_every_value_that_needs_an_edit(name):
    source = InstallSource("https://github.com/octo/reconciler", COMMIT)
    action = f"octo/reconciler/.github/actions/reconciler@{COMMIT}"
    text = scaffold.workflow_text(name, source=source, target="stage-2", branch="trunk")
    code = "\n".join(line.partition("#")[0] for line in text.splitlines())
    assert "OWNER" not in code
    assert not re.search(r"\bprod\b|\bmain\b", code)
    assert f"uses: {action}\n" in text
    assert parsed(name, target="stage-2")["env"]["RECONCILER_TARGET"] == "stage-2"


def test_a_target_s_runs_queue_and_are_never_cancelled():
    workflow = parsed("apply.yml", target="stage")
    assert workflow["concurrency"] == {
        "group": "reconciler-apply-stage",
        "cancel-in-progress": False,
        "queue": "max",
    }
    assert parsed("drift.yml", target="stage")["concurrency"] == workflow["concurrency"]
    assert workflow["jobs"]["apply"]["environment"] == "stage"
