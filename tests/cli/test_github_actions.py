"""Annotations, outputs and summaries for GitHub Actions."""

import json
import subprocess

import pytest
from builders import TARGET, flow_spec, plan_of, spec
from msgspec.structs import replace
from repos import COMMAND, NEW_SOURCE, OLD_SOURCE, REST, REST_FILE
from workflows.runner import outputs_in

from reconciler.cli.ci import announce_plans
from reconciler.emulator.store import Store
from reconciler.planning.multi_plan import Failure, Plans
from reconciler.planning.refusal import Guard, Refusal

BAD = "specs/flowSpecs/bad.yaml"


@pytest.fixture
def step(repo, tmp_path):
    """Run a command as a step; return its result, its outputs and its summary."""
    given = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(repo.path),
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": "octo/specs",
        "GITHUB_RUN_ID": "7",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }

    def run(*args, **more):
        for name in ("output", "summary"):
            (tmp_path / name).write_text("")
        done = repo.run(*args, **{**given, **more})
        outputs = outputs_in((tmp_path / "output").read_text())
        return done, outputs, (tmp_path / "summary").read_text()

    return run


def change_live(repo, **fields):
    store = Store(repo.path / ".reconciler" / "local.db")
    document = store.get("flowSpecs", REST).document
    store.put("flowSpecs", REST, {**document, **fields})
    store.close()


def test_outside_of_github_actions_nothing_is_annotated(step):
    done, outputs, summary = step("plan", GITHUB_ACTIONS="")
    assert (outputs, summary) == ({}, "")
    assert done.err == ""


def test_problems_are_shown_at_their_lines_and_in_the_summary(repo, step):
    repo.write(BAD, "name: R\nproviderId: <p>\n")
    done, outputs, summary = step("validate")
    assert f"::error file={BAD},line=1,col=1,title=reconciler id::" in done.out
    assert outputs == {"summary": "Checked 4 files: 1 error."}
    assert summary.startswith("### Checked 4 files: 1 error.\n")
    assert f"- `{BAD}:1:1` **error**: " in summary


def test_machine_readable_reports_contain_no_annotations(repo, step):
    repo.write(BAD, "name: R\nproviderId: p\n")
    for report in ("json", "junit"):
        done, _, _ = step("validate", "--format", report)
        assert "::error" not in done.out
        assert f"::error file={BAD}" in done.err
    done, _, _ = step("validate", "--format", "github")
    assert done.out.count("::error") == 1
    assert "::error" not in done.err


def test_errors_in_files_are_annotated_at_their_lines_when_a_plan_fails(repo, step):
    repo.write(BAD, "name: R\nproviderId: p\n")
    done, outputs, _ = step("plan")
    assert done.code == 1
    assert f"::error file={BAD},line=1," in done.err
    assert outputs == {}
    done, _, _ = step("plan", "--specs", "nowhere")
    assert done.err.splitlines()[-1].startswith("::error title=reconciler::")


@pytest.mark.parametrize("workspace", ["repo", ".", "link/repo", "elsewhere"])
def test_files_are_named_from_the_repository_s_root(repo, tmp_path, workspace):
    (tmp_path / "link").symlink_to(tmp_path)
    (repo.path / "sub").mkdir()
    repo.git("mv", "specs", "sub/specs")
    repo.write(f"sub/{BAD}", "name: R\nproviderId: p\n")
    workspace = str(tmp_path / workspace)
    done = repo.run("validate", cwd="sub", GITHUB_ACTIONS="true", GITHUB_WORKSPACE=workspace)
    assert f"::error file=sub/{BAD}," in done.out


def test_a_plan_sets_outputs_and_the_summary(repo, step):
    done, outputs, summary = step("plan", "--out", "plan.json")
    assert outputs == {
        "has-changes": "true",
        "plan-file": "plan.json",
        "summary": "1 spec to write on local. 0 to create, 1 to update, 1 unchanged. "
        "1 change (1 of unknown origin).",
    }
    assert NEW_SOURCE in summary
    assert "::" not in done.out.replace("emulator:", "")
    repo.run("apply", "--yes")
    _, outputs, summary = step("plan")
    assert outputs["has-changes"] == "false"
    assert outputs["plan-file"] == ""
    assert "No changes" in summary


def test_a_refusal_is_annotated_at_its_line(repo, step):
    repo.edit("transformationSpecs:", "transformationSpec:")
    change_live(repo, sourceConnectionSpecIds=[OLD_SOURCE, "theirs"])
    lines = (repo.path / REST_FILE).read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if OLD_SOURCE in text)
    done, _, _ = step("plan")
    assert f"::error file={REST_FILE},line={line},col=3,title=" in done.out
    done, _, _ = step("plan", "--format", "json")
    assert json.loads(done.out)["format"] == "reconciler.plan/v1"
    assert f"::error file={REST_FILE},line={line}," in done.err

    document = {"name": "Mapping", "spec": {"type": "object"}, "theirs": 1}
    change_live(repo, sourceConnectionSpecIds=[OLD_SOURCE], transformationSpecs=[document])
    line = next(number for number, text in enumerate(lines, 1) if "name: Mapping" in text)
    done, _, _ = step("plan")
    assert f"::error file={REST_FILE},line={line}," in done.out


def test_a_breaking_change_is_a_warning_at_the_schema(repo, step):
    repo.edit("minimum: 15", "minimum: 60")
    lines = (repo.path / REST_FILE).read_text().splitlines()
    line = lines.index("scheduleSpec:") + 2
    done, _, _ = step("plan", "--no-impact")
    (warning,) = [text for text in done.out.splitlines() if "a breaking change" in text]
    assert warning.startswith(f"::warning file={REST_FILE},line=")
    assert line <= int(warning.partition("line=")[2].partition(",")[0]) <= line + 3
    assert "interval must be at least 60" in warning


def test_the_summary_lists_what_was_applied_and_what_was_not(repo, step):
    _, _, summary = step("apply", "--yes")
    assert "### What was applied" in summary
    assert "1 of 1 applied and verified" in summary
    repo.edit(f"  - {NEW_SOURCE}\n", "")
    repo.run("plan", "--out", "plan.json")
    change_live(repo, version="9")
    done, _, summary = step("apply", "plan.json", "--allow-removals")
    assert done.code == 3
    assert "::error file=" + REST_FILE in done.err
    assert "title=reconciler%3A stale::RestStorageToAEP: " in done.err
    assert "RestStorageToAEP" in summary


def test_a_problem_without_a_line_is_annotated_without_one(capfd, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    protected = plan_of(spec(flow_spec(version="2.0"), protect=True), flow_spec())
    limit = Refusal(Guard.LIMIT, (), "too many at once", "")
    failure = Failure(TARGET, "GET /flowSpecs: 503")
    announce_plans(Plans((replace(protected, refusals=(limit,)), failure)), "json")
    said = capfd.readouterr()
    assert said.out == ""
    whole, file, failed = said.err.splitlines()
    assert whole == "::error title=reconciler%3A blocked by limit::too many at once"
    assert file.startswith(f"::error file={protected.specs[0].file},line=1,col=1,title=")
    assert failed == "::error title=reconciler%3A no plan for local::GET /flowSpecs: 503"


def test_content_is_unchanged_in_a_file_and_no_command_in_the_log(repo, step):
    repo.edit("name: RestStorageToAEP", 'name: "##[add-mask]e"')
    done, _, _ = step("plan", "--format", "json")
    assert "##[" not in done.out
    logged = json.loads(done.out)
    with (repo.path / "plan.json").open("wb") as opened:
        subprocess.run(
            [COMMAND, "plan", "--format", "json"],
            cwd=repo.path,
            env={**repo.environ, "GITHUB_ACTIONS": "true"},
            stdout=opened,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    text = (repo.path / "plan.json").read_text()
    assert "##[add-mask]e" in text
    assert json.loads(text)["changes"] == logged["changes"]
