"""`--notify`: a message about drift and a failed apply, which never changes how a run ends."""

import pytest
from repos import REST
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from reconciler.emulator.store import Store


@pytest.fixture
def webhook(serve):
    """A webhook's address, and what was posted to it."""
    posted = []

    async def post(request):
        posted.append(await request.json())
        return Response(status_code=200)

    url = serve(Starlette(routes=[Route("/hook/secret", post, methods=["POST"])]))
    return f"{url}/hook/secret", posted


def add_source_on_target(repo):
    """Add to the live list what no commit has: drift, and a removal that blocks an apply."""
    store = Store(repo.path / ".reconciler" / "local.db")
    live = store.get("flowSpecs", REST).document
    sources = [*live["sourceConnectionSpecIds"], "theirs"]
    store.put("flowSpecs", REST, {**live, "sourceConnectionSpecIds": sources})
    store.close()


def test_drift_is_posted_after_the_report_and_no_drift_is_not(repo, webhook):
    url, posted = webhook
    repo.run("apply", "--yes")
    assert repo.run("drift", RECONCILER_NOTIFY=url).code == 0
    assert posted == []
    add_source_on_target(repo)
    run = repo.run("drift", "--target", "local", RECONCILER_NOTIFY=url, GITHUB_ACTIONS="true")
    assert run.code == 2
    (message,) = posted
    assert set(message) == {"text"}
    assert message["text"].startswith("reconciler drift on local found changes on the target")
    assert "/actions/runs/" in message["text"]
    assert "secret" not in run.said


def test_a_refused_and_a_failed_apply_are_posted_with_the_reason(repo, webhook):
    url, posted = webhook
    assert repo.run("apply", "--yes", RECONCILER_NOTIFY=url).code == 0
    add_source_on_target(repo)
    assert repo.run("apply", "--yes", RECONCILER_NOTIFY=url).code == 3
    repo.edit("name: RestStorageToAEP", "name: '<!channel> & co'\nid: 1")
    run = repo.run("apply", "--yes", RECONCILER_NOTIFY=url)
    assert run.code == 1
    refused, failed = (message["text"] for message in posted)
    assert "reconciler apply was refused" in refused
    assert failed.startswith("reconciler apply failed.\n")
    assert "<" not in failed


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://hooks.example/x", "nonsense"])
def test_a_webhook_that_cannot_be_used_changes_nothing_but_a_warning(repo, url):
    run = repo.run("plan")
    assert repo.run("apply", "--yes", RECONCILER_NOTIFY=url).code == 0
    add_source_on_target(repo)
    run = repo.run("apply", "--yes", RECONCILER_NOTIFY=url)
    assert run.code == 3
    assert "warning: " in run.err
    assert "/x" not in run.err
