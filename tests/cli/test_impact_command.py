"""A change that breaks live dataflows, on the command line."""

import json

import pytest
from builders import one_line
from live.test_flows import Guarding
from repos import CREDENTIALS, NEW_SOURCE, OLD_SOURCE
from starlette.responses import PlainTextResponse

from reconciler.emulator.app import create_app

CONNECTION = "a5c3ad41-6e2b-4a0c-8d0b-2f0a7a1c9b60"
AFFECTED = "8b4c6a52-0a55-4c2a-8a3e-5c6f1de6f0b7"
SENTENCE = (
    '/scheduleSpec/spec: {"startTime": 0, "frequency": "minute", "interval": 15} is valid now, '
    "would be rejected"
)


@pytest.fixture
def tightened(repo):
    """A repository that raises the minimum interval of a schedule."""
    repo.edit("minimum: 15", "minimum: 60")
    return repo


def test_apply_refuses_to_break_a_live_dataflow_until_it_is_allowed(tightened):
    plan = tightened.run("plan", "--out", "plan.json")
    assert plan.code == 0
    said = one_line(plan.out)
    reason = "interval must be at least 60: would break 1 of 2 dataflows"
    assert f"breaking: RestStorageToAEP: {reason}" in said
    assert said.index("~ RestStorageToAEP") < said.index(SENTENCE)
    assert f"Orders every 20 minutes {AFFECTED} /scheduleParams/interval" in said

    refused = tightened.run("apply", "plan.json")
    assert refused.code == 3
    assert "interval must be at least 60" in refused.err
    assert tightened.run("apply", "plan.json", "--allow-breaking").code == 0
    assert "No changes." in tightened.run("plan").out


def test_without_reading_flows_a_breaking_change_is_a_warning(tightened):
    run = tightened.run("plan", "--no-impact", "--format", "json")
    (spec, *_) = [spec for spec in run.plan["changes"] if spec["verdicts"]]
    assert spec["verdicts"][0]["verdict"] == "breaking"
    assert spec["refused"] == []
    assert spec["impact"] == {
        "checked": 0,
        "affected": [],
        "note": "live dataflows were not read (--no-impact)",
    }
    assert run.plan["warnings"] == []
    text = tightened.run("plan", RECONCILER_NO_IMPACT="1").out
    assert "live dataflows were not read (--no-impact)" in one_line(text)


def test_every_report_shows_the_impact_at_the_top(tightened):
    markdown = tightened.run("plan", "--format", "markdown").out
    assert markdown.index("would break 1 of 2 dataflows") < markdown.index("#### Changes")
    assert "interval must be at least 60" in markdown
    html = tightened.run("plan", "--format", "html").out
    assert html.index("would break 1 of 2 dataflows") < html.index('id="changes"')


@pytest.mark.parametrize("status", [401, 403, 404, 500, 200])
def test_apply_refuses_to_break_dataflows_that_it_cannot_read(tightened, serve, store, status):
    app = create_app(store)

    async def service(scope, receive, send):
        is_flows = scope["type"] == "http" and scope["path"].endswith("/flows")
        answer = PlainTextResponse("<html>", status) if is_flows else app
        await answer(scope, receive, send)

    tightened.target(serve(service))
    how = {"RECONCILER_ATTEMPTS": "1", **CREDENTIALS}
    run = tightened.run("plan", "--format", "json", **how)
    assert run.code == 0, run.err
    (warning,) = run.plan["warnings"]
    assert "is not fully known: the dataflows could not be read" in warning

    refused = tightened.run("apply", "--yes", **how)
    assert refused.code == 3
    assert "it is unknown which dataflows this breaks" in one_line(refused.out + refused.err)
    assert "--allow-breaking" in refused.out + refused.err
    assert tightened.run("apply", "--yes", "--allow-breaking", **how).code == 0


def test_removing_a_source_that_a_live_flow_uses_is_refused(repo):
    repo.edit(f"  - {OLD_SOURCE}\n", "")
    run = repo.run("apply", "--yes", "--base", "HEAD", "--allow-removals")
    assert run.code == 3
    lost = f"generic-rest-extension ({OLD_SOURCE})"
    assert f"sourceConnectionSpecIds no longer holds {lost}" in one_line(run.out)
    assert "would break 2 of 2 dataflows" in run.out
    allowed = ("--allow-removals", "--allow-breaking")
    assert repo.run("apply", "--yes", "--base", "HEAD", *allowed).code == 0


def test_the_documented_change_reads_no_flow(repo, serve, store):
    service = Guarding(create_app(store))
    repo.target(serve(service))
    run = repo.run("plan", "--format", "json", **CREDENTIALS)
    assert [change["path"] for spec in run.plan["changes"] for change in spec["diff"]] == [
        f"/sourceConnectionSpecIds/{NEW_SOURCE}"
    ]
    assert all(spec["impact"] is None for spec in run.plan["changes"])
    assert not any(path.startswith("/flows") for path in service.paths)


def test_the_impact_of_a_rollback_is_assessed_like_that_of_any_plan(repo):
    repo.edit("minimum: 15", "minimum: 5")
    assert repo.run("apply", "--yes", "--report", "report.jsonl").code == 0
    plan = repo.run("rollback", "report.jsonl", "--out", "back.json")
    assert plan.code == 0, plan.err
    found = json.loads((repo.path / "back.json").read_text())["changes"][0]
    assert found["verdicts"][0]["breaks"]["reason"] == "interval must be at least 15"
    assert found["impact"]["checked"] == 2
    assert found["impact"]["affected"] == []


@pytest.fixture
def pulled(repo, store):
    """A repository with a live connection and its spec, and the password `hunter2`."""
    connection = store.get("connections", CONNECTION).document
    store.put("connections", CONNECTION, {**connection, "auth": auth("hunter2")})
    return repo


def auth(password):
    return {
        "specName": "Basic Authentication",
        "params": {"username": "me", "password": password, "host": ""},
    }


def test_a_committed_rename_of_an_authentication_is_refused_while_a_connection_uses_it(
    pulled, serve, store
):
    pulled.target(serve(create_app(store)))
    assert pulled.run("pull", OLD_SOURCE, **CREDENTIALS).code == 0
    (file,) = (pulled.path / "specs/connectionSpecs").glob("generic-rest*.yaml")
    pulled.commit()
    file.write_text(file.read_text().replace("name: Basic Authentication", "name: Basic"))
    pulled.commit()
    run = pulled.run("apply", "--yes", "--base", "HEAD~1", **CREDENTIALS)
    assert run.code == 3
    assert "the connection spec no longer has the authSpec Basic Authentication" in run.said
    assert "would break 1 of 3 connections" in run.said


def test_a_report_names_the_connection_that_a_stricter_password_breaks_and_no_password(
    pulled, serve, store
):
    pulled.target(serve(create_app(store)))
    assert pulled.run("pull", OLD_SOURCE, **CREDENTIALS).code == 0
    (file,) = (pulled.path / "specs/connectionSpecs").glob("generic-rest*.yaml")
    file.write_text(file.read_text().replace("format: password", "minLength: 12"))
    for kind in ("text", "json", "markdown", "html"):
        said = pulled.run("plan", "--format", kind, **CREDENTIALS).said
        assert "/auth/params/password" in said
        assert "hunter2" not in said
