"""Web addresses of this run's files and results, from the environment of the CI."""

from __future__ import annotations

import os
from pathlib import Path

from reconciler.reports.markdown import NO_LINKS, Links


def links() -> Links:
    """Return the addresses in GitHub Actions or GitLab CI; none anywhere else."""
    environ = os.environ.get
    if environ("GITHUB_ACTIONS") == "true":
        project = f"{environ('GITHUB_SERVER_URL', '')}/{environ('GITHUB_REPOSITORY', '')}"
        run = f"{project}/actions/runs/{environ('GITHUB_RUN_ID', '')}"
        return Links(f"{project}/blob/", _folder(environ("GITHUB_WORKSPACE", "")), run)
    if environ("GITLAB_CI") == "true":
        project = environ("CI_PROJECT_URL", "")
        run = environ("CI_PIPELINE_URL", "")
        return Links(f"{project}/-/blob/", _folder(environ("CI_PROJECT_DIR", "")), run)
    return NO_LINKS


def _folder(root: str) -> str:
    """Return the folder that this runs in, relative to the checked out repository's."""
    here = Path.cwd()
    return str(here.relative_to(root)) if root and here.is_relative_to(root) else ""
