"""`plan`: its exit codes, and what it shows as overridden."""

import html
import json
import shlex

import pytest
from builders import one_line
from repos import OLD_SOURCE, REST


@pytest.fixture
def blocked(repo):
    """A repository with a plan that two guards block: it removes a source that dataflows use."""
    repo.edit(f"  - {OLD_SOURCE}\n", "")
    return repo


def test_a_plan_that_apply_would_refuse_fails_with_the_option(blocked):
    assert blocked.run("plan").code == 0
    assert blocked.run("plan", "--detailed-exitcode").code == 2
    run = blocked.run("plan", "--fail-on-refusal", "--detailed-exitcode", "--out", "p.json")
    assert run.code == 3
    assert json.loads((blocked.path / "p.json").read_text())["changes"]
    assert blocked.run("plan", RECONCILER_FAIL_ON_REFUSAL="1").code == 3


def test_a_plan_that_apply_would_accept_does_not_fail(repo):
    assert repo.run("plan", "--fail-on-refusal").code == 0
    assert repo.run("plan", "--fail-on-refusal", "--detailed-exitcode").code == 2


def test_an_override_is_shown_and_the_plan_no_longer_fails(blocked):
    some = blocked.run("plan", "--fail-on-refusal", "--allow-removals")
    assert some.code == 3
    both = ("--allow-removals", "--allow-breaking")
    run = blocked.run("plan", "--fail-on-refusal", *both, "--out", "p.json")
    assert run.code == 0
    for text in (run.out, blocked.run("apply", "--yes", *both).out):
        assert "Blocked" not in text
        assert "allowed by --allow-breaking" in one_line(text)


def test_a_saved_plan_keeps_no_override(blocked):
    blocked.run("plan", "--allow-removals", "--allow-breaking", "--out", "p.json")
    assert blocked.run("apply", "p.json").code == 3


TWO_TARGETS = """\
defaultTarget: a
targets:
  a: {emulator: .reconciler/a.db}
  b: {emulator: .reconciler/b.db}
"""


def test_one_blocked_target_of_several_is_enough(blocked):
    blocked.write("specs/reconciler.yaml", TWO_TARGETS)
    assert blocked.run("plan", "--all-targets", "--fail-on-refusal").code == 3


@pytest.mark.parametrize(
    ("options", "specs"), [((), 2), (("--only", "Rest*"), 1), (("--out", "the plan.json"), 2)]
)
def test_the_command_that_overrides_applies_what_was_planned_and_no_more(blocked, options, specs):
    blocked.write("specs/reconciler.yaml", TWO_TARGETS)
    blocked.edit("category: sources", "category: all", "specs/flowSpecs/generic-streaming-aep.yaml")
    text = blocked.run("plan", "--target", "b", *options).out
    lines = map(str.strip, text.splitlines())
    pull, override = (line for line in lines if line.startswith("reconciler "))
    assert pull == "reconciler pull --target b RestStorageToAEP"
    run = blocked.run(*shlex.split(override)[1:], RECONCILER_YES="1")
    assert (run.code, f"Apply: {specs} of {specs} applied" in run.said) == (0, True)
    assert blocked.run("plan", "--target", "a", "--detailed-exitcode").code == 2


def test_the_command_that_overrides_names_a_folder_that_is_not_the_usual_one(blocked):
    blocked.git("mv", "specs", "our specs")
    text = blocked.run("plan", "--specs", "our specs").out
    assert "\n  reconciler apply --target local --specs 'our specs' --allow-" in text


@pytest.mark.parametrize("folder", ["our specs", "specs/of/flowSpecs", "."])
def test_every_command_that_is_advised_names_a_folder_that_is_not_the_usual_one(blocked, folder):
    if folder == ".":
        for path in (blocked.path / "specs").iterdir():
            blocked.git("mv", f"specs/{path.name}", path.name)
    else:
        (blocked.path / folder).parent.mkdir(parents=True, exist_ok=True)
        blocked.git("mv", "specs", "moved")
        (blocked.path / folder).parent.mkdir(parents=True, exist_ok=True)
        blocked.git("mv", "moved", folder)
    blocked.commit()
    given, options = ("--specs", folder), f"--target local --specs {shlex.quote(folder)}"
    for report in ("text", "markdown", "html"):
        said = html.unescape(blocked.run("plan", *given, "--format", report).out)
        assert f"reconciler pull {options} RestStorageToAEP" in said
        assert f"reconciler apply {options} --allow-" in said
        drift = html.unescape(blocked.run("drift", *given, "--format", report).out)
        assert f"reconciler drift {options} --adopt" in drift
        assert f"reconciler apply {options}" in drift
    refused = blocked.run("apply", "--yes", *given)
    assert f"reconciler pull {options} RestStorageToAEP" in refused.said


@pytest.fixture
def changed_id(repo):
    """A repository in which a commit changed the id and the name of an applied spec."""
    assert repo.run("apply", "--yes").code == 0
    repo.edit(REST, REST.replace("6499", "6498"))
    repo.edit("name: RestStorageToAEP", "name: RestStorage")
    repo.commit()
    return repo


def test_a_mistyped_id_creates_no_second_spec_even_if_the_name_changed_too(changed_id):
    run = changed_id.run("apply", "--yes")
    assert run.code == 3
    assert f"had the id {REST} at the base, and that spec still exists" in one_line(run.out)
    assert f"  id: {REST}\n" in run.out


def test_a_file_may_describe_another_spec_if_it_says_so(changed_id):
    changed_id.edit(
        "name: RestStorage\n", f"name: RestStorage\nx-reconciler: {{others: [{REST}]}}\n"
    )
    assert changed_id.run("plan", "--fail-on-refusal").code == 0


@pytest.mark.parametrize("command", ["plan", "apply --yes", "plan --all-targets", "drift"])
def test_a_schema_that_is_none_is_said_once(repo, command):
    (repo.path / "specs/reconciler.yaml").write_text("targets: {local: {emulator: .reconciler/l}}")
    repo.edit("type: object", "type: bool")
    repo.commit()
    run = repo.run(*command.split())
    said = "rest-storage-to-aep.yaml:17:11: {}: 'bool' is not a type."
    is_error = command != "drift"
    assert run.said.count(said.format("error")) == is_error
    assert run.said.count(said.format("warning")) == 0
    warned = repo.run("validate")
    assert said.format("warning") in warned.said
