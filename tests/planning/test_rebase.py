"""A plan's changes on a document that moved on meanwhile."""

from builders import flow_spec, lines, planned, spec

from reconciler.planning.rebase import rebased_changes

SHARED = ["/sourceConnectionSpecIds"]


def left(now, *, desired=("s2", "mine", "more"), base=("s1", "s2"), held=("s1", "s2")):
    """What is left to do on the ids `now` of a plan that was made for the ids `held`."""
    document = {
        name: flow_spec(sourceConnectionSpecIds=list(ids))
        for name, ids in (("desired", desired), ("base", base), ("held", held), ("now", now))
    }
    entry = planned(
        spec(document["desired"], shared=SHARED), document["held"], base=document["base"]
    )
    changes = rebased_changes(entry, document["held"], document["now"])
    return None if changes is None else [line.split("/")[-1] for line in lines(changes)]


def test_what_others_do_beside_it_in_a_shared_list_leaves_all_of_it():
    assert left(("s1", "s2", "theirs")) == ["mine repo", "more repo", "s1 repo"]


def test_what_somebody_did_already_is_left_out_and_the_rest_stays():
    assert left(("s1", "s2", "mine")) == ["more repo", "s1 repo"]
    assert left(("s2",)) == ["mine repo", "more repo"]
    assert left(("s2", "more", "mine")) == []


def test_a_change_anywhere_else_is_for_a_person():
    entry = planned(spec(flow_spec(version="2"), shared=SHARED), flow_spec())
    assert rebased_changes(entry, flow_spec(), flow_spec(type="theirs")) is None
    assert rebased_changes(entry, flow_spec(), flow_spec(version="2")) is None


def test_an_element_that_became_another_value_is_for_a_person():
    def document(**spec_of_mapping):
        return flow_spec(transformationSpecs=[{"name": "Mapping", "spec": spec_of_mapping}])

    entry = planned(spec(document(type="object"), shared=["/transformationSpecs"]), document())
    assert rebased_changes(entry, document(), document(type="array")) is None
    assert rebased_changes(entry, document(), document(type="object")) == ()


def test_a_value_whose_sets_are_in_another_order_is_the_same_value():
    def document(*required, version="1.0"):
        steps = [{"name": "Mapping", "spec": {"required": list(required)}}]
        return flow_spec(transformationSpecs=steps, version=version)

    held = flow_spec(transformationSpecs=None)
    entry = planned(spec(document("a", "b", version="2"), shared=["/transformationSpecs"]), held)
    assert lines(entry.changes) == ["replace /version unknown", "add /transformationSpecs unknown"]
    assert lines(rebased_changes(entry, held, document("b", "a"))) == ["replace /version unknown"]
