"""Detecting that the target changed since the plan, and who changed it."""

import pytest
from builders import flow_spec, live, planned, spec

from reconciler.applying.staleness import Freshness, check_staleness

WANTED = flow_spec(version="1.1")


def update():
    return planned(spec(WANTED), flow_spec())


def test_an_unchanged_target_is_current():
    assert check_staleness(update(), live(flow_spec())).freshness is Freshness.CURRENT


def test_another_order_and_other_timestamps_are_current_too():
    moved = flow_spec(sourceConnectionSpecIds=["s2", "s1"], updatedAt=99)
    assert check_staleness(update(), live(moved)).freshness is Freshness.CURRENT


def test_a_document_as_requested_is_already_applied():
    assert check_staleness(update(), live(WANTED)).freshness is Freshness.ALREADY_APPLIED


def test_a_spec_that_does_not_exist_can_be_created():
    assert check_staleness(planned(spec(WANTED), None), None).freshness is Freshness.CURRENT


def test_a_change_since_the_plan_is_named_with_who_and_when():
    found = check_staleness(update(), live(flow_spec(name="Other")))
    assert found.freshness is Freshness.STALE
    assert found.message == (
        "/name was changed on the target by someone@AdobeID at 1970-01-01T00:00:00Z after the "
        "plan. Run plan again."
    )


def test_only_the_first_ten_changes_are_named():
    ids = [f"x{number:02}" for number in range(12)]
    found = check_staleness(update(), live(flow_spec(targetConnectionSpecIds=["t1", *ids])))
    assert "/targetConnectionSpecIds/x09 and 2 more were changed on the target" in found.message
    assert "x10" not in found.message


def test_a_deleted_spec_is_stale():
    found = check_staleness(update(), None)
    assert (found.freshness, found.message) == (
        Freshness.STALE,
        "it does not exist on the target any more. Run plan again.",
    )


def test_a_spec_that_was_created_meanwhile_is_stale():
    found = check_staleness(planned(spec(WANTED), None), live(flow_spec()))
    assert found.freshness is Freshness.STALE
    assert "was created on the target by someone@AdobeID" in found.message


@pytest.mark.parametrize("fields", [{"updatedBy": "", "updatedAt": "x"}, {"updatedBy": 7}])
def test_without_a_timestamp_no_client_is_named(fields):
    held = live(flow_spec(name="Other"))
    held.document.update({"updatedBy": None, "updatedAt": None, **fields})
    assert (
        "/name was changed on the target after the plan" in check_staleness(update(), held).message
    )
