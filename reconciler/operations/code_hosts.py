"""GitHub's pull requests and GitLab's merge requests, from the environment of their CI."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec.structs import replace

from reconciler.github.client import API_URL, GitHub
from reconciler.github.gitlab import GitLab
from reconciler.github.sticky import Kept, keep_comment, keep_issue, keep_pull_request
from reconciler.model.errors import GitHubError
from reconciler.model.json_access import expect_count, expect_object, expect_string
from reconciler.model.json_text import parse_json
from reconciler.planning.multi_plan import Failure, Plans
from reconciler.planning.plan import Plan

TOKEN = "RECONCILER_COMMENT_TOKEN"  # noqa: S105 - a variable's name


def keep_plan_comment(
    text: str, number: int | None, name: str | None, author: str | None, *, create: bool
) -> tuple[int, Kept]:
    """Create or update the comment with the plan; with `create` False create none.

    Without a number it is the pull request of the workflow's event, without an author the
    token's account. A run for an older commit of the pull request (a job run again) changes
    nothing. Returns the number, and what was done.
    """
    of_event, commit = _pull_request()
    number = number or of_event
    if number is None:
        raise GitHubError("not a pull request run; pass --pull-request N.")
    with _open_github() as github:
        if number == of_event and commit and commit != github.head(number):
            return number, Kept.OUTDATED
        writer, key = author or github.author(), _known_as(name, "plan")
        return number, keep_comment(github, number, key, writer, text, create=create)


def keep_drift_issue(title: str, text: str | None, name: str | None, author: str | None) -> Kept:
    """Keep the issue about drift open with this text, or without one close it."""
    with _open_github() as github:
        return keep_issue(github, _known_as(name, "drift"), author or github.author(), title, text)


def keep_ids_pull_request(head: str, base: str, title: str, text: str) -> tuple[Kept, str]:
    """Open a pull request unless one is open; return what was done, and its web address."""
    with _open_github() as github:
        return keep_pull_request(github, head, base, title, text)


def keep_plan_note(text: str, number: int | None, name: str | None) -> tuple[int, Kept]:
    """Create or update the note with the plan; return its merge request and what was done."""
    number = number or _merge_request_number()
    with _open_gitlab() as gitlab:
        return number, gitlab.keep_note(
            number, name or _key_of_job("", "CI_JOB_NAME") or "plan", text
        )


def _open_github() -> GitHub:
    """Return the repository of this environment. Raises `GitHubError` if it names none."""
    repository, token = (os.environ.get(f"GITHUB_{name}", "") for name in ("REPOSITORY", "TOKEN"))
    if repository.count("/") != 1:
        raise GitHubError("GITHUB_REPOSITORY does not name a repository (OWNER/NAME).")
    if not token:
        raise GitHubError(
            "GITHUB_TOKEN is not set. In a workflow: env: {GITHUB_TOKEN: ${{ github.token }}}."
        )
    return GitHub(repository, token, url=os.environ.get("GITHUB_API_URL") or API_URL)


def _known_as(name: str | None, usual: str) -> str:
    """Return the key to find a comment or an issue by: two jobs of one workflow have one each."""
    workflow = os.environ.get("GITHUB_WORKFLOW_REF", "").partition("@")[0]
    repository = os.environ.get("GITHUB_REPOSITORY", "") + "/"
    return name or _key_of_job(workflow.removeprefix(repository) or usual, "GITHUB_JOB")


def _key_of_job(workflow: str, job: str) -> str:
    """Return the key of a CI's job: those of a matrix over targets have one each."""
    parts = (os.environ.get(variable, "") for variable in (job, "RECONCILER_TARGET"))
    return " ".join(filter(None, (workflow, *parts)))


def at_own_commit(plans: Plans) -> Plans:
    """Return plans with the pull request's newest commit in place of GitHub's trial merge.

    The trial merge is what a workflow checks out, and not a commit that can be looked up later.
    """
    _, commit = _pull_request()

    def renamed(result: Plan | Failure) -> Plan | Failure:
        if isinstance(result, Plan) and result.git.commit == os.environ.get("GITHUB_SHA"):
            return replace(result, git=replace(result.git, commit=commit))
        return result

    return Plans(tuple(map(renamed, plans.results))) if commit else plans


def _pull_request() -> tuple[int | None, str]:
    """Return the number and the newest commit of the event's pull request; None without one."""
    try:
        event = expect_object(parse_json(Path(os.environ["GITHUB_EVENT_PATH"]).read_bytes()))
        pull_request = expect_object(event["pull_request"])
        number = expect_count(pull_request["number"])
        head = expect_object(pull_request.get("head", {}))
        return number, expect_string(head.get("sha", ""))
    except (KeyError, TypeError, ValueError, OSError):
        return None, ""


def _open_gitlab() -> GitLab:
    """Return the project of this environment. Raises `GitHubError` if it names none."""
    names = ("CI_API_V4_URL", "CI_PROJECT_ID", TOKEN)
    url, project, token = (os.environ.get(name, "") for name in names)
    for name, value in zip(names, (url, project, token), strict=True):
        if not value:
            raise GitHubError(
                f"{name} is not set. GitLab CI sets those that begin with CI_; {TOKEN} is a "
                "project access token with the scope api and the role Reporter, since the token "
                "of a job cannot write notes."
            )
    return GitLab(project, token, url=url)


def _merge_request_number() -> int:
    """Return the number of the pipeline's merge request. Raises `GitHubError` if it has none."""
    number = os.environ.get("CI_MERGE_REQUEST_IID", "")
    if not number.isdigit():
        raise GitHubError("not a merge request pipeline; pass --merge-request N.")
    return int(number)
