"""One comment on a pull request, one issue, one pull request: found again and never repeated.

Comments and issues have a mark, the first line of the body: a comment that
GitHub does not show. Comments of other accounts are never changed, even if
they begin with the mark.
"""

from __future__ import annotations

import re
from enum import StrEnum

from reconciler.github.client import GitHub
from reconciler.model.json_access import expect_object, expect_string
from reconciler.model.json_text import JsonObject

_NOT_IN_A_MARK = re.compile(r"[^A-Za-z0-9._/ -]|-(?=-)")


class Kept(StrEnum):
    """What was done with the comment or the issue."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CLOSED = "closed"
    NOTHING = "not needed"
    OUTDATED = "unchanged: the pull request has a newer commit"


def mark(name: str) -> str:
    """Return the first line of a body; `name` distinguishes comments and issues."""
    return f"<!-- reconciler: {_NOT_IN_A_MARK.sub('_', name)} -->\n"


def keep_comment(
    github: GitHub, number: int, name: str, author: str, markdown: str, *, create: bool = True
) -> Kept:
    """Create or update the one comment of that name on a pull request.

    Of several, which concurrent runs made, the first is kept. Without `create`, one that exists
    is updated and none is created.
    """
    body = mark(name) + markdown
    found = [
        comment
        for comment in github.every(f"/issues/{number}/comments")
        if _is_ours(comment, name, author)
    ]
    if not (found or create):
        return Kept.NOTHING
    if not found:
        github.create(f"/issues/{number}/comments", {"body": body})
        return Kept.CREATED
    first, *others = found
    for other in others:
        github.delete(f"/issues/comments/{other['id']}")
    if first.get("body") == body:
        return Kept.UNCHANGED
    github.change(f"/issues/comments/{first['id']}", {"body": body})
    return Kept.UPDATED


def keep_issue(github: GitHub, name: str, author: str, title: str, markdown: str | None) -> Kept:
    """Create or update the one open issue of that name; with None for its Markdown, close it."""
    found = [
        issue
        for issue in github.every("/issues", state="open", sort="created", direction="asc")
        if "pull_request" not in issue and _is_ours(issue, name, author)
    ]
    if markdown is None:
        for issue in found:
            _close(github, issue)
        return Kept.CLOSED if found else Kept.NOTHING
    wanted: JsonObject = {"title": title, "body": mark(name) + markdown}
    if not found:
        github.create("/issues", wanted)
        return Kept.CREATED
    first, *others = found
    for other in others:
        _close(github, other)
    if all(first.get(field) == value for field, value in wanted.items()):
        return Kept.UNCHANGED
    github.change(f"/issues/{first['number']}", wanted)
    return Kept.UPDATED


def _close(github: GitHub, issue: JsonObject) -> None:
    """Close an issue as completed."""
    github.change(f"/issues/{issue['number']}", {"state": "closed", "state_reason": "completed"})


def _is_ours(item: JsonObject, name: str, author: str) -> bool:
    body, user = item.get("body"), item.get("user")
    begins = isinstance(body, str) and body.replace("\r\n", "\n").startswith(mark(name))
    if not (begins and isinstance(user, dict)):
        return False
    # GraphQL names an app's account with or without the ending that REST gives it.
    return expect_object(user).get("login") in (author, f"{author.removesuffix('[bot]')}[bot]")


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
