"""Identifying a spec without an id by its name and provider on the target."""

import pytest
from builders import TARGET, flow_spec, live, new_source, spec
from msgspec.structs import replace

from reconciler.model.errors import ReconcilerError
from reconciler.model.kinds import CONNECTION_SPEC
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.guards import Overrides
from reconciler.planning.identify import (
    NewSpecMatcher,
    base_with_known,
    known_ids,
    namesakes,
    require_planned,
    twins_of,
    with_known,
)
from reconciler.planning.pending import awaited, identified, resolved
from reconciler.planning.plan import Action, Origin
from reconciler.planning.refusal import Guard

ACME = new_source()
FLOW = spec(flow_spec(sourceConnectionSpecIds=["s1", ACME.reference]))


def held(spec_id, **fields):
    return live({"id": spec_id, **ACME.document, **fields}, kind=CONNECTION_SPEC)


def found(*lives, desired=(ACME,), every=None, base=None, **how):
    """Return the ids found for specs; by default the last applied commit had them."""
    at_base = {was.key: was for was in (desired if base is None else base)}
    search = NewSpecMatcher(desired, every or desired, at_base, **how)
    keys = search.candidates(lives)
    return {
        reference: live.id
        for reference, live in search.found([one for one in lives if one.key in keys]).items()
    }


def test_a_live_spec_of_the_same_name_and_provider_is_identified():
    assert found(held("a"), held("b", name="Other"), held("c", providerId="q")) == {
        ACME.reference: "a"
    }
    assert found() == {}
    assert found(held("a", version="9")) == {ACME.reference: "a"}


def test_a_spec_that_this_repository_did_not_create_is_not_identified():
    """Even if equal: another team created it, and its id has to be written into the file."""
    assert found(held("a"), base=()) == {}
    assert found(held("a"), is_applied=False) == {}


def test_a_spec_created_by_this_repository_is_identified_if_it_is_unchanged():
    created = frozenset({ACME.reference})
    assert found(held("a"), base=(), created=created) == {ACME.reference: "a"}
    assert found(held("a", version="9"), base=(), created=created) == {}


def labelled(text):
    return {"uiAttributes": {"label": {"text": text}}}


def test_sources_that_must_share_a_name_are_identified_by_their_labels():
    ours = new_source(name="generic-streaming", attributes=labelled("Ours"))
    fields = {"name": "generic-streaming"}
    theirs = held("a", **fields, attributes=labelled("Theirs"))
    mine = held("b", **fields, attributes=labelled("Ours"), version="9")
    assert found(theirs, mine, desired=[ours]) == {ours.reference: "b"}
    assert twins_of([ours], [theirs, mine], ()) == {ours.key: (mine,)}
    assert twins_of([ours], [theirs], ()) == {}


def test_a_file_lists_the_fields_that_distinguish_it_from_namesakes():
    ours = new_source(type="ours")
    ours = replace(ours, directives=replace(ours.directives, match=(("type",),)))
    assert found(held("a"), held("b", type="ours"), desired=[ours]) == {ours.reference: "b"}


@pytest.mark.parametrize("odd", [["Acme CRM"], {"a": 1}, 7, None])
def test_a_live_name_that_is_not_a_string_matches_no_spec(odd):
    assert found(held("b", name=odd), held("a")) == {ACME.reference: "a"}
    assert found(held("b", providerId=odd)) == {}
    assert namesakes(ACME, [held("b", name=odd)]) == ()


def test_of_several_namesakes_the_one_equal_to_the_file_is_identified():
    assert found(held("a", version="9"), held("b")) == {ACME.reference: "b"}


def test_a_spec_with_the_name_at_the_base_is_identified():
    was = new_source(name="Acme")
    assert found(held("a", name="Acme"), base=[was]) == {ACME.reference: "a"}
    lives = held("a", version="9"), held("b", name="Acme")
    assert found(*lives, base=[was]) == {ACME.reference: "b"}


def test_a_spec_managed_by_another_file_or_listed_as_other_is_not_identified():
    other = ACME.identified("a")
    assert found(held("a"), every=(ACME, other)) == {}
    assert found(held("a"), desired=[new_source(others=("a",))]) == {}


@pytest.mark.parametrize(
    "lives",
    [
        (held("a"), held("b")),
        (held("a", version="8"), held("b", version="9")),
    ],
)
def test_ambiguous_specs_are_named(lives):
    with pytest.raises(ReconcilerError) as raised:
        found(*lives)
    said = str(raised.value)
    assert "2 specs of its name (Acme CRM) and provider (p)" in said
    assert "x-reconciler: {others: [a, b]}" in said


def test_two_new_specs_of_one_name_do_not_become_the_same():
    twin = new_source("twin", version="2")
    assert found(held("a"), desired=[twin, ACME]) == {ACME.reference: "a"}
    with pytest.raises(ReconcilerError) as raised:
        found(held("a", version="9"), desired=[twin, ACME])
    assert len(str(raised.value).splitlines()) == 2
    apart = new_source("apart", name="Apart")
    assert found(held("a", version="9"), desired=[apart, ACME]) == {ACME.reference: "a"}


def test_only_planned_and_referenced_specs_are_searched_for():
    unnamed = spec(flow_spec())
    assert NewSpecMatcher([unnamed], [unnamed, ACME], {}).unresolved == ()
    assert NewSpecMatcher([FLOW], [FLOW, ACME], {}).unresolved == (ACME,)


def test_a_reference_at_the_base_to_a_deleted_file_is_searched_for():
    bare = spec(flow_spec(sourceConnectionSpecIds=["s1"]))
    base = {ACME.key: ACME, FLOW.key: FLOW}
    assert NewSpecMatcher([bare], [bare], base).unresolved == (ACME,)
    assert NewSpecMatcher([bare], [bare], {FLOW.key: FLOW}).unresolved == ()
    assert found(held("a"), desired=[bare], base=base.values()) == {ACME.reference: "a"}
    unclear = held("a", version="8"), held("b", version="9")
    assert found(*unclear, desired=[bare], base=base.values()) == {}


def test_references_in_files_and_in_the_base_are_replaced_by_known_ids():
    ids = known_ids([ACME.identified("a"), spec(flow_spec())])
    assert ids == {ACME.reference: "a"}
    assert with_known(ACME, ids).document["id"] == "a"
    assert with_known(FLOW, ids).document["sourceConnectionSpecIds"] == ["s1", "a"]
    base = base_with_known({ACME.key: ACME, FLOW.key: FLOW}, ids)
    assert base[ACME.identified("a").key].document["id"] == "a"
    assert base[FLOW.key].document["sourceConnectionSpecIds"] == ["s1", "a"]
    earlier = base_with_known({ACME.key: ACME.identified("b"), FLOW.key: FLOW}, ids)
    assert earlier[FLOW.key].document["sourceConnectionSpecIds"] == ["s1", "b"]


def test_a_reference_to_an_unplanned_spec_is_an_error():
    require_planned([FLOW, ACME])
    with pytest.raises(ReconcilerError, match="is not selected"):
        require_planned([FLOW])


def plan_with(live_one, *, base=None):
    known = ACME.identified(live_one.id)
    at_base = None if base is None else {one.key: one for one in base}
    inputs = PlanInputs(TARGET, {known.key: live_one}, at_base, found=frozenset({known.key}))
    return build_plan([known], inputs)


def test_an_identified_spec_without_changes_needs_only_its_id_in_the_file():
    plan = plan_with(held("a"))
    assert (plan.specs[0].action, plan.specs[0].found) == (Action.NONE, True)
    (warning,) = plan.warnings
    assert "its id is a. An apply writes it into the file: commit it." in warning


def refused(desired, *twins):
    inputs = PlanInputs(TARGET, {}, twins={desired.key: twins})
    (entry,) = build_plan([desired], inputs).specs
    assert entry.action is Action.CREATE
    (refusal,) = entry.refusals
    assert refusal.guard is Guard.CONFLICTS
    return refusal


def test_a_namesake_blocks_a_creation_and_the_refusal_gives_advice():
    refusal = refused(ACME, held("a", version="9"))
    assert refusal.message.splitlines() == [
        'a spec named "Acme CRM" already exists (a) and differs from the file.',
        "If specs/connectionSpecs/acme.yaml describes it, set its id there:",
        "  id: a",
        "If not, add:",
        "  x-reconciler: {others: [a]}",
    ]
    assert Overrides(frozenset({Guard.CONFLICTS})).lifts(refusal)
    assert "(a) and equals the file." in refused(ACME, held("a")).message


def test_of_several_namesakes_the_equal_one_is_proposed():
    message = refused(ACME, held("a", version="9"), held("b")).message
    assert '2 specs named "Acme CRM" already exist (a, b).' in message
    assert "describes one of them, set its id there:\n  id: b\n" in message


def test_a_mistyped_id_creates_no_duplicate():
    mistyped = ACME.identified("typo")
    assert "  id: a" in refused(mistyped, held("a")).message
    assert twins_of([mistyped], [held("a")], managed={"a"}) == {}


def test_a_spec_with_its_id_at_the_base_is_updated():
    plan = plan_with(held("a", version="0"), base=[ACME.identified("a")])
    assert [change.origin for change in plan.specs[0].changes] == [Origin.DRIFT]
    assert plan.specs[0].refusals == ()
    earlier = new_source(version="0").identified("a")
    plan = plan_with(held("a", version="0"), base=[earlier])
    assert [change.origin for change in plan.specs[0].changes] == [Origin.REPO]


def test_a_planned_spec_waits_for_the_ids_that_it_refers_to():
    inputs = PlanInputs(TARGET, {FLOW.key: live(flow_spec(sourceConnectionSpecIds=["s1"]))})
    waiting = build_plan([FLOW], inputs).specs[0]
    assert awaited(waiting) == {ACME.reference}
    ready = resolved(waiting, {ACME.reference: "a"})
    assert awaited(ready) == frozenset()
    assert ready.body["sourceConnectionSpecIds"] == ["s1", "a"]
    assert [(change.path, change.after) for change in ready.changes] == [
        ("/sourceConnectionSpecIds/a", "a")
    ]
    assert resolved(waiting, {"connectionSpec.another": "b"}) is waiting
    new = build_plan([FLOW], PlanInputs(TARGET, {})).specs[0]
    lists = [change.after for change in resolved(new, {ACME.reference: "a"}).changes]
    assert ["s1", "a"] in lists


def test_a_created_spec_is_known_by_its_reference_until_it_has_an_id():
    plan = build_plan([ACME], PlanInputs(TARGET, {}, namesakes={ACME.key: ("x",)}))
    (planned,) = plan.specs
    assert (planned.id, planned.has_id, planned.namesakes) == (ACME.reference, False, ("x",))
    assert "id" not in planned.body
    known = identified(planned, "a")
    assert (known.id, known.has_id, known.body["id"]) == ("a", True, "a")
    assert namesakes(ACME, [held("a"), held("b", name="Other")]) == ("a",)
