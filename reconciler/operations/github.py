"""The repository, pull request and key of a comment or issue, from a workflow's environment."""

from __future__ import annotations

import os
from pathlib import Path

from reconciler.github.client import API_URL, GitHub
from reconciler.model.errors import GitHubError
from reconciler.model.json_access import expect_count, expect_object
from reconciler.model.json_text import JsonObject, parse_json


def open_github() -> GitHub:
    """Return the repository of this environment. Raises `GitHubError` if it names none."""
    repository, token = (os.environ.get(f"GITHUB_{name}", "") for name in ("REPOSITORY", "TOKEN"))
    if repository.count("/") != 1:
        raise GitHubError("GITHUB_REPOSITORY does not name a repository (OWNER/NAME).")
    if not token:
        raise GitHubError(
            "GITHUB_TOKEN is not set. In a workflow: env: {GITHUB_TOKEN: ${{ github.token }}}."
        )
    return GitHub(repository, token, url=os.environ.get("GITHUB_API_URL") or API_URL)


def pull_request_number() -> int:
    """Return the number of the pull request that this workflow runs for.

    Raises `GitHubError` if it runs for none.
    """
    try:
        return expect_count(expect_object(_event()["pull_request"])["number"])
    except (KeyError, TypeError, ValueError, OSError):
        raise GitHubError("not a pull request run; pass --pull-request N.") from None


def known_as(name: str | None, usual: str) -> str:
    """Return the key to find a comment or an issue by."""
    workflow = os.environ.get("GITHUB_WORKFLOW_REF", "").partition("@")[0]
    repository = os.environ.get("GITHUB_REPOSITORY", "") + "/"
    return name or workflow.removeprefix(repository) or usual


def _event() -> JsonObject:
    return expect_object(parse_json(Path(os.environ["GITHUB_EVENT_PATH"]).read_bytes()))
