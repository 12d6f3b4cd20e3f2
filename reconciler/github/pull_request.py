"""One open pull request from a branch: opened once, and then updated by what is pushed."""

from __future__ import annotations

from reconciler.github.client import GitHub
from reconciler.github.sticky import Kept
from reconciler.model.json_access import expect_string


def keep_pull_request(
    github: GitHub, head: str, base: str, title: str, markdown: str
) -> tuple[Kept, str]:
    """Open a pull request from the branch `head` into `base` unless one is open.

    Returns what was done, and the pull request's web address.
    """
    owner = github.repository.partition("/")[0]
    for found in github.every("/pulls", state="open", head=f"{owner}:{head}", base=base):
        return Kept.UPDATED, expect_string(found["html_url"])
    made = github.create("/pulls", {"head": head, "base": base, "title": title, "body": markdown})
    return Kept.CREATED, expect_string(made["html_url"])
