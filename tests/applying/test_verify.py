"""Verifying a write by the read that follows it."""

import pytest
from builders import flow_spec

from reconciler.applying.verify import Evidence, verdict
from reconciler.model.kinds import FLOW_SPEC
from reconciler.planning.results import Result

LIST = "sourceConnectionSpecIds"
BEFORE = flow_spec(sourceConnectionSpecIds=["s1", "s2"])
ASKED = flow_spec(sourceConnectionSpecIds=["s1", "s2", "mine"])


def verification(now, *, answer=ASKED, before=BEFORE, asked=ASKED, merged=()):
    return verdict(Evidence(FLOW_SPEC, before, asked, answer, now, merged))


def unconverged(proved):
    return [f"{change.operation} {change.path}" for change in proved.unconverged]


def test_a_document_as_requested_is_applied_whatever_its_timestamps():
    now = flow_spec(sourceConnectionSpecIds=["mine", "s2", "s1"], updatedAt=7)
    assert verification(now).result is Result.APPLIED


def test_a_missing_document_after_its_write_is_a_failure():
    proved = verification(None)
    assert proved.result is Result.FAILED
    assert "a read finds nothing there" in proved.message


def test_a_value_that_the_service_stores_differently_is_shown_as_unconverged():
    proved = verification({**ASKED, "version": "1.0.0"})
    assert proved.result is Result.RESIDUAL
    (change,) = proved.unconverged
    assert (change.path, change.before, change.after) == ("/version", "1.0.0", "1.0")


def test_a_field_that_the_service_drops_is_unconverged():
    now = {name: value for name, value in ASKED.items() if name != "transformationSpecs"}
    proved = verification(now, before=None)
    assert proved.result is Result.RESIDUAL
    assert unconverged(proved) == ["add /transformationSpecs"]


@pytest.mark.parametrize("stamp", [{"updatedAt": 2}, {"etag": "b"}])
def test_a_timestamp_later_than_our_own_means_that_another_client_wrote(stamp):
    answer = {**ASKED, "updatedAt": 1, "etag": "a"}
    proved = verification({**answer, "version": "7", **stamp}, answer=answer)
    assert proved.result is Result.LOST
    assert "another client wrote at the same time" in proved.message
    assert unconverged(proved) == ["replace /version"]


def test_an_element_that_was_not_requested_is_reported():
    now = flow_spec(sourceConnectionSpecIds=["s1", "s2", "mine", "theirs"])
    assert unconverged(verification(now)) == [f"remove /{LIST}/theirs"]
    assert verification(now, answer=None).result is Result.LOST


def test_an_element_that_was_removed_is_reported():
    now = flow_spec(sourceConnectionSpecIds=["s2", "mine"])
    assert unconverged(verification(now)) == [f"add /{LIST}/s1"]
    assert verification(now, answer=None).result is Result.LOST


def test_our_own_element_that_was_not_stored_is_unconverged():
    proved = verification({**BEFORE, "updatedAt": 3}, answer=None)
    assert proved.result is Result.RESIDUAL
    assert unconverged(proved) == [f"add /{LIST}/mine"]


def test_elements_that_others_add_to_a_merged_list_are_no_difference():
    now = flow_spec(sourceConnectionSpecIds=["s1", "s2", "mine", "theirs"])
    assert verification(now, merged=((LIST,),)).result is Result.APPLIED


def test_an_element_that_stays_in_a_merged_list_after_its_removal_is_a_difference():
    asked = flow_spec(sourceConnectionSpecIds=["s1"])
    proved = verification(BEFORE, asked=asked, merged=((LIST,),))
    assert unconverged(proved) == [f"remove /{LIST}/s2"]


def test_an_addition_outside_a_merged_list_is_a_difference():
    now = {**ASKED, "targetConnectionSpecIds": ["t1", "theirs"]}
    proved = verification(now, merged=((LIST,),))
    assert unconverged(proved) == ["remove /targetConnectionSpecIds/theirs"]
