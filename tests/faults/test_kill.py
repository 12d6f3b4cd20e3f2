"""kill -9 at every request of an apply: the report is true, and the next apply converges."""

import json

import pytest
from faults.injection import Fault, FaultKind
from faults.killing import Hanging, killed_at_the_fault
from repos import CREDENTIALS, NEW_SOURCE, OLD_SOURCE, REST, REST_FILE

from reconciler.model.canonical import normal_spelling
from reconciler.model.fingerprints import fingerprint
from reconciler.model.kinds import FLOW_SPEC

NEW_ID = "11111111-2222-3333-4444-555555555555"
OF_ANOTHER = "00000000-0000-0000-0000-00000000000a"
ARGUMENTS = ("apply", "--yes", "--report", "report.jsonl", "--parallelism", "1")


@pytest.fixture
def desired(repo, store):
    """An update that shares a list with others, and a creation."""
    document = store.get("flowSpecs", REST).document
    shared = {**document, "sourceConnectionSpecIds": [OLD_SOURCE, OF_ANOTHER]}
    store.put("flowSpecs", REST, shared)
    text = (repo.path / REST_FILE).read_text()
    repo.write("specs/flowSpecs/mine.yaml", text.replace(REST, NEW_ID).replace("RestS", "MyS"))
    repo.write(REST_FILE, text + "x-reconciler:\n  shared: [/sourceConnectionSpecIds]\n")
    return repo


def held(store, spec_id):
    stored = store.get("flowSpecs", spec_id)
    return None if stored is None else normal_spelling(FLOW_SPEC, stored.document)


METHODS = [*["GET"] * 10, "POST", *["GET"] * 3, "PUT", *["GET"] * 3]
"""The requests of an apply: six to plan, a look at each spec, then read, write, verify, and a
second look at each. A creation is preceded and followed by a look at its name."""
BOUNDARIES = [(number, False) for number in range(1, len(METHODS) + 1)]
BOUNDARIES += [(METHODS.index(method) + 1, True) for method in ("POST", "PUT")]


def test_an_undisturbed_apply_makes_these_requests(desired, store, over_http):
    app = Hanging(store)
    desired.target(over_http(app))
    assert desired.run(*ARGUMENTS, **CREDENTIALS).code == 0
    assert app.seen == METHODS


@pytest.mark.parametrize(("number", "done"), BOUNDARIES)
def test_the_report_of_a_killed_apply_is_true_and_the_next_one_converges(
    desired, store, over_http, number, done
):
    app = Hanging(store, Fault(FaultKind.TIMEOUT, nth=number, after=done))
    desired.target(over_http(app))
    before = {spec_id: held(store, spec_id) for spec_id in (REST, NEW_ID)}
    killed_at_the_fault(desired, app, ARGUMENTS)
    report_is_true(desired.path / "report.jsonl", store, before)

    again = desired.run("apply", "--yes", **CREDENTIALS)
    assert again.code == 0, again.err
    assert "No changes" in desired.run("plan", **CREDENTIALS).out
    ids = store.get("flowSpecs", REST).document["sourceConnectionSpecIds"]
    assert sorted(ids) == sorted([OLD_SOURCE, OF_ANOTHER, NEW_SOURCE])
    names = [stored.document["name"] for stored in store.all("flowSpecs")]
    assert len(names) == len(set(names)) == 3


def report_is_true(report, store, before):
    """Check the report of a run that died against what the store holds."""
    entries = (
        [json.loads(line) for line in report.read_text().splitlines()] if report.exists() else []
    )
    begun = {entry["id"]: entry for entry in entries if entry["entry"] == "before"}
    ended = {entry["id"]: entry for entry in entries if entry["entry"] == "outcome"}
    for spec_id, was in before.items():
        now = held(store, spec_id)
        if spec_id not in begun:
            assert now == was
            continue
        entry = begun[spec_id]
        kept = entry["document"]
        assert (None if kept is None else normal_spelling(FLOW_SPEC, kept)) == was
        if spec_id in ended:
            assert ended[spec_id]["result"] == "applied"
            assert ended[spec_id]["after"] == fingerprint(FLOW_SPEC, now)
        asked = fingerprint(FLOW_SPEC, entry["asked"])
        assert now == was or fingerprint(FLOW_SPEC, now) == asked
