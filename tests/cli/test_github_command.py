"""`github`: its inputs, and the errors if one is missing."""

import json

import pytest
from github.stand_in import GitHubStandIn

GIVEN = {"GITHUB_REPOSITORY": "octo/specs", "GITHUB_TOKEN": "ghs_secret"}


@pytest.fixture
def stand_in():
    return GitHubStandIn()


def test_a_missing_input_is_named(repo):
    repo.run("plan", "--out", "plan.json")
    assert "name the plan files" in repo.run("github", "comment").said
    assert "name the plan files" in repo.run("github", "comment", "plan.json", "--failed").said
    assert "drift --format json" in repo.run("github", "issue").said
    run = repo.run("github", "comment", "plan.json", **GIVEN)
    assert run.code == 1
    assert "--pull-request N" in run.said
    run = repo.run("github", "issue", "plan.json")
    assert "GITHUB_REPOSITORY does not name a repository" in run.said
    run = repo.run("github", "issue", "plan.json", **{**GIVEN, "GITHUB_TOKEN": ""})
    assert "GITHUB_TOKEN is not set" in run.said


@pytest.mark.parametrize("event", ["{", "[]", '{"pull_request": {"number": "7"}}'])
def test_an_event_without_a_pull_request_is_an_error(repo, event):
    repo.write("event.json", event)
    run = repo.run("github", "comment", "--failed", GITHUB_EVENT_PATH="event.json", **GIVEN)
    assert (run.code, "Traceback" in run.err) == (1, False)
    assert "--pull-request N" in run.said


def test_a_file_that_is_not_a_plan_is_refused(repo):
    repo.write("plan.json", json.dumps({"format": "reconciler.plan/v1"}))
    assert repo.run("github", "issue", "plan.json", **GIVEN).code == 3


def test_a_name_distinguishes_comments_outside_of_workflows(repo, stand_in, serve):
    given = {
        **GIVEN,
        "GITHUB_API_URL": serve(stand_in.app),
        "GITHUB_TOKEN": stand_in.token({"issues": "write"}),
    }
    repo.run("plan", "--out", "plan.json")
    for name in ([], ["--name", "stage"]):
        run = repo.run("github", "comment", "plan.json", "--pull-request", "7", *name, **given)
        assert run.err == "The comment on pull request 7: created.\n"
    marks = [comment["body"].splitlines()[0] for comment in stand_in.comments.values()]
    assert marks == ["<!-- reconciler: plan -->", "<!-- reconciler: stage -->"]
    failed = repo.run("github", "comment", "--failed", "--pull-request", "7", **given)
    assert failed.err == "The comment on pull request 7: updated.\n"


def test_on_gitlab_a_missing_variable_is_named(repo):
    repo.run("plan", "--out", "plan.json")
    given = {"CI_API_V4_URL": "https://git.example/api/v4", "CI_PROJECT_ID": "42"}
    run = repo.run("gitlab", "comment", "plan.json", "--merge-request", "7", **given)
    assert run.code == 1
    assert "RECONCILER_COMMENT_TOKEN is not set" in run.said
    given["RECONCILER_COMMENT_TOKEN"] = "glpat-secret"
    assert "--merge-request N" in repo.run("gitlab", "comment", "plan.json", **given).said
