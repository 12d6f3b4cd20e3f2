"""The GitLab template: its rules, and its jobs run in a shell as a runner does."""

import json
import os
import shutil
import subprocess
import sys
from importlib.resources import files
from xml.etree import ElementTree

import pytest
from github.gitlab_stand_in import GitLabStandIn
from repos import ACME, ACME_FILE, NEW_SOURCE, OLD_SOURCE
from ruamel.yaml import YAML
from workflows.gitlab_rules import jobs_of
from workflows.runner import SYSTEM
from workflows.scene import APPLIED, NO_COMMIT, SECRETS

MINE = "11111111-2222-3333-4444-555555555555"
LAST_ID = f"  - {NEW_SOURCE}\n"
PIPELINE = YAML(typ="safe").load(files("reconciler.scaffold").joinpath("gitlab-ci.yml").read_text())


@pytest.fixture
def source(tmp_path):
    """A substitute for this repository, with a setup that links the installed command."""
    folder = tmp_path / "reconciler"
    (folder / ".ci").mkdir(parents=True)
    (folder / ".ci" / "setup").write_text(
        f'cd "$(dirname "$0")/.." && ln -s "{sys.prefix}" .venv\n'
    )
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for arguments in (
        ["init", "--quiet", "--initial-branch=main"],
        ["config", "uploadpack.allowAnySHA1InWant", "true"],
        ["add", "--all"],
        [*identity, "commit", "--quiet", "--message", "a commit"],
    ):
        subprocess.run(["git", "-C", folder, *arguments], check=True)
    return folder


@pytest.fixture
def run(scene, source, tmp_path):
    """Run a job of the template in a clone of main or a branch; return the completed process."""
    runs = iter(range(100))

    def job(name, branch="main", needs=None, **variables):
        declared = PIPELINE[name]
        hidden = PIPELINE[declared["extends"]]
        clone = tmp_path / f"job-{next(runs)}"
        subprocess.run(
            ["git", "clone", "--quiet", f"--branch={branch}", f"file://{scene.origin}", clone],
            check=True,
        )
        head = subprocess.run(
            ["git", "-C", source, "rev-parse", "HEAD"], capture_output=True, check=True, text=True
        )
        environ = {
            "GITLAB_CI": "true",
            "HOME": str(scene.runner.home),
            "PATH": SYSTEM,
            "CI_PROJECT_DIR": str(clone),
            "CI_PROJECT_URL": str(scene.origin).removesuffix(".git"),
            **{key: value for key, value in os.environ.items() if key.startswith("COVERAGE")},
            **PIPELINE["variables"],
            "RECONCILER_REPOSITORY": f"file://{source}",
            "RECONCILER_COMMIT": head.stdout.strip(),
            "CI_COMMIT_SHA": scene.on_origin(f"refs/heads/{branch}"),
            "CI_DEFAULT_BRANCH": "main",
            "CI_JOB_NAME": name,
            **variables,
        }
        if needs is not None:
            assert set(declared["needs"]) <= set(PIPELINE)
            for file in ("plan.json", "plan.html"):
                shutil.copy(needs / file, clone)
        script = "\n".join([*hidden["before_script"], *declared["script"]])
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=clone,
            env=environ,
            capture_output=True,
            check=False,
            text=True,
        )
        for line in declared.get("after_script", []):
            subprocess.run(["bash", "-c", line], cwd=clone, env=environ, check=True)
        return done, clone

    return job


def test_a_merge_request_is_validated_without_secrets_and_planned(scene, run):
    base = scene.recorded()
    scene.work.git("checkout", "--quiet", "-b", "change")
    scene.work.edit(LAST_ID, f"{LAST_ID}  - {MINE}\n")
    scene.work.commit()
    scene.work.git("push", "--quiet", "origin", "change")
    done, clone = run("validate", "change")
    assert done.returncode == 0, done.stderr
    (suite,) = ElementTree.parse(clone / "validate.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("3", "0")

    scene.work.git("checkout", "--quiet", "main")
    scene.work.edit('version: "1.0"', 'version: "2.0"')
    scene.push()
    scene.change_live(version="2.0")
    done, clone = run(
        "plan",
        "change",
        CI_MERGE_REQUEST_DIFF_BASE_SHA=base,
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main",
        **SECRETS,
    )
    assert done.returncode == 0, done.stderr
    assert MINE in done.stdout
    assert "/version" not in done.stdout
    assert (clone / "plan.json").exists()
    assert MINE in (clone / "plan.html").read_text()
    assert json.loads((clone / "counts.json").read_text()) == {
        "create": 0,
        "update": 1,
        "delete": 0,
    }


def test_a_broken_file_fails_the_job_and_is_in_its_report(scene, run):
    scene.work.edit('version: "1.0"', "version: 1.0")
    scene.push()
    done, clone = run("validate")
    assert done.returncode == 1
    assert ElementTree.parse(clone / "validate.xml").find("*/testcase/failure") is not None


def test_main_is_planned_applied_and_recorded_and_an_older_commit_is_not(scene, run):
    first = scene.main()
    done, planned = run("plan-to-apply", CI_COMMIT_BEFORE_SHA=NO_COMMIT, **SECRETS)
    assert done.returncode == 0, done.stderr
    done, clone = run("apply", needs=planned, RECONCILER_PUSH_TOKEN="t", **SECRETS)
    assert done.returncode == 0, done.stderr
    assert scene.live_ids() == [OLD_SOURCE, NEW_SOURCE]
    assert scene.on_origin(APPLIED) == first
    assert (clone / "report.jsonl").exists()
    assert not (clone / "ids.patch").exists()
    scene.push()
    scene.recorded()
    scene.work.git("push", "--quiet", "origin", f"{first}:refs/heads/older")
    done, _ = run("plan-to-apply", "older", CI_COMMIT_BEFORE_SHA=NO_COMMIT, **SECRETS)
    assert done.returncode == 1
    assert "older than what was applied" in done.stderr


def test_a_plan_that_apply_would_refuse_fails_and_is_shown_in_a_note(scene, run, serve):
    stand_in = GitLabStandIn()
    base = scene.recorded()
    scene.change_live(NEW_SOURCE, "theirs")
    scene.work.git("push", "--quiet", "origin", "HEAD:refs/heads/change")
    given = {
        "CI_API_V4_URL": serve(stand_in.app),
        "CI_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "RECONCILER_COMMENT_TOKEN": "glpat-secret",
    }
    done, clone = run("plan", "change", **given, **SECRETS)
    assert done.returncode == 3
    (note,) = stand_in.notes.values()
    assert "theirs" in note["body"]
    assert note["body"].startswith("<!-- reconciler: plan prod -->")
    assert (clone / "plan.html").exists()
    assert "glpat-secret" not in done.stdout + done.stderr
    done, _ = run("plan-to-apply", CI_COMMIT_BEFORE_SHA=base, **SECRETS)
    assert done.returncode == 3


def test_new_ids_are_pushed_to_a_branch_for_a_merge_request(scene, run):
    subprocess.run(
        ["git", "-C", scene.origin, "config", "receive.advertisePushOptions", "true"], check=True
    )
    scene.recorded()
    scene.work.write(ACME_FILE, ACME)
    scene.push()
    done, planned = run("plan-to-apply", CI_COMMIT_BEFORE_SHA=NO_COMMIT, **SECRETS)
    done, clone = run("apply", needs=planned, RECONCILER_PUSH_TOKEN="t", **SECRETS)
    assert done.returncode == 0, done.stderr
    assert "id: " in (clone / "ids.patch").read_text()
    held = scene.work.git("-C", str(scene.origin), "show", f"reconciler/ids-prod:{ACME_FILE}")
    assert " id: " in held


FORK = {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "9", "CI_MERGE_REQUEST_PROJECT_ID": "1"}
OWN = {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "1", "CI_MERGE_REQUEST_PROJECT_ID": "1"}


@pytest.mark.parametrize(
    ("variables", "jobs"),
    [
        ({"CI_PIPELINE_SOURCE": "merge_request_event", **OWN}, {"validate", "plan"}),
        ({"CI_PIPELINE_SOURCE": "merge_request_event", **FORK}, {"validate"}),
        ({"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main"}, {"plan-to-apply", "apply"}),
        ({"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "other"}, set()),
        ({"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_TAG": "v1"}, set()),
        ({"CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_BRANCH": "main"}, {"drift"}),
        ({"CI_PIPELINE_SOURCE": "web", "CI_COMMIT_BRANCH": "main"}, set()),
        ({"CI_PIPELINE_SOURCE": "trigger", "CI_COMMIT_BRANCH": "main"}, set()),
    ],
)
def test_each_pipeline_has_exactly_its_jobs(variables, jobs):
    assert set(jobs_of(PIPELINE, {"CI_DEFAULT_BRANCH": "main", **variables})) == jobs


def test_apply_waits_for_an_approval_and_for_its_turn_with_drift():
    push = {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main"}
    assert jobs_of(PIPELINE, push) == {"plan-to-apply": "on_success", "apply": "manual"}
    apply, drift = PIPELINE["apply"], PIPELINE["drift"]
    assert apply["rules"][0]["allow_failure"] is False
    assert apply["needs"] == ["plan-to-apply"]
    assert apply["environment"] == "$RECONCILER_TARGET"
    assert apply["resource_group"] == drift["resource_group"] == "reconciler-$RECONCILER_TARGET"
    assert apply["interruptible"] is False


def test_drift_fails_the_scheduled_job(scene, run):
    scene.recorded()
    scene.push()
    done, _ = run("drift", **SECRETS)
    assert done.returncode == 0, done.stderr
    scene.change_live(version="9")
    done, _ = run("drift", **SECRETS)
    assert done.returncode == 2
    assert "/version" in done.stdout
