"""Rebasing the changes of a plan onto a document that changed meanwhile."""

from builders import flow_spec, lines, live, planned, spec

from reconciler.planning.rebase import rebased, rebased_changes

SHARED = ["/sourceConnectionSpecIds"]


def left(now, *, desired=("s2", "mine", "more"), base=("s1", "s2"), held=("s1", "s2")):
    """Return the changes left to make on the ids `now` of a plan made for the ids `held`."""
    document = {
        name: flow_spec(sourceConnectionSpecIds=list(ids))
        for name, ids in (("desired", desired), ("base", base), ("held", held), ("now", now))
    }
    entry = planned(
        spec(document["desired"], shared=SHARED), document["held"], base=document["base"]
    )
    changes = rebased_changes(entry, document["held"], document["now"])
    return None if changes is None else [line.split("/")[-1] for line in lines(changes)]


def test_additions_of_others_in_a_shared_list_keep_every_change():
    assert left(("s1", "s2", "theirs")) == ["mine repo", "more repo", "s1 repo"]


def test_a_change_that_was_made_already_is_dropped_and_the_others_are_kept():
    assert left(("s1", "s2", "mine")) == ["more repo", "s1 repo"]
    assert left(("s2",)) == ["mine repo", "more repo"]
    assert left(("s2", "more", "mine")) == []


def test_a_change_in_an_ignored_field_keeps_every_change():
    def document(**ui):
        return flow_spec(attributes={"ui": ui, "ours": 1})

    desired = {**document(), "version": "2"}
    entry = planned(spec(desired, ignore=["/attributes/ui"]), document(a=1))
    now = live(document(b=[2]))
    moved = rebased(entry, now)
    assert lines(moved.changes) == ["replace /version unknown"]
    assert moved.body["attributes"] == {"ui": {"b": [2]}, "ours": 1}
    assert moved.live_fingerprint == now.fingerprint
    assert rebased(entry, live({**document(b=[2]), "version": "2"})).changes == ()
    assert rebased(entry, live(flow_spec(attributes={"ui": {}, "ours": 2}))) is None


def test_an_ignored_field_can_appear_with_its_parent():
    entry = planned(spec(flow_spec(version="2"), ignore=["/attributes/ui"]), flow_spec())
    now = live(flow_spec(attributes={"ui": 1}))
    assert rebased(entry, now).body["attributes"] == {"ui": 1}
    assert rebased(entry, live(flow_spec(attributes={"ui": 1, "more": 1}))) is None


def test_a_change_anywhere_else_prevents_a_rebase():
    entry = planned(spec(flow_spec(version="2"), shared=SHARED), flow_spec())
    assert rebased_changes(entry, flow_spec(), flow_spec(type="theirs")) is None
    assert rebased_changes(entry, flow_spec(), flow_spec(version="2")) is None


def test_a_list_that_became_something_else_prevents_a_rebase():
    def document(*ids):
        return flow_spec(sourceConnectionSpecIds=list(ids))

    entry = planned(spec(document("s1", "mine"), shared=SHARED), document("s1"))
    assert rebased(entry, live({**document(), "sourceConnectionSpecIds": "s1"})) is None


def test_a_shared_change_beside_another_one_prevents_a_rebase():
    def document(ids, **fields):
        return flow_spec(sourceConnectionSpecIds=ids, **fields)

    entry = planned(spec(document(["s1", "mine"]), shared=SHARED), document(["s1"]))
    assert rebased(entry, live(document(["s1", "theirs"]))).body["sourceConnectionSpecIds"] == [
        "s1",
        "theirs",
        "mine",
    ]
    assert rebased(entry, live(document(["s1", "theirs"], version="2"))) is None


def test_an_element_with_another_value_prevents_a_rebase():
    def document(**spec_of_mapping):
        return flow_spec(transformationSpecs=[{"name": "Mapping", "spec": spec_of_mapping}])

    entry = planned(spec(document(type="object"), shared=["/transformationSpecs"]), document())
    assert rebased_changes(entry, document(), document(type="array")) is None
    assert rebased_changes(entry, document(), document(type="object")) == ()


def test_values_with_sets_in_another_order_are_equal():
    def document(*required, version="1.0"):
        steps = [{"name": "Mapping", "spec": {"required": list(required)}}]
        return flow_spec(transformationSpecs=steps, version=version)

    held = flow_spec(transformationSpecs=None)
    entry = planned(spec(document("a", "b", version="2"), shared=["/transformationSpecs"]), held)
    assert lines(entry.changes) == ["replace /version unknown", "add /transformationSpecs unknown"]
    assert lines(rebased_changes(entry, held, document("b", "a"))) == ["replace /version unknown"]
