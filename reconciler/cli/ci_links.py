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
        return Links(f"{project}/blob/", _folder(), run)
    if environ("GITLAB_CI") == "true":
        project = environ("CI_PROJECT_URL", "")
        run = environ("CI_PIPELINE_URL", "")
        return Links(f"{project}/-/blob/", _folder(), run)
    return NO_LINKS


def _folder() -> str:
    """Return the folder that this runs in, relative to the clone's top folder."""
    from reconciler.desired.git_command import top_folder

    here = Path.cwd().resolve()
    top = top_folder(here)
    return here.relative_to(top).as_posix() if top and top != here else ""
