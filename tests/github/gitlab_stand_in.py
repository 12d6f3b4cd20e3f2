"""A local fake of GitLab's REST API: the notes of one merge request."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class GitLabStandIn:
    """The notes of merge request 7 of project 42; every token that begins with `glpat-` is 5's."""

    def __init__(self) -> None:
        self.notes: dict[int, dict] = {}
        routes = [
            Route("/projects/42/merge_requests/7/notes", self._notes, methods=["GET", "POST"]),
            Route(
                "/projects/42/merge_requests/7/notes/{id:int}",
                self._note,
                methods=["PUT", "DELETE"],
            ),
            Route("/user", self._user),
        ]
        self.app = Starlette(routes=routes)

    def note(self, body: str, author: int = 5) -> dict:
        number = len(self.notes) + 1
        self.notes[number] = {"id": number, "body": body, "author": {"id": author}}
        return self.notes[number]

    async def _user(self, request: Request) -> Response:
        if request.headers.get("PRIVATE-TOKEN", "").startswith("glpat-"):
            return JSONResponse({"id": 5})
        return JSONResponse({"message": "401 Unauthorized"}, 401)

    async def _notes(self, request: Request) -> Response:
        if request.method == "POST":
            return JSONResponse(self.note((await request.json())["body"]), 201)
        size, page = (int(request.query_params[name]) for name in ("per_page", "page"))
        return JSONResponse([*self.notes.values()][size * (page - 1) : size * page])

    async def _note(self, request: Request) -> Response:
        if request.method == "DELETE":
            del self.notes[request.path_params["id"]]
            return Response(status_code=204)
        note = self.notes[request.path_params["id"]]
        note.update(await request.json())
        return JSONResponse(note)
