"""The names of the connection specs in a plan, and those that do not exist on the target."""

import pytest
from builders import TARGET, flow_spec, live, spec
from jsonschema import Draft202012Validator

from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC
from reconciler.model.references import is_reference, reference_to, referred, with_ids
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.connection_names import MOST_UNKNOWN, named_kinds
from reconciler.planning.plan_file import plan_document, plan_text, read_plan
from reconciler.schemas import read_schema

MAILCHIMP = "f6c0de0c-0a42-4cd9-9139-8768bf2f1b55"
LAKE = "c604ff05-7f1a-43c0-8e18-33bf874cb11c"
KNOWN = {MAILCHIMP: "MailChimp Members", LAKE: "Data Lake", "s1": "One", "t1": "Lake"}
REFERENCE = reference_to("connectionSpec", "mailchimp")


def wanting(*ids, **fields):
    return spec(flow_spec(sourceConnectionSpecIds=list(ids), **fields))


def plan_target(*desired, connections=KNOWN, held=()):
    found = {spec.key: live(flow_spec(sourceConnectionSpecIds=list(held))) for spec in desired[:1]}
    return build_plan(desired, PlanInputs(TARGET, found, connections=connections))


def test_added_removed_and_unchanged_ids_have_their_names_beside_them():
    plan = plan_target(wanting(MAILCHIMP, "s1"), held=[LAKE, "s1"])
    assert plan.names == KNOWN
    assert plan.warnings == ()
    assert read_plan(plan_text(plan), "plan.json") == plan


def test_names_come_from_git_if_the_spec_does_not_exist_on_the_target_yet():
    new = spec({"id": "n1", "name": "New", "providerId": "p"}, kind=CONNECTION_SPEC)
    plan = plan_target(wanting("n1"), new)
    assert plan.names == {"n1": "New", "t1": "Lake"}
    assert plan.warnings == ()


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("f6c0de0c-0a42-4cd9-9139-8768bf2f1b5", f"Did you mean {MAILCHIMP} MailChimp Members?"),
        ("f6c0de0c-0a42-4cd9-9139-8768bf2f1b99", f"Did you mean {MAILCHIMP} MailChimp Members?"),
        ("f6c0de0c", f"Did you mean {MAILCHIMP} MailChimp Members?"),
        ("mailchimp members", f"Did you mean {MAILCHIMP} MailChimp Members?"),
        ("00000000-1111-2222-3333-444444444444", "does not exist on the target."),
        ("f6", "does not exist on the target."),
        ("", "does not exist on the target."),
    ],
)
def test_a_warning_names_an_id_that_does_not_exist_on_the_target_and_a_similar_one(written, advice):
    (warning,) = plan_target(wanting(written)).warnings
    file = f"specs/flowSpecs/{wanting().id}.yaml"
    assert warning.startswith(f"{file}: connection spec {written} does not exist")
    assert warning.endswith(advice)


def test_ids_that_do_not_exist_are_one_warning_however_many_files_add_them():
    twice = [wanting("x1"), wanting("x1", id="another")]
    assert ["and 1 more: connection" in text for text in plan_target(*twice).warnings] == [True]
    count = MOST_UNKNOWN + 3
    (many,) = plan_target(wanting(*(f"x{number}" for number in range(count)))).warnings
    assert many.startswith(f"{count} connection specs do not exist on the target: x0 (specs/")
    assert many.endswith(" and 3 more")


def test_an_id_that_the_plan_does_not_add_is_no_warning():
    assert plan_target(wanting("x1", "s1"), held=["x1", "s1"]).warnings == ()
    assert plan_target(wanting("x1", "s1"), held=["x1"]).warnings == ()


def test_a_target_without_lists_has_no_warning():
    assert plan_target(wanting("x1"), connections=None).warnings == ()


def test_a_reference_is_no_unknown_id_and_its_change_waits_for_the_id():
    plan = plan_target(wanting(REFERENCE, "s1", transformationSpecs=None), held=["s1"])
    assert plan.warnings == ()
    removed, added = plan.specs[0].changes
    assert (added.after, added.pending) == (REFERENCE, True)
    assert not removed.pending
    assert read_plan(plan_text(plan), "plan.json") == plan
    assert not [*Draft202012Validator(read_schema("plan")).iter_errors(plan_document(plan))]
    created = build_plan([wanting(REFERENCE)], PlanInputs(TARGET, {})).specs[0]
    assert [change.path for change in created.changes if change.pending] == [
        "/sourceConnectionSpecIds"
    ]


def test_connection_specs_are_requested_only_for_flow_specs_with_ids():
    assert named_kinds([wanting("x")]) == {CONNECTION_SPEC}
    bare = flow_spec(sourceConnectionSpecIds=[], targetConnectionSpecIds=None)
    assert named_kinds([spec(bare)]) == frozenset()


def test_no_kind_refers_to_one_that_refers_to_others():
    assert not CONNECTION_SPEC.references
    assert set(FLOW_SPEC.references.values()) == {CONNECTION_SPEC.name}


def test_references_are_replaced_by_ids_and_no_id_occurs_twice():
    document = flow_spec(sourceConnectionSpecIds=["a", REFERENCE, REFERENCE, 3, "connectionSpec.x"])
    ids = {REFERENCE: "b"}
    resolved = with_ids(FLOW_SPEC, document, ids)
    assert resolved["sourceConnectionSpecIds"] == ["a", "b", 3, "connectionSpec.x"]
    assert with_ids(FLOW_SPEC, document, {REFERENCE: "a"})["sourceConnectionSpecIds"] == [
        "a",
        3,
        "connectionSpec.x",
    ]
    assert resolved["targetConnectionSpecIds"] is document["targetConnectionSpecIds"]
    assert [text for _, text in referred(FLOW_SPEC, resolved)] == [
        "a",
        "b",
        "connectionSpec.x",
        "t1",
    ]
    assert list(referred(FLOW_SPEC, {"sourceConnectionSpecIds": "none"})) == []
    assert not is_reference("a")
    assert not is_reference(3)
