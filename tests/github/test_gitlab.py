"""One note on a merge request of GitLab, whatever else is said there."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reconciler.github.gitlab import GitLab
from reconciler.github.sticky import Kept, mark
from reconciler.model.errors import GitHubError


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


@pytest.fixture
def stand_in():
    return GitLabStandIn()


@pytest.fixture
def gitlab(stand_in, serve):
    with GitLab("42", "glpat-secret", url=serve(stand_in.app), retry_wait=0) as opened:
        yield opened


def test_a_note_is_created_once_and_then_updated(gitlab, stand_in):
    for number in range(150):
        stand_in.note(f"note {number}")
    stand_in.note(mark("plan") + "forged", author=6)
    assert gitlab.keep_note(7, "plan", "one") is Kept.CREATED
    assert gitlab.keep_note(7, "plan", "one") is Kept.UNCHANGED
    assert gitlab.keep_note(7, "plan", "two") is Kept.UPDATED
    assert [note["body"] for note in stand_in.notes.values()][150:] == [
        mark("plan") + "forged",
        mark("plan") + "two",
    ]


def test_of_several_notes_the_first_is_kept(gitlab, stand_in):
    for text in ("first", "second"):
        stand_in.note(mark("plan") + text)
    assert gitlab.keep_note(7, "plan", "new") is Kept.UPDATED
    assert [note["body"] for note in stand_in.notes.values()] == [mark("plan") + "new"]


def test_a_token_of_a_job_is_refused_with_the_scope_that_is_needed(stand_in, serve):
    with (
        GitLab("42", "job-token", url=serve(stand_in.app)) as gitlab,
        pytest.raises(GitHubError, match=r"401 Unauthorized.*scope `api`") as raised,
    ):
        gitlab.keep_note(7, "plan", "one")
    assert "job-token" not in str(raised.value)
