"""`plan.yml`, with its steps run: the comment and the check of a pull request."""

import json

from repos import NEW_SOURCE, REST_FILE

MINE = "11111111-2222-3333-4444-555555555555"
OTHER = "99999999-2222-3333-4444-555555555555"
THEIRS = "theirs-2222-3333-4444-555555555555"
LAST_ID = f"  - {NEW_SOURCE}\n"


def artifact(scene, name):
    (folder,) = (scene.runner.folder / f"artifacts-{scene.runner.runs}").iterdir()
    return (folder / name).read_text()


def test_a_pull_request_has_one_comment_that_is_updated(scene):
    scene.change_live(NEW_SOURCE)
    scene.work.edit(LAST_ID, f"{LAST_ID}  - {MINE}\n")
    jobs = scene.pull_request()
    assert jobs["validate"].result == "skipped"
    assert jobs["plan"].result == "success", jobs["plan"].log
    (comment,) = scene.github.comments.values()
    assert MINE in comment["body"]
    assert comment["user"]["login"] == "github-actions[bot]"
    plan = json.loads(artifact(scene, "plan.json"))
    assert plan["changeDigest"] in comment["body"]
    assert plan["git"]["base"] == scene.main()
    assert MINE in artifact(scene, "plan.html")
    step = jobs["plan"].step("Plan")
    assert step.outputs["has-changes"] == "true"
    assert step.outputs["plan-file"] == "plan.json"
    assert "1 to update" in step.outputs["summary"]
    assert MINE in step.summary
    assert "/actions/runs/9001" in comment["body"]

    scene.work.edit(MINE, OTHER)
    scene.pull_request()
    (again,) = scene.github.comments.values()
    assert again["id"] == comment["id"]
    assert OTHER in again["body"]
    assert MINE not in again["body"]

    scene.work.edit(f"  - {OTHER}\n", "")
    jobs = scene.pull_request()
    (last,) = scene.github.comments.values()
    assert last["id"] == comment["id"]
    assert "No changes" in last["body"]
    assert jobs["plan"].step("Plan").outputs["has-changes"] == "false"
    assert scene.live_ids()[1:] == [NEW_SOURCE]


def test_a_failed_plan_replaces_the_old_one_in_the_comment(scene):
    scene.work.edit(LAST_ID, f"{LAST_ID}  - {MINE}\n")
    scene.pull_request()
    scene.work.edit('version: "1.0"', "version: 1.0")
    jobs = scene.pull_request()
    assert jobs["plan"].result == "failure"
    assert jobs["plan"].step("Plan").outcome == "skipped"
    (comment,) = scene.github.comments.values()
    assert "### Plan failed" in comment["body"]
    assert MINE not in comment["body"]
    (annotation,) = jobs["plan"].step("Validate").commands
    assert annotation.startswith(f"::error file={REST_FILE},line=")
    assert "1 error" in jobs["plan"].step("Validate").summary


def test_a_pull_request_without_changes_of_specs_gets_no_comment(scene):
    scene.work.write("README.md", "Specs.\n")
    jobs = scene.pull_request()
    assert jobs["plan"].result == "success", jobs["plan"].log
    assert scene.github.comments == {}


def test_drift_is_shown_apart_from_the_pull_request(scene):
    scene.change_live(NEW_SOURCE, THEIRS)
    scene.work.edit(LAST_ID, f"{LAST_ID}  - {MINE}\n")
    jobs = scene.pull_request()
    (comment,) = scene.github.comments.values()
    assert comment["body"].index(MINE) < comment["body"].rindex(THEIRS)
    annotation, warning = jobs["plan"].step("Plan").commands
    assert annotation.startswith(f"::error file={REST_FILE},line=")
    assert warning.startswith("::warning title=reconciler::")
    assert "blocked by removals" in annotation
    assert "  reconciler pull --target prod RestStorageToAEP%0A" in annotation


def test_a_later_applied_change_of_main_is_no_change_of_the_pull_request(scene):
    scene.work.git("checkout", "--quiet", "-b", "change")
    scene.work.edit(LAST_ID, f"{LAST_ID}  - {MINE}\n")
    scene.work.commit()
    scene.work.git("checkout", "--quiet", "main")
    scene.work.edit('version: "1.0"', 'version: "2.0"')
    scene.push()
    scene.change_live(NEW_SOURCE, version="2.0")
    scene.work.git("checkout", "--quiet", "change")
    scene.pull_request()
    plan = json.loads(artifact(scene, "plan.json"))
    (change,) = [change for spec in plan["changes"] for change in spec["diff"]]
    assert (change["after"], change["origin"]) == (MINE, "repo")


def test_a_fork_s_pull_request_is_validated_and_gets_nothing_else(scene):
    scene.work.edit('version: "1.0"', "version: 1.0 # ##[add-mask]e")
    jobs = scene.pull_request(fork=True)
    assert jobs["plan"].result == "skipped"
    assert jobs["validate"].result == "failure"
    step = jobs["validate"].step("Validate")
    assert step.code == 1
    assert "#\\u0023[add-mask]e" in step.log
    assert [command.partition(",")[0] for command in step.commands] == [f"::error file={REST_FILE}"]
    assert scene.github.log == []
    scene.work.edit("version: 1.0 #", 'version: "3.0" #')
    assert scene.pull_request(fork=True)["validate"].result == "success"


def test_the_runner_reads_no_command_from_the_content_of_a_file(scene):
    hostile = "::set-output name=has-changes::false"
    scene.work.edit(
        "name: RestStorageToAEP",
        f'name: "##[add-mask]e"\ndescription: |\n  {hostile}\n  ::stop-commands::x\n',
    )
    jobs = scene.pull_request()
    assert jobs["plan"].result == "success", jobs["plan"].log
    assert jobs["plan"].step("Plan").outputs["has-changes"] == "true"
    assert "#\\u0023[add-mask]e" in jobs["plan"].log
    said = [command for step in jobs["plan"].steps for command in step.commands]
    assert [line for line in said if not line.startswith("::warning file=specs/")] == []


def test_the_comment_names_the_head_commit_of_the_pull_request(scene):
    scene.work.edit(LAST_ID, f"{LAST_ID}  - {MINE}\n")
    scene.pull_request()
    (comment,) = scene.github.comments.values()
    assert f"/blob/{scene.github.heads[7]}/specs/" in comment["body"]


def test_rerunning_a_job_of_an_older_commit_keeps_the_newer_plan(scene):
    scene.work.edit(LAST_ID, f"{LAST_ID}  - {MINE}\n")
    scene.pull_request()
    (before,) = [comment["body"] for comment in scene.github.comments.values()]
    scene.work.edit(MINE, OTHER)
    jobs = scene.pull_request(rerun=True)
    assert [comment["body"] for comment in scene.github.comments.values()] == [before]
    assert "the pull request has a newer commit" in jobs["plan"].step("Comment").log


def test_a_comment_by_the_token_of_an_app_is_found_again(scene):
    scene.github.bot = "reconciler-app[bot]"
    for source in (MINE, OTHER):
        scene.work.edit(LAST_ID, f"{LAST_ID}  - {source}\n")
        scene.pull_request()
    assert len(scene.github.comments) == 1


def test_two_jobs_of_one_workflow_have_a_comment_each(scene):
    scene.work.edit(LAST_ID, f"{LAST_ID}  - {MINE}\n")
    plan = scene.workflow("plan.yml")
    scene.pull_request()
    scene.work.write(".github/workflows/plan.yml", plan.replace("  plan:\n", "  plan-again:\n"))
    scene.pull_request()
    assert len(scene.github.comments) == 2


def test_a_plan_that_apply_would_refuse_fails_the_check_and_is_shown(scene):
    scene.change_live(NEW_SOURCE, THEIRS)
    scene.work.edit(LAST_ID, f"{LAST_ID}  - {MINE}\n")
    jobs = scene.pull_request()
    assert (jobs["plan"].result, jobs["plan"].step("Plan").code) == ("failure", 3)
    (comment,) = scene.github.comments.values()
    assert THEIRS in comment["body"]
    assert THEIRS in artifact(scene, "plan.html")
    assert jobs["plan"].step("Say in the comment that the plan failed").outcome == "skipped"


def test_a_pull_request_of_dependabot_is_validated_without_secrets(scene):
    scene.work.edit('version: "1.0"', 'version: "2.0"')
    scene.runner.secrets = {}
    jobs = scene.pull_request(author="dependabot[bot]")
    assert (jobs["validate"].result, jobs["plan"].result) == ("success", "skipped")
