"""`apply.yml`, with its steps run: what a merge writes to the target and records."""

import json
import subprocess

import pytest
from repos import ACME, ACME_FILE, NEW_SOURCE, OLD_SOURCE, REST, REST_FILE
from ruamel.yaml import YAML
from workflows.runner import triggers
from workflows.scene import APPLIED, NO_COMMIT

MINE = "11111111-2222-3333-4444-555555555555"
LAST_ID = f"  - {NEW_SOURCE}\n"


def artifacts(scene):
    return scene.runner.folder / f"artifacts-{scene.runner.runs}"


def revision(scene):
    return scene.store.get("flowSpecs", REST).revision


def test_a_merge_is_planned_applied_recorded_and_the_record_pushed(scene):
    first = scene.main()
    jobs = scene.merged(NO_COMMIT)
    results = {name: job.result for name, job in jobs.items()}
    assert results == {"plan": "success", "apply": "success", "ids": "skipped"}, jobs["apply"].log
    assert scene.live_ids() == [OLD_SOURCE, NEW_SOURCE]
    assert scene.on_origin(APPLIED) == first
    assert "1 of 1 applied and verified" in jobs["apply"].step("Apply exactly that plan").summary
    lines = (artifacts(scene) / "report" / "report.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["commit"] == first

    scene.work.edit(LAST_ID, "")
    second = scene.push()
    jobs = scene.merged(first)
    plan = json.loads((artifacts(scene) / "plan" / "plan.json").read_text())
    assert plan["git"]["base"] == first
    assert plan["git"]["baseName"] == APPLIED
    assert scene.live_ids() == [OLD_SOURCE]
    assert scene.on_origin(APPLIED) == second


def test_the_base_of_the_first_run_is_the_commit_before_the_push(scene):
    scene.change_live(NEW_SOURCE)
    before = scene.main()
    scene.work.edit(LAST_ID, "")
    scene.push()
    jobs = scene.merged(before)
    assert jobs["apply"].result == "success", jobs["apply"].log
    plan = json.loads((artifacts(scene) / "plan" / "plan.json").read_text())
    assert plan["git"]["base"] == before
    assert scene.live_ids() == [OLD_SOURCE]


def test_a_refused_plan_ends_with_3_and_writes_nothing(scene):
    recorded = scene.recorded()
    scene.change_live(NEW_SOURCE, "theirs")
    written = revision(scene)
    scene.work.edit(LAST_ID, f"{LAST_ID}  - {MINE}\n")
    scene.push()
    jobs = scene.merged(recorded, **{"allow-conflicts": True})
    step = jobs["plan"].step("Plan")
    assert (jobs["plan"].result, step.code) == ("failure", 3)
    assert any(line.startswith("::error ") for line in step.commands)
    assert jobs["apply"].result == "skipped"
    assert (artifacts(scene) / "plan" / "plan.html").exists()
    assert revision(scene) == written
    assert scene.on_origin(APPLIED) == recorded

    jobs = scene.merged(recorded, **{"allow-removals": True, "allow-conflicts": False})
    assert jobs["apply"].result == "success", jobs["apply"].log
    assert scene.live_ids() == [OLD_SOURCE, NEW_SOURCE, MINE]
    assert scene.on_origin(APPLIED) == scene.main()


def test_the_id_that_a_new_spec_was_given_can_be_committed(scene):
    scene.recorded()
    scene.work.write(ACME_FILE, ACME)
    scene.push()
    jobs = scene.merged(NO_COMMIT)
    assert jobs["apply"].result == "success", jobs["apply"].log
    (made,) = [
        stored.id
        for stored in scene.store.all("connectionSpecs")
        if stored.document["name"] == "Acme CRM"
    ]
    scene.work.git("apply", str(artifacts(scene) / "report" / "ids.patch"))
    assert f"id: {made}" in (scene.work.path / ACME_FILE).read_text()


def test_a_change_between_the_plan_and_its_approval_is_not_overwritten(scene):
    scene.runner.before_download = lambda: scene.change_live(version="9")
    jobs = scene.merged(NO_COMMIT)
    assert jobs["apply"].step("Apply exactly that plan").code == 3
    assert scene.store.get("flowSpecs", REST).document["version"] == "9"
    assert scene.on_origin(APPLIED) == ""


def test_an_older_commit_than_the_applied_one_is_not_applied(scene):
    older = scene.main()
    scene.push()
    scene.recorded()
    written = revision(scene)
    jobs = scene.merged(NO_COMMIT, sha=older)
    assert jobs["plan"].result == "failure"
    assert "older than what was applied" in jobs["plan"].log
    assert jobs["apply"].result == "skipped"
    assert revision(scene) == written


def test_the_next_run_completes_a_failed_one(scene):
    first = scene.recorded()
    scene.work.edit(LAST_ID, f"{LAST_ID}  - {MINE}\n")
    failed = scene.push()
    scene.work.edit('version: "1.0"', 'version: "2.0"')
    scene.push()
    scene.merged(failed)
    plan = json.loads((artifacts(scene) / "plan" / "plan.json").read_text())
    assert plan["git"]["base"] == first
    assert MINE in scene.live_ids()
    assert scene.on_origin(APPLIED) == scene.main()


@pytest.mark.parametrize("workflow", ["apply.yml", "drift.yml"])
def test_git_gets_the_token_of_the_step_and_none_from_a_file(scene, workflow):
    environ = YAML(typ="safe").load(scene.workflow(workflow))["env"]
    names = [name for name in environ if name.startswith("GIT_CONFIG")]
    given = {name: str(environ[name]) for name in names} | {"GITHUB_TOKEN": "ghs_secret"}
    filled = subprocess.run(
        ["git", "credential", "fill"],
        input=b"protocol=https\nhost=github.com\n\n",
        env={"PATH": "/usr/bin:/bin", "HOME": str(scene.runner.home), **given},
        capture_output=True,
        check=True,
    )
    lines = filled.stdout.decode().splitlines()
    assert {"username=x-access-token", "password=ghs_secret"} <= set(lines)


def test_a_push_that_changes_no_spec_runs_nothing(scene):
    assert triggers(scene.workflow("apply.yml"), "push", REST_FILE)
    assert not triggers(scene.workflow("apply.yml"), "push", "README.md")


def test_an_override_in_the_message_of_the_merged_commit_is_applied_once(scene):
    recorded = scene.recorded()
    scene.change_live(NEW_SOURCE, "theirs")
    scene.work.edit(LAST_ID, f"{LAST_ID}  - {MINE}\n")
    allow = f"Reconciler-Allow: removals {REST_FILE} (theirs was a mistake)"
    scene.work.git("commit", "--quiet", "--all", "--message", f"Add mine\n\n{allow}")
    scene.push()
    jobs = scene.merged(recorded)
    assert jobs["apply"].result == "success", jobs["plan"].log + jobs["apply"].log
    assert scene.live_ids() == [OLD_SOURCE, NEW_SOURCE, MINE]
    assert "theirs was a mistake" in jobs["plan"].step("Plan").log

    scene.change_live(NEW_SOURCE, MINE, "theirs")
    assert scene.merged(recorded)["plan"].step("Plan").code == 3


def test_a_branch_that_is_not_applied_fails_with_the_branch_that_is(scene):
    jobs = scene.runner.run(
        scene.workflow("apply.yml"),
        "workflow_dispatch",
        {"repository": {"default_branch": "main"}, "inputs": {"allow-removals": True}},
        sha=scene.main(),
        ref="refs/heads/other",
        ref_name="other",
    )
    assert (jobs["plan"].result, jobs["apply"].result) == ("failure", "skipped")
    assert "other is not applied, only main is" in jobs["plan"].log
    assert all(step.outcome != "success" for step in jobs["plan"].steps)


def new_source(scene, name):
    scene.work.write(
        f"specs/connectionSpecs/{name}.yaml", ACME.replace("acme", name).replace("Acme", name)
    )
    return scene.push()


def test_new_ids_are_proposed_in_one_pull_request(scene):
    scene.recorded()
    new_source(scene, "first")
    jobs = scene.merged(NO_COMMIT)
    assert jobs["ids"].result == "success", jobs["ids"].log
    (pull,) = scene.github.pulls
    assert (pull["head"], pull["base"]) == ("reconciler/ids-prod", "main")
    summary = jobs["ids"].step("Show the patch, and how to commit it by hand").summary
    assert "id: " in summary
    assert "gh run download 9001 --name report && git apply ids.patch" in summary

    # Another apply before that is merged adds its ids to it.
    new_source(scene, "second")
    jobs = scene.merged(NO_COMMIT)
    assert jobs["ids"].result == "success", jobs["ids"].log
    assert len(scene.github.pulls) == 1
    scene.work.git("fetch", "--quiet", "origin", "reconciler/ids-prod")
    scene.work.git("merge", "--quiet", "FETCH_HEAD")
    scene.push()
    for name in ("first", "second"):
        assert " id: " in (scene.work.path / f"specs/connectionSpecs/{name}.yaml").read_text()
    jobs = scene.merged(NO_COMMIT)
    assert jobs["ids"].result == "skipped"


def test_new_ids_can_be_committed_to_the_branch(scene):
    text = scene.workflow("apply.yml")
    scene.work.write(
        ".github/workflows/apply.yml",
        text.replace("RECONCILER_NEW_IDS: pull-request", "RECONCILER_NEW_IDS: commit"),
    )
    scene.recorded()
    new_source(scene, "first")
    jobs = scene.merged(NO_COMMIT)
    assert jobs["ids"].result == "success", jobs["ids"].log
    assert scene.github.pulls == []
    assert " id: " in scene.work.git(
        "-C", str(scene.origin), "show", "main:specs/connectionSpecs/first.yaml"
    )


@pytest.mark.parametrize("workflow", ["apply", "plan"])
def test_the_next_plan_reads_the_last_report_of_its_target(scene, workflow):
    scene.recorded()
    scene.work.edit('version: "1.0"', 'version: "2.0"')
    before = scene.push()
    assert scene.merged(NO_COMMIT)["apply"].result == "success"
    (key,) = scene.runner.caches
    assert key == "reconciler-report-prod-9001-1"
    assert b'"applied"' in scene.runner.caches[key]["report.jsonl"]
    scene.runner.caches["reconciler-report-prod-9002-1"] = {"report.jsonl": b"not a report"}
    scene.runner.caches["reconciler-report-stage-1-1"] = {"report.jsonl": b"another target's"}
    jobs = scene.merged(before) if workflow == "apply" else scene.pull_request()
    assert jobs["plan"].step("Plan").code == 1
    assert "report.jsonl: not an apply report" in jobs["plan"].step("Plan").log
