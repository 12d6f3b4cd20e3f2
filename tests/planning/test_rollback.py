"""Rollback: the document before the first write, with the changes that others made since."""

import json

import pytest
from builders import ID, TARGET, flow_spec

from reconciler.planning.plan_file import TARGET as TARGET_CODEC
from reconciler.planning.rollback import earlier_documents

LIST = "sourceConnectionSpecIds"
OURS, THEIRS = "ours", "theirs"


def document(*elements, **fields):
    return flow_spec(**{LIST: ["s1", "s2", *elements], **fields})


def report(*writes):
    """Return the lines of a report; a write is its run, live before, requested, and result."""
    target = TARGET_CODEC.write(TARGET)
    common = {"kind": "flowSpec", "id": ID, "name": "RestStorageToAEP", "file": "f.yaml"}
    for run, before, asked, result in writes:
        yield json.dumps(
            {"entry": "run", "format": "reconciler.report/v1", "target": target, "run": run}
        )
        yield json.dumps(
            {"entry": "before", **common, "document": before, "asked": asked, "run": run}
        )
        yield json.dumps({"entry": "outcome", **common, "result": result, "run": run})


def restored(*writes):
    earlier = earlier_documents(report(*writes), "report.jsonl")
    (spec,) = earlier.desired
    (base,) = earlier.base.values()
    return spec.document, base.document


@pytest.mark.parametrize("second", ["a", "b"], ids=["one run", "two runs"])
def test_elements_that_others_added_between_two_writes_are_kept(second):
    found, base = restored(
        ("a", document(), document(OURS), "applied"),
        (second, document(THEIRS), document(THEIRS, OURS), "applied"),
    )
    assert found[LIST] == ["s1", "s2", THEIRS]
    assert base[LIST] == ["s1", "s2", THEIRS, OURS]


def test_several_runs_are_rolled_back_to_the_first():
    found, _ = restored(
        ("a", document(version="1"), document(version="2"), "applied"),
        (
            "b",
            document(version="2", name="Theirs"),
            document(version="3", name="Theirs"),
            "applied",
        ),
    )
    assert (found["version"], found["name"]) == ("1", "Theirs")


def test_a_failed_write_counts_only_if_there_is_no_other():
    first = ("a", document(version="1"), document(version="2"), "applied")
    second = ("b", document(version="2"), document(version="3"), "failed")
    found, base = restored(first, second)
    assert (found["version"], base["version"]) == ("1", "2")
    found, base = restored(second)
    assert (found["version"], base["version"]) == ("2", "3")
