"""One comment, one issue: created, updated and found again."""

import time

import pytest
from github.stand_in import BOT, GitHubStandIn
from starlette.responses import JSONResponse, PlainTextResponse

from reconciler.github.client import GitHub
from reconciler.github.sticky import Kept, keep_comment, keep_issue, mark
from reconciler.model.errors import GitHubError, LiveError


@pytest.fixture
def stand_in():
    return GitHubStandIn()


@pytest.fixture
def github(stand_in, serve):
    token = stand_in.token({"issues": "write"})
    with GitHub(stand_in.repository, token, url=serve(stand_in.app), retry_wait=0) as opened:
        yield opened


def comment(github, text, name="plan"):
    return keep_comment(github, 7, name, BOT, text)


def issue(github, text, name="drift"):
    return keep_issue(github, name, BOT, "Drift", text)


def bodies(stand_in):
    return [comment["body"] for comment in stand_in.comments.values()]


def test_a_comment_is_created_once_and_updated_only_if_it_changes(github, stand_in):
    assert comment(github, "one") is Kept.CREATED
    assert comment(github, "one") is Kept.UNCHANGED
    assert [method for method, _ in stand_in.log] == ["GET", "POST", "GET"]
    assert comment(github, "two") is Kept.UPDATED
    assert bodies(stand_in) == ["<!-- reconciler: plan -->\ntwo"]


def test_without_create_only_an_existing_comment_is_updated(github, stand_in):
    assert keep_comment(github, 7, "plan", BOT, "one", create=False) is Kept.NOTHING
    comment(github, "one")
    assert keep_comment(github, 7, "plan", BOT, "two", create=False) is Kept.UPDATED
    assert bodies(stand_in) == [mark("plan") + "two"]


def test_it_is_found_behind_many_others_and_on_its_own_pull_request(github, stand_in):
    for number in range(250):
        stand_in.comment(f"comment {number}", author="octocat")
    stand_in.comment(mark("plan") + "another pull request's", number=8)
    assert comment(github, "one") is Kept.CREATED
    assert comment(github, "two") is Kept.UPDATED
    assert len(stand_in.comments) == 252


def test_one_of_several_comments_of_concurrent_runs_is_kept(github, stand_in):
    first = stand_in.comment(mark("plan") + "first")
    stand_in.comment(mark("plan") + "second")
    stand_in.comment(mark("other") + "another workflow's")
    assert comment(github, "first") is Kept.UNCHANGED
    assert list(stand_in.comments) == [first["id"], first["id"] + 2]


def test_one_issue_is_open_while_there_is_drift(github, stand_in):
    assert issue(github, None) is Kept.NOTHING
    assert issue(github, "one") is Kept.CREATED
    assert issue(github, "one") is Kept.UNCHANGED
    assert issue(github, "two") is Kept.UPDATED
    stand_in.issue(mark("drift") + "from a run that met this one")
    assert issue(github, "two") is Kept.UNCHANGED
    assert [found["body"] for found in stand_in.opened()] == [mark("drift") + "two"]
    assert issue(github, None) is Kept.CLOSED
    assert stand_in.opened() == []
    assert issue(github, "again") is Kept.CREATED


def test_issues_of_others_and_pull_requests_are_never_changed(github, stand_in):
    stand_in.issue(mark("drift") + "forged", author="octocat")
    stand_in.issue(mark("drift") + "a pull request", pull_request={})
    stand_in.issue("plain")
    assert issue(github, None) is Kept.NOTHING
    assert len(stand_in.opened()) == 3


@pytest.mark.parametrize("name", ["a --> b", "<!--", "x\ny", "plan--stage.yml"])
def test_no_name_ends_the_mark(name):
    assert mark(name).count("-->") == 1
    assert mark(name).endswith(" -->\n")
    assert "--" not in mark(name)[4:-4]


def test_a_transient_error_is_retried(github, stand_in):
    stand_in.faults = [PlainTextResponse("busy", 502), JSONResponse({"message": "slow"}, 429)]
    assert comment(github, "one") is Kept.CREATED
    stand_in.faults = [JSONResponse({"message": "down"}, 503)] * 4
    with pytest.raises(GitHubError, match=r"^GET /repos/octo/specs/issues/7/comments: 503: down"):
        comment(github, "two")


def test_a_creation_is_sent_once(github, stand_in):
    stand_in.faults = [JSONResponse([]), PlainTextResponse("bad gateway", 502)]
    with pytest.raises(GitHubError, match=r"^POST .*: 502: bad gateway"):
        comment(github, "one")
    assert [method for method, _ in stand_in.log] == ["GET", "POST"]


def test_a_missing_permission_is_named(stand_in, serve):
    url = serve(stand_in.app)
    with (
        GitHub(stand_in.repository, stand_in.token({"contents": "read"}), url=url) as github,
        pytest.raises(GitHubError, match=r"403: Resource not accessible by integration.*write"),
    ):
        comment(github, "one")
    with (
        GitHub(stand_in.repository, "ghs_unknown", url=url) as github,
        pytest.raises(GitHubError, match="401: Bad credentials") as raised,
    ):
        comment(github, "one")
    assert "ghs_unknown" not in str(raised.value)


def test_an_answer_that_is_not_json_and_an_unknown_host_are_explained(github, stand_in):
    stand_in.faults = [PlainTextResponse("<html>\x1b[2J", 200)]
    with pytest.raises(GitHubError, match="200: the response is not JSON"):
        comment(github, "one")
    stand_in.faults = [PlainTextResponse("\x1b[2J", 404)]
    with pytest.raises(GitHubError, match=r"404: \\x1b\[2J\. Check the repository"):
        comment(github, "one")
    with (
        GitHub("octo/specs", "t" * 40, url="http://127.0.0.1:9", retry_wait=0) as nowhere,
        pytest.raises(GitHubError, match=r"^GET /repos/octo/specs/issues/7/comments: "),
    ):
        comment(nowhere, "one")


def test_the_token_travels_encrypted_or_not_at_all():
    with pytest.raises(GitHubError, match="unencrypted"):
        GitHub("octo/specs", "t", url="http://github.example")


def test_a_mark_that_does_not_start_the_body_is_a_quotation(github, stand_in):
    stand_in.comment(f"> {mark('plan')}quoted")
    stand_in.issue(f"see {mark('drift')}")
    assert comment(github, "one") is Kept.CREATED
    assert issue(github, None) is Kept.NOTHING


def test_a_duplicate_that_another_run_deleted_first_is_deleted(github, stand_in):
    for text in ("first", "second"):
        stand_in.comment(mark("plan") + text)
    found = JSONResponse([*stand_in.comments.values()])
    del stand_in.comments[102]
    stand_in.faults = [found]
    assert comment(github, "one") is Kept.UPDATED


@pytest.mark.parametrize("login", ["github-actions[bot]", "reconciler-app[bot]", "octocat"])
def test_the_owner_of_the_token_finds_their_own_comment_again(github, stand_in, login):
    stand_in.bot = login
    assert keep_comment(github, 7, "plan", github.author(), "one") is Kept.CREATED
    assert keep_comment(github, 7, "plan", github.author(), "two") is Kept.UPDATED
    assert keep_comment(github, 7, "plan", login.removesuffix("[bot]"), "two") is Kept.UNCHANGED


@pytest.mark.parametrize(
    "limit",
    [
        JSONResponse({"message": "slow down"}, 403, {"Retry-After": "0"}),
        JSONResponse({"message": "slow down"}, 429, {"Retry-After": "0"}),
    ],
)
def test_a_rate_limit_is_waited_for_also_before_something_is_created(github, stand_in, limit):
    stand_in.faults = [JSONResponse([]), limit, limit]
    assert comment(github, "one") is Kept.CREATED
    assert [method for method, _ in stand_in.log] == ["GET", "POST", "POST", "POST"]


def test_the_token_does_not_follow_a_redirect(github, stand_in):
    stand_in.faults = [JSONResponse({"message": "Moved"}, 307, {"Location": "/elsewhere"})]
    with pytest.raises(GitHubError, match=r"307: Moved\. The repository was renamed or moved"):
        comment(github, "one")
    assert len(stand_in.log) == 1


def test_a_proxy_is_used_and_a_loopback_address_needs_none(stand_in, serve, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    token = stand_in.token({"issues": "write"})
    with GitHub(stand_in.repository, token, url=serve(stand_in.app)) as github:
        assert comment(github, "one") is Kept.CREATED
    with (
        GitHub("octo/specs", token, url="https://github.example", retry_wait=0) as github,
        pytest.raises(GitHubError, match="refused"),
    ):
        comment(github, "one")


def test_a_certificate_that_cannot_be_loaded_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    with pytest.raises(LiveError, match="SSL_CERT_FILE"):
        GitHub("octo/specs", "t", url="https://github.example")


def test_a_rate_limit_that_is_used_up_is_not_called_a_missing_permission(github, stand_in):
    used_up = {"X-RateLimit-Remaining": "0"}
    stand_in.faults = [JSONResponse({"message": "API rate limit exceeded"}, 403, used_up)]
    with pytest.raises(GitHubError, match="Run this again later") as raised:
        comment(github, "one")
    assert "permissions" not in str(raised.value)


def test_a_delay_that_the_service_asks_for_is_kept(github, stand_in):
    stand_in.faults = [JSONResponse({"message": "slow down"}, 403, {"Retry-After": "0.2"})]
    before = time.monotonic()
    assert comment(github, "one") is Kept.CREATED
    assert time.monotonic() - before >= 0.2
