"""The project and merge request of a note, from the environment of a pipeline."""

from __future__ import annotations

import os

from reconciler.github.gitlab import GitLab
from reconciler.model.errors import GitHubError

TOKEN = "RECONCILER_COMMENT_TOKEN"  # noqa: S105 - a variable's name


def open_gitlab() -> GitLab:
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


def merge_request_number() -> int:
    """Return the number of the pipeline's merge request. Raises `GitHubError` if it has none."""
    number = os.environ.get("CI_MERGE_REQUEST_IID", "")
    if not number.isdigit():
        raise GitHubError("not a merge request pipeline; pass --merge-request N.")
    return int(number)


def key_of_job(name: str | None) -> str:
    """Return the key to find a note by: a job of a pipeline and a target have one each."""
    parts = (os.environ.get(variable, "") for variable in ("CI_JOB_NAME", "RECONCILER_TARGET"))
    return name or " ".join(filter(None, parts)) or "plan"
