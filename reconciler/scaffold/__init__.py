"""The files that `init` writes, as templates: the workflows of a repository's CI.

`workflows/` is for GitHub, `gitlab-ci.yml` for GitLab. The comment at the top of each names the
lines to edit; `workflow_text` and `gitlab_text` fill them in.
"""

from __future__ import annotations

import re
from importlib.resources import files
from importlib.resources.abc import Traversable

from reconciler.scaffold.source import InstallSource

WORKFLOWS = ("plan.yml", "apply.yml", "drift.yml")
"""The files of `workflows/`, written to `.github/workflows`."""

COMMIT = "0" * 40
ACTION = f"OWNER/reconciler/.github/actions/reconciler@{COMMIT}"
"""The placeholder of the action's owner and commit."""
REPOSITORY = "https://gitlab.example.com/OWNER/reconciler.git"
"""The placeholder of the repository that GitLab's jobs install from."""

TARGET = "prod"
BRANCH = "main"
SPECS = "specs"

_TARGETS = re.compile(
    rf"(?m)^( *(?:RECONCILER_TARGET: |environment: |group: reconciler-(?:apply|drift)-)){TARGET}$"
)
_SPECS = re.compile(rf"(-- ){SPECS}\b")
_BRANCH = re.compile(rf"(?m)^( *(?:branches: \[|RECONCILER_BRANCH: )){BRANCH}(\]?)$")
_VARIABLE = re.compile("(?m)^( *)RECONCILER_TARGET: .*$")


def workflow_text(
    name: str,
    *,
    source: InstallSource | None = None,
    target: str = TARGET,
    branch: str = BRANCH,
    specs: str = SPECS,
) -> str:
    """Return one of `WORKFLOWS` for a target, the branch to apply, and the action's source.

    `branch` is a YAML scalar, `specs` the folder of the specs in letters that a shell does not
    interpret. Without a source on GitHub the lines of the action keep their placeholder.
    """
    text = _filled(files(__name__).joinpath("workflows", name), target, specs)
    if source and source.action:
        text = text.replace(ACTION, source.action)
    return _BRANCH.sub(lambda found: found[1] + branch + found[2], text)


def gitlab_text(
    *, source: InstallSource | None = None, target: str = TARGET, specs: str = SPECS
) -> str:
    """Return the template for GitLab for a target, the folder of the specs, and a source."""
    text = _filled(files(__name__).joinpath("gitlab-ci.yml"), target, specs)
    if source:
        text = text.replace(REPOSITORY, source.url).replace(COMMIT, source.commit)
    return text


def pre_commit_text(source: InstallSource) -> str:
    """Return a .pre-commit-config.yaml with the two hooks."""
    return (
        f'repos:\n  - repo: {source.url}\n    rev: "{source.commit}"\n    hooks:\n'
        "      - id: reconciler-validate\n      - id: reconciler-fmt\n"
    )


def _filled(file: Traversable, target: str, specs: str) -> str:
    text = _TARGETS.sub(lambda found: found[1] + target, file.read_text(encoding="utf-8"))
    if specs == SPECS:
        return text
    # In the repository's own folder every path may be one of a spec.
    text = text.replace(f'paths: ["{SPECS}/**"]', f'paths: ["{specs}/**"]'.replace("./", ""))
    text = _SPECS.sub(lambda found: found[1] + specs, text)
    return _VARIABLE.sub(lambda found: f"{found[0]}\n{found[1]}RECONCILER_SPECS: {specs}", text)
