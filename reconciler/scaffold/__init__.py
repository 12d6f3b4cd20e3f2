"""What a repository of specs begins with, as data files: the workflows of its CI.

`workflows/` is for GitHub, `gitlab-ci.yml` for GitLab. Each works as it stands once the lines that
its head names are edited; `workflow_text` edits them.
"""

from __future__ import annotations

import re
from importlib.resources import files
from importlib.resources.abc import Traversable

WORKFLOWS = ("plan.yml", "apply.yml", "drift.yml")
"""The files of `workflows/`, which go to `.github/workflows`."""

ACTION = "OWNER/reconciler/.github/actions/reconciler@" + "0" * 40
"""What stands for the action's owner and commit, until somebody says which they are."""

TARGET = "prod"
BRANCH = "main"
SPECS = "specs"

_TARGETS = re.compile(
    rf"(?m)^( *(?:RECONCILER_TARGET: |environment: |group: reconciler-(?:apply|drift)-)){TARGET}$"
)
_SPECS = re.compile(rf"""(-- |paths: \["){SPECS}\b""")
_VARIABLE = re.compile("(?m)^( *)RECONCILER_TARGET: .*$")


def workflow_text(
    name: str,
    *,
    action: str = ACTION,
    target: str = TARGET,
    branch: str = BRANCH,
    specs: str = SPECS,
) -> str:
    """Return one of `WORKFLOWS` for a target, the branch that is applied, and an action.

    `action` is a whole reference, `OWNER/reconciler/.github/actions/reconciler@COMMIT`;
    `specs` the folder of the specs, in letters that mean themselves to a shell.
    """
    text = _filled(files(__name__).joinpath("workflows", name), target, specs)
    text = text.replace(ACTION, action)
    return text.replace(f"branches: [{BRANCH}]", f"branches: [{branch}]")


def gitlab_text(*, target: str = TARGET, specs: str = SPECS) -> str:
    """Return the template for GitLab for a target and the folder of the specs."""
    return _filled(files(__name__).joinpath("gitlab-ci.yml"), target, specs)


def _filled(file: Traversable, target: str, specs: str) -> str:
    text = _TARGETS.sub(lambda found: found[1] + target, file.read_text(encoding="utf-8"))
    if specs == SPECS:
        return text
    text = _SPECS.sub(lambda found: found[1] + specs, text)
    return _VARIABLE.sub(lambda found: f"{found[0]}\n{found[1]}RECONCILER_SPECS: {specs}", text)
