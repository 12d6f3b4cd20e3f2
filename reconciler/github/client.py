"""One repository on GitHub."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from reconciler.github.rest import RestApi
from reconciler.model.errors import GitHubError
from reconciler.model.json_access import expect_object, expect_string

API_URL = "https://api.github.com"
API_VERSION = "2022-11-28"
ACTIONS_BOT = "github-actions[bot]"
"""The account that the token of a workflow writes as."""


class GitHub(RestApi):
    """A repository, to be entered with `with`. Raises `GitHubError` for every failure."""

    advice: ClassVar[Mapping[int, str]] = {
        401: "The token is not accepted. In a workflow: env: {GITHUB_TOKEN: ${{ github.token }}}.",
        403: "The token may not do this. In a workflow the job's `permissions` allow it: "
        "`pull-requests: write` for a comment or a pull request, `issues: write` for an issue. "
        "For pull requests, Settings, Actions must allow GitHub Actions to create them.",
        404: "Check the repository and the number; a token that may not see them gets this too.",
    }

    def __init__(
        self, repository: str, token: str, *, url: str = API_URL, retry_wait: float = 1.0
    ) -> None:
        """Take the repository's `owner/name` and the API's URL; `retry_wait` is in seconds."""
        self.repository = repository
        self._graphql = f"{url.rstrip('/').removesuffix('/v3')}/graphql"
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "X-GitHub-Api-Version": API_VERSION,
        }
        super().__init__(
            f"{url.rstrip('/')}/repos/{repository}", token, headers, retry_wait=retry_wait
        )

    def author(self) -> str:
        """Return the account that the token writes as, `NAME[bot]` for an app.

        REST has no answer for the token of an app's installation; GraphQL's `viewer` has one
        for every token. A server without it is one whose workflows write as `ACTIONS_BOT`.
        """
        try:
            answer = self.create(self._graphql, {"query": "query { viewer { login } }"})
            viewer = expect_object(expect_object(answer["data"])["viewer"])
            return expect_string(viewer["login"])
        except (GitHubError, KeyError, TypeError, ValueError):
            return ACTIONS_BOT

    def head(self, number: int) -> str:
        """Return the newest commit of a pull request."""
        return expect_string(expect_object(self.get(f"/pulls/{number}")["head"])["sha"])
