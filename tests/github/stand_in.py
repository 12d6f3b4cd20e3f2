"""A local fake of GitHub's REST API: comments of a pull request, and issues."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

BOT = "github-actions[bot]"
MOST = 65_536


@dataclass
class GitHubStandIn:
    """The state of one repository. `log` has every request to it; `faults` are answered first.

    `bot` is the account that tokens write as; `heads` the newest commit of each pull request.
    """

    repository: str = "octo/specs"
    comments: dict[int, dict] = field(default_factory=dict)
    issues: dict[int, dict] = field(default_factory=dict)
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Response] = field(default_factory=list)
    bot: str = BOT
    heads: dict[int, str] = field(default_factory=dict)
    pulls: list[dict] = field(default_factory=list)
    last: int = 100

    def token(self, permissions: dict[str, str]) -> str:
        """Return a new token with these permissions."""
        token = f"ghs_{len(self.tokens):036}"
        self.tokens[token] = dict(permissions)
        return token

    def comment(self, body: str, *, author: str = "", number: int = 7) -> dict:
        user = {"login": author or self.bot}
        return self._add(self.comments, body=body, number=number, user=user)

    def issue(self, body: str, *, author: str = "", title: str = "Drift", **more: object) -> dict:
        user = {"login": author or self.bot}
        return self._add(self.issues, body=body, title=title, user=user, state="open", **more)

    def opened(self) -> list[dict]:
        return [issue for issue in self.issues.values() if issue["state"] == "open"]

    def _add(self, there: dict[int, dict], **fields: object) -> dict:
        self.last += 1
        there[self.last] = {"id": self.last, "number": self.last, **fields}
        return there[self.last]

    @property
    def app(self) -> Starlette:
        base = f"/repos/{self.repository}/issues"
        routes = [
            Route(f"{base}/{{number:int}}/comments", self._comments, methods=["GET", "POST"]),
            Route(f"{base}/comments/{{id:int}}", self._comment, methods=["PATCH", "DELETE"]),
            Route(base, self._issues, methods=["GET", "POST"]),
            Route(f"{base}/{{number:int}}", self._issue, methods=["PATCH"]),
            Route(f"/repos/{self.repository}/pulls/{{number:int}}", self._pull, methods=["GET"]),
            Route(f"/repos/{self.repository}/pulls", self._pulls, methods=["GET", "POST"]),
            Route("/graphql", self._viewer, methods=["POST"]),
        ]
        return Starlette(routes=routes)

    def _refusal(self, request: Request, *permissions: str) -> Response | None:
        self.log.append((request.method, request.url.path))
        if self.faults:
            return self.faults.pop(0)
        if request.headers.get("X-GitHub-Api-Version") != "2022-11-28":
            return JSONResponse({"message": "which version?"}, 400)
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self.tokens:
            return JSONResponse({"message": "Bad credentials"}, 401)
        granted = {self.tokens[token].get(name) for name in permissions}
        if not granted & ({"read", "write"} if request.method == "GET" else {"write"}):
            return JSONResponse({"message": "Resource not accessible by integration"}, 403)
        return None

    async def _comments(self, request: Request) -> Response:
        if refusal := self._refusal(request, "issues", "pull-requests"):
            return refusal
        number = request.path_params["number"]
        if request.method == "GET":
            return _page(request, [c for c in self.comments.values() if c["number"] == number])
        body = await request.json()
        if len(body["body"]) > MOST:
            return JSONResponse({"message": "Validation Failed"}, 422)
        return JSONResponse(self.comment(body["body"], number=number), 201)

    async def _comment(self, request: Request) -> Response:
        if refusal := self._refusal(request, "issues", "pull-requests"):
            return refusal
        if request.path_params["id"] not in self.comments:
            return JSONResponse({"message": "Not Found"}, 404)
        if request.method == "DELETE":
            del self.comments[request.path_params["id"]]
            return Response(status_code=204)
        comment = self.comments[request.path_params["id"]]
        comment.update(await request.json())
        return JSONResponse(comment)

    async def _pull(self, request: Request) -> Response:
        if refusal := self._refusal(request, "issues", "pull-requests"):
            return refusal
        return JSONResponse({"head": {"sha": self.heads.get(request.path_params["number"])}})

    async def _pulls(self, request: Request) -> Response:
        if refusal := self._refusal(request, "pull-requests"):
            return refusal
        if request.method == "GET":
            assert request.query_params["head"].startswith("octo:")
            head = request.query_params["head"].removeprefix("octo:")
            return _page(request, [pull for pull in self.pulls if pull["head"] == head])
        self.pulls.append({**await request.json(), "html_url": "https://github.example/pull/9"})
        return JSONResponse(self.pulls[-1], 201)

    async def _viewer(self, request: Request) -> Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens or "viewer" not in (await request.json())["query"]:
            return JSONResponse({"message": "Bad credentials"}, 401)
        return JSONResponse({"data": {"viewer": {"login": self.bot}}})

    async def _issues(self, request: Request) -> Response:
        if refusal := self._refusal(request, "issues"):
            return refusal
        if request.method == "GET":
            state = request.query_params.get("state")
            return _page(request, [i for i in self.issues.values() if i["state"] == state])
        fields = await request.json()
        return JSONResponse(self.issue(fields["body"], title=fields["title"]), 201)

    async def _issue(self, request: Request) -> Response:
        if refusal := self._refusal(request, "issues"):
            return refusal
        issue = self.issues[request.path_params["number"]]
        issue.update(await request.json())
        return JSONResponse(issue)


def _page(request: Request, items: list[dict]) -> Response:
    size, page = (int(request.query_params[name]) for name in ("per_page", "page"))
    return JSONResponse(items[size * (page - 1) : size * page])
