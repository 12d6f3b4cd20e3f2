"""The body of a write: a PUT replaces the document, so the body is live plus the change."""

from decimal import Decimal

import pytest
from builders import ID, TARGET, flow_spec, lines, live, plan_of, planned, spec

from reconciler.model.canonical import canonical_text
from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC
from reconciler.planning.body import BodyError, live_before, put_body, require_only
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.plan import Action, Change, Operation, Origin


def test_the_body_keeps_the_live_order_of_ids_and_appends_new_ones():
    held = flow_spec(sourceConnectionSpecIds=["s2", "s9", "s1"])
    entry = planned(spec(flow_spec(sourceConnectionSpecIds=["s1", "s2", "new"])), held)
    assert entry.body["sourceConnectionSpecIds"] == ["s2", "s1", "new"]


def test_unchanged_numbers_are_sent_as_received():
    held = flow_spec(attributes={"limit": 1.0, "big": 2**70}, version="1")
    entry = planned(spec(flow_spec(attributes={"limit": 1, "big": 2**70}, version="2")), held)
    assert repr(entry.body["attributes"]) == repr({"limit": 1.0, "big": 2**70})


@pytest.mark.parametrize("number", [1e22, 1e23, -6.02e23, 1e300])
def test_a_large_number_is_sent_as_the_decimal_in_the_file(number):
    entry = planned(spec(flow_spec(attributes={"limit": number})), flow_spec(attributes={}))
    sent = entry.body["attributes"]["limit"]
    assert Decimal(sent) == Decimal(repr(number))
    assert planned(spec(flow_spec(attributes={"limit": sent})), entry.body).action is Action.NONE


def test_server_managed_fields_are_not_sent():
    entry = planned(spec(flow_spec(version="2")), flow_spec())
    assert not set(entry.body) & {"createdAt", "updatedAt", "updatedBy", "imsOrgId"}


MORE = [{"name": "Mapping", "spec": {"type": "object"}}, {"name": "Other", "spec": {}}]


@pytest.mark.parametrize("name", ["transformationSpec", "transformationSpecDTOS"])
@pytest.mark.parametrize("wanted", [None, MORE, []], ids=["kept", "added to", "emptied"])
def test_the_body_keeps_the_spelling_that_live_uses(name, wanted):
    held = flow_spec(version="2")
    held[name] = held.pop("transformationSpecs")
    desired = flow_spec() if wanted is None else flow_spec(transformationSpecs=wanted)
    entry = planned(spec(desired), held)
    assert entry.body[name] == (held[name] if wanted is None else wanted)
    assert set(entry.body) == set(held)
    assert live_before(FLOW_SPEC, entry.body, entry.changes) == held


def test_a_field_that_live_lacks_is_sent_in_the_plural():
    held = flow_spec(transformationSpecs=None)
    assert planned(spec(flow_spec()), held).body["transformationSpecs"]
    held = flow_spec(version="2")
    held["transformationSpec"] = held.pop("transformationSpecs")
    entry = planned(spec(flow_spec(transformationSpecs=None)), held)
    assert not set(entry.body) & {"transformationSpec", "transformationSpecs"}


def test_two_spellings_with_equal_values_are_one_field_and_both_are_kept():
    twice = {**flow_spec(version="2"), "transformationSpec": flow_spec()["transformationSpecs"]}
    entry = planned(spec(flow_spec(transformationSpecs=MORE)), twice)
    assert lines(entry.changes) == [
        "replace /version unknown",
        "add /transformationSpecs/Other unknown",
    ]
    assert entry.body["transformationSpecs"] == entry.body["transformationSpec"] == MORE


def test_two_spellings_with_different_values_are_an_error_for_that_spec_only():
    twice = live({**flow_spec(version="2"), "transformationSpec": []})
    other = spec({**flow_spec(), "id": "another"})
    held = {twice.key: twice, other.key: live({**flow_spec(version="2"), "id": "another"})}
    plan = build_plan([spec(flow_spec()), other], PlanInputs(TARGET, held))
    assert [entry.action for entry in plan.specs] == [Action.NONE, Action.UPDATE]
    assert [entry.id for entry in plan.errors] == [ID]
    (warning,) = plan.warnings
    assert warning.endswith(
        "'transformationSpecs' and 'transformationSpec' are two spellings of one field: their "
        "values differ."
    )


def test_a_field_that_only_changes_its_spelling_is_never_sent():
    held = flow_spec()
    held["transformationSpec"] = held.pop("transformationSpecs")
    with pytest.raises(BodyError, match="differs from the plan at /transformationSpecs;"):
        require_only(FLOW_SPEC, held, flow_spec(), ())


def test_known_fields_come_in_the_documented_order():
    held = dict(reversed(flow_spec(version="2", extra=1).items()))
    entry = planned(spec(flow_spec()), held)
    assert list(entry.body)[:4] == ["id", "name", "providerId", "version"]
    assert list(entry.body)[-1] == "extra"


def test_the_last_element_of_a_list_is_removed_beside_a_change_that_is_skipped():
    def auth(*names):
        auths = [{"name": name} for name in names]
        return {"id": ID, "name": "n", "providerId": "p", "authSpec": auths}

    wanted = spec(auth("theirs"), kind=CONNECTION_SPEC)
    entry = planned(wanted, auth("ours"), base=auth("ours", "theirs"), only={Origin.REPO})
    assert lines(entry.changes) == ["remove /authSpec/ours repo"]
    assert entry.body["authSpec"] == []
    assert live_before(CONNECTION_SPEC, entry.body, entry.changes) == auth("ours")


def test_undoing_the_changes_restores_the_live_document():
    wanted = flow_spec(
        version="2",
        sourceConnectionSpecIds=["s3"],
        transformationSpecs=[{"name": "Other", "spec": {}}],
        attributes={"a": {"b": 1}},
    )
    held = flow_spec(attributes={"a": {"c": [1]}}, runSpec={"name": "r"})
    entry = planned(spec(wanted), held)
    before = live_before(FLOW_SPEC, entry.body, entry.changes)
    assert canonical_text(FLOW_SPEC, before) == canonical_text(FLOW_SPEC, held)


def test_the_plan_says_how_much_is_carried_forward():
    """Each value and each element counts, except those that a change replaces or contains."""

    def document(**fields):
        return {"id": ID, "name": "n", "providerId": "p", **fields}

    desired = spec(
        document(sourceConnectionSpecIds=["s1", "mine"], attributes={"a": {"b": 1}}, type="t"),
        shared=["/sourceConnectionSpecIds"],
    )
    held = document(
        sourceConnectionSpecIds=["s1", "o1", "o2"],
        attributes={"a": {"b": 1, "gone": {"x": 1, "y": 2}}, "gone": [1, 2]},
        type="other",
    )
    carried = planned(desired, held).carried
    assert carried.elements == len(["o1", "o2"])
    assert carried.fields == len(["id", "name", "providerId", "s1", "o1", "o2", "/attributes/a/b"])


def test_a_change_that_does_not_fit_the_document_is_never_sent():
    astray = Change(Operation.ADD, ("name", "x"), None, 1, Origin.REPO)
    with pytest.raises(BodyError, match="no list or object"):
        put_body(FLOW_SPEC, flow_spec(), (astray,))
    made_already = Change(Operation.ADD, ("sourceConnectionSpecIds", "s1"), None, "s1", Origin.REPO)
    with pytest.raises(BodyError, match="/sourceConnectionSpecIds/s1"):
        put_body(FLOW_SPEC, flow_spec(), (made_already,))


def test_a_changed_spec_shows_who_last_wrote_the_live_document():
    entry = planned(spec(flow_spec(version="2")), flow_spec())
    assert (entry.last_write.by, entry.last_write.at) == ("someone@AdobeID", 2)
    odd = live({**flow_spec()})
    odd.document.update(updatedBy=None, updatedAt="x")
    plan = plan_of(spec(flow_spec(version="2")), None)
    assert plan.specs[0].last_write is None
