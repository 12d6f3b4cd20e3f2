"""One merge request on GitLab, whose note shows the plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from reconciler.github.rest import RestApi
from reconciler.github.sticky import Kept, mark
from reconciler.model.json_access import expect_object


class GitLab(RestApi):
    """A project, to be entered with `with`. Raises `GitHubError` for every failure."""

    advice: ClassVar[Mapping[int, str]] = {
        401: "The token is not accepted: it must be a project access token with the scope `api`.",
        403: "The token may not do this: it needs the scope `api` and the role Reporter.",
        404: "Check the project and the number; a token that may not see them gets this too.",
    }

    def __init__(self, project: str, token: str, *, url: str, retry_wait: float = 1.0) -> None:
        """Take the project's number and the API's URL (`CI_API_V4_URL`).

        `retry_wait` is in seconds.
        """
        headers = {"PRIVATE-TOKEN": token}
        super().__init__(
            f"{url.rstrip('/')}/projects/{project}", token, headers, retry_wait=retry_wait
        )
        self._user = f"{url.rstrip('/')}/user"

    def keep_note(self, number: int, name: str, markdown: str) -> Kept:
        """Create or update the one note of that name on a merge request.

        Notes of other accounts are never touched, whatever they hold.
        """
        notes = f"/merge_requests/{number}/notes"
        body = mark(name) + markdown
        author = self.get(self._user)["id"]
        found = [
            note
            for note in self.every(notes, sort="asc", order_by="created_at")
            if str(note.get("body")).startswith(mark(name).strip())
            and expect_object(note["author"]).get("id") == author
        ]
        if not found:
            self.create(notes, {"body": body})
            return Kept.CREATED
        first, *others = found
        for other in others:
            self.delete(f"{notes}/{other['id']}")
        if str(first.get("body")).strip() == body.strip():
            return Kept.UNCHANGED
        self.change(f"{notes}/{first['id']}", {"body": body}, "PUT")
        return Kept.UPDATED
