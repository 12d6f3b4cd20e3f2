"""What a repository of specs begins with, as data files: the workflows of its CI.

`workflows/` is for GitHub, `gitlab-ci.yml` for GitLab. Each works as it stands once the lines that
its head names are edited; `workflow_text` edits them.
"""

from __future__ import annotations

import re
from importlib.resources import files

WORKFLOWS = ("plan.yml", "apply.yml", "drift.yml")
"""The files of `workflows/`, which go to `.github/workflows`."""

ACTION = "OWNER/reconciler/.github/actions/reconciler@" + "0" * 40
"""What stands for the action's owner and commit, until somebody says which they are."""

TARGET = "prod"
BRANCH = "main"

_TARGETS = re.compile(
    rf"(?m)^( *(?:RECONCILER_TARGET: |environment: |group: reconciler-(?:apply|drift)-)){TARGET}$"
)


def workflow_text(
    name: str, *, action: str = ACTION, target: str = TARGET, branch: str = BRANCH
) -> str:
    """Return one of `WORKFLOWS` for a target, the branch that is applied, and an action.

    `action` is a whole reference, `OWNER/reconciler/.github/actions/reconciler@COMMIT`.
    """
    text = files(__name__).joinpath("workflows", name).read_text(encoding="utf-8")
    text = text.replace(ACTION, action)
    text = _TARGETS.sub(lambda found: found[1] + target, text)
    return text.replace(f"branches: [{BRANCH}]", f"branches: [{branch}]")
