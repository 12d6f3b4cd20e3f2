"""One note on a merge request of GitLab, beside the notes of others."""

import pytest
from github.gitlab_stand_in import GitLabStandIn

from reconciler.github.gitlab import GitLab
from reconciler.github.sticky import Kept, mark
from reconciler.model.errors import GitHubError


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


def test_the_first_of_several_notes_is_kept(gitlab, stand_in):
    for text in ("first", "second"):
        stand_in.note(mark("plan") + text)
    assert gitlab.keep_note(7, "plan", "new") is Kept.UPDATED
    assert [note["body"] for note in stand_in.notes.values()] == [mark("plan") + "new"]


def test_a_job_token_is_rejected_with_the_scope_that_is_needed(stand_in, serve):
    with (
        GitLab("42", "job-token", url=serve(stand_in.app)) as gitlab,
        pytest.raises(GitHubError, match=r"401 Unauthorized.*scope `api`") as raised,
    ):
        gitlab.keep_note(7, "plan", "one")
    assert "job-token" not in str(raised.value)
