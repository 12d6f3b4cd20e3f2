"""A value that the service does not keep is written once, not by every scheduled run."""

import json

import pytest
from faults.injection import Fault, FaultKind, with_faults
from repos import CREDENTIALS, REST, REST_FILE

from reconciler.emulator.app import create_app

CATEGORY = "/attributes/notification/category"


@pytest.fixture
def stubborn(repo, serve, store):
    """A service that never changes one value; return the writes that reach it."""
    fault = Fault(
        FaultKind.NORMALISE,
        method="PUT",
        times=None,
        pointer=("attributes", "notification", "category"),
        value="sources",
    )
    app, writes = with_faults(create_app(store), [fault]), []

    async def counted(scope, receive, send):
        if scope["method"] in ("PUT", "POST"):
            writes.append(scope["path"])
        await app(scope, receive, send)

    repo.target(serve(counted))
    repo.edit("category: sources", "category: mine")
    return writes


def apply(repo, *options):
    return repo.run("apply", "--yes", *options, **CREDENTIALS)


def test_a_scheduled_run_does_not_repeat_the_write(repo, stubborn):
    first = apply(repo, "--report", "first.jsonl")
    assert first.code == 1
    assert "kept something else" in first.out
    assert len(stubborn) == 1

    planned = repo.run("plan", "--last-report", "first.jsonl", "--format", "json", **CREDENTIALS)
    marks = {change["path"]: change["residual"] for change in planned.plan["changes"][1]["diff"]}
    assert marks == {CATEGORY: True}

    for last, report in (("first", "second"), ("second", "third")):
        again = apply(repo, "--last-report", f"{last}.jsonl", "--report", f"{report}.jsonl")
        assert again.code == 1
        assert "not kept by the service" in again.out
        assert f"ignore: [{CATEGORY}]" in again.out
        assert len(stubborn) == 1

    assert apply(repo, "--last-report", "third.jsonl", "--retry-residual").code == 1
    assert len(stubborn) == 2


def test_the_other_changes_of_the_spec_are_applied(repo, stubborn, store):
    apply(repo, "--report", "report.jsonl")
    repo.edit('version: "1.0"', 'version: "1.1"')
    run = apply(repo, "--last-report", "report.jsonl", "--report", "second.jsonl")
    assert run.code == 1
    assert "the other changes are applied" in " ".join(run.out.split())
    assert store.get("flowSpecs", REST).document["version"] == "1.1"
    assert len(stubborn) == 2
    assert apply(repo, "--last-report", "second.jsonl").code == 1
    assert len(stubborn) == 2


def test_a_saved_plan_carries_the_mark_and_the_digest_of_an_approval_does_not(repo, stubborn):
    apply(repo, "--report", "report.jsonl")
    plain = repo.run("plan", "--format", "json", **CREDENTIALS).plan
    saved = ["plan", "--last-report", "report.jsonl", "--out", "plan.json", "--format", "json"]
    marked = repo.run(*saved, **CREDENTIALS).plan
    assert marked["changeDigest"] == plain["changeDigest"]
    assert repo.run("apply", "plan.json", **CREDENTIALS).code == 1
    assert len(stubborn) == 1


def test_adopting_the_value_of_the_service_resolves_it(repo, stubborn):
    apply(repo, "--report", "report.jsonl")
    repo.edit("category: mine", "category: sources")
    run = apply(repo, "--last-report", "report.jsonl")
    assert run.code == 0
    assert len(stubborn) == 1


@pytest.mark.usefixtures("stubborn")
def test_an_unconverged_commit_is_not_recorded(repo):
    apply(repo, "--report", "report.jsonl")
    repo.commit()
    run = apply(repo, "--last-report", "report.jsonl", "--record")
    assert run.code == 1
    assert "Not recorded" in run.err


@pytest.mark.usefixtures("stubborn")
def test_the_report_of_another_target_is_refused(repo):
    apply(repo, "--report", "report.jsonl")
    text = (repo.path / "report.jsonl").read_text()
    repo.write("report.jsonl", text.replace('"sandbox":"prod"', '"sandbox":"dev"'))
    run = repo.run("plan", "--last-report", "report.jsonl", **CREDENTIALS)
    assert run.code == 1
    assert "sandbox dev" in run.err
    repo.write("report.jsonl", json.dumps({"format": "reconciler.report/v1", "entry": "run"}))
    run = repo.run("plan", "--last-report", "report.jsonl", **CREDENTIALS)
    assert "not a whole apply report" in run.err
    run = repo.run("plan", "--last-report", REST_FILE, **CREDENTIALS)
    assert "not an apply report" in run.err
