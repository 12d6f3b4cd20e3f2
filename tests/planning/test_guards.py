"""The guards that refuse a plan."""

import pytest
from builders import ID, TARGET, flow_spec, plan_of, planned, spec

from reconciler.model.safety import Removals, Safety
from reconciler.model.specs import SpecKey
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.guards import Overrides
from reconciler.planning.refusal import Guard

SHORT = flow_spec(sourceConnectionSpecIds=["s1"])


def refusals(desired, held, **how):
    return {refusal.guard: refusal for refusal in planned(desired, held, **how).refusals}


def test_a_removal_that_a_commit_made_passes():
    assert refusals(spec(SHORT), flow_spec(), base=flow_spec()) == {}


@pytest.mark.parametrize("base", [None, SHORT], ids=["unknown", "drift"])
def test_a_removal_that_no_commit_made_is_refused_and_named(base):
    refusal = refusals(spec(SHORT), flow_spec(), base=base)[Guard.REMOVALS]
    assert refusal.pointers == ("/sourceConnectionSpecIds/s2",)
    assert refusal.flag == "--allow-removals"
    assert f"add to specs/flowSpecs/{ID}.yaml:\n" in refusal.message
    assert "shared: [/sourceConnectionSpecIds]" in refusal.message


def test_the_refusal_of_a_removal_within_a_schema_shows_how_to_share_it():
    held = flow_spec()
    held["scheduleSpec"]["spec"]["properties"]["backfill"] = {}
    refusal = refusals(spec(flow_spec()), held)[Guard.REMOVALS]
    assert refusal.pointers == ("/scheduleSpec/spec/properties/backfill",)
    assert "ignore: [/scheduleSpec/spec/properties/backfill]" in refusal.message


def test_the_advice_for_shared_and_ignored_fields_is_one_line_of_yaml():
    held = flow_spec(type="theirs", attributes={"a": 1})
    held["sourceConnectionSpecIds"] += ["s3"]
    held["scheduleSpec"]["spec"]["required"] += ["theirs"]
    refusal = refusals(spec(SHORT), held)[Guard.REMOVALS]
    assert (
        "x-reconciler: {shared: [/sourceConnectionSpecIds, /scheduleSpec/spec/required], "
        "ignore: [/type, /attributes]}" in refusal.message
    )


def test_ask_refuses_a_reviewed_removal_too():
    refused = refusals(
        spec(SHORT), flow_spec(), base=flow_spec(), safety=Safety(removals=Removals.ASK)
    )
    assert refused[Guard.REMOVALS].flag == "--allow-removals"


def test_no_option_overrides_never():
    refused = refusals(
        spec(SHORT), flow_spec(), base=flow_spec(), safety=Safety(removals=Removals.NEVER)
    )
    assert not Overrides(frozenset(Guard)).lifts(refused[Guard.REMOVALS])
    assert "safety: {removals: ask}" in refused[Guard.REMOVALS].message


def test_the_yaml_in_a_refusal_can_be_pasted():
    refusal = refusals(spec(flow_spec()), flow_spec(attributes={"a, b": 1}))[Guard.REMOVALS]
    assert "x-reconciler: {ignore: [/attributes]}" in refusal.message
    wanted = spec(flow_spec(attributes={"c": 1}))
    refusal = refusals(wanted, flow_spec(attributes={"a, b": 1, "c": 1}))[Guard.REMOVALS]
    assert 'x-reconciler: {ignore: ["/attributes/a, b"]}' in refusal.message


def test_a_replaced_string_is_no_removal():
    assert refusals(spec(flow_spec(version="2")), flow_spec()) == {}


@pytest.mark.parametrize(
    ("before", "after", "taken"),
    [
        (["a", "b"], ["b"], ['/attributes/v/"a"']),
        (["a", "a"], ["a"], ['/attributes/v/"a"']),
        (["a", "b"], ["b", "a"], []),
        (["a"], "a", ['/attributes/v/"a"']),
        ([], "a", []),
        ({"x": 1}, "a", ["/attributes/v"]),
        ("a", {"x": 1}, []),
        ("a", None, ["/attributes/v"]),
        (0, None, ["/attributes/v"]),
        ({"x": 1}, None, ["/attributes/v"]),
        ([], None, ["/attributes/v"]),
        (None, "a", []),
        ([{"id": "a"}, {"id": "b"}], [{"id": "a"}, {"id": "c"}], ['/attributes/v/{"id":"b"}']),
        ([{"id": "a"}, {"id": "b"}], [{"id": "b"}, {"id": "a"}], []),
        ([{"id": "a"}, {"id": "a"}], [{"id": "c"}, {"id": "a"}], ['/attributes/v/{"id":"a"}']),
        ([{"id": "a"}, {"id": "b"}], [{"id": "b"}, {"id": "c"}], ['/attributes/v/{"id":"a"}']),
        ([{"id": "a"}], [{"id": "a", "more": [{"x": 1}]}], []),
        ([{"l": [{"id": 1}]}], [{"l": [{"id": 2}]}], ['/attributes/v/{"l":[{"id":1}]}']),
        ([{"a": 1}, {"a": 1, "b": 2}], [{"a": 1, "b": 2}, {}], ['/attributes/v/{"a":1}']),
    ],
)
def test_the_removals_of_a_replacement(before, after, taken):
    entry = planned(spec(flow_spec(attributes={"v": after})), flow_spec(attributes={"v": before}))
    assert [name for change in entry.changes for name in change.removed_elements] == taken


@pytest.mark.parametrize(
    ("before", "after", "taken"),
    [
        (["string"], "string", []),
        (["string", "null"], "string", ['/optionSpec/spec/type/"null"']),
        ("string", ["string", "null"], []),
    ],
)
def test_a_single_type_equals_a_list_of_that_type(before, after, taken):
    entry = planned(
        spec(flow_spec(optionSpec={"spec": {"type": after}})),
        flow_spec(optionSpec={"spec": {"type": before}}),
    )
    assert [name for change in entry.changes for name in change.removed_elements] == taken


def test_an_element_that_is_replaced_in_a_list_of_the_same_length_is_refused():
    """It is shown as another id at its index, and removes an element of another team."""

    def document(*ids):
        return flow_spec(attributes={"partners": [{"id": each, "on": True} for each in ids]})

    refused = refusals(
        spec(document("ours", "mine")), document("ours", "theirs"), base=document("ours")
    )
    assert refused[Guard.REMOVALS].pointers == ('/attributes/partners/{"id":"theirs","on":true}',)


def test_removing_a_set_removes_each_of_its_elements():
    entry = planned(spec(flow_spec(sourceConnectionSpecIds=None)), flow_spec())
    assert entry.removals == 2
    emptied = planned(
        spec(flow_spec(sourceConnectionSpecIds=None)), flow_spec(sourceConnectionSpecIds=[])
    )
    assert emptied.changes[0].removed_elements == ("/sourceConnectionSpecIds",)


def test_replacing_a_set_removes_the_elements_that_the_new_value_lacks():
    entry = planned(
        spec(flow_spec(transformationSpecs={"name": "Mapping"})),
        flow_spec(transformationSpecs=[{"name": "Mapping"}]),
    )
    assert entry.changes[0].removed_elements == ("/transformationSpecs/Mapping",)
    turned = planned(
        spec(flow_spec(transformationSpecs=[{"name": "A"}, {"name": "A"}])),
        flow_spec(transformationSpecs=[{"name": "A"}]),
    )
    assert turned.changes[0].removed_elements == ()


@pytest.mark.parametrize("step", [1, -1])
def test_what_a_list_with_one_name_twice_loses_does_not_depend_on_the_order_of_the_file(step):
    wanted = [{"name": "A", "spec": None, "permissions": None}, {"name": "B", "spec": None}]
    entry = planned(
        spec(flow_spec(transformationSpecs=wanted[::step])),
        flow_spec(transformationSpecs=[{"name": "A"}, {"name": "A", "spec": None}]),
    )
    assert entry.changes[0].removed_elements == ('/transformationSpecs/{"name":"A","spec":null}',)


def test_a_conflict_is_refused():
    refused = refusals(
        spec(flow_spec(version="2")), flow_spec(version="3"), base=flow_spec(version="1")
    )
    assert refused[Guard.CONFLICTS].pointers == ("/version",)


def test_a_protected_spec_is_refused_only_when_it_would_change():
    assert refusals(spec(flow_spec(), protect=True), flow_spec()) == {}
    refused = refusals(spec(flow_spec(version="2"), protect=True), flow_spec())
    assert refused[Guard.PROTECTED].pointers == ("/version",)
    assert Guard.PROTECTED in refusals(spec(flow_spec(), protect=True), None)


def test_a_refused_plan_says_so_in_its_summary():
    assert plan_of(spec(SHORT), flow_spec()).summary.refused == 1


class TestLimits:
    def plan(self, total, changing, **limits):
        specs = [
            spec({**flow_spec(version="2" if n < changing else "1.0"), "id": f"{n:08}"})
            for n in range(total)
        ]
        from builders import live

        held = {
            SpecKey("flowSpec", s.id): live({**flow_spec(version="1.0"), "id": s.id}) for s in specs
        }
        return build_plan(specs, PlanInputs(TARGET, held, safety=Safety(**limits)))

    def test_too_many_specs_at_once_are_refused(self):
        refused = self.plan(12, 3, max_changes=2).refusals
        assert [refusal.guard for refusal in refused] == [Guard.LIMIT]
        assert "3 of 12 specs" in refused[0].message
        assert "the limit is maxChanges: 2" in refused[0].message
        assert "safety: {maxChanges: 3}" in refused[0].message

    def test_too_large_a_share_is_refused(self):
        (refusal,) = self.plan(12, 4, max_changed_percent=30).refusals
        assert "safety: {maxChangedPercent: 34}" in refusal.message
        assert "(33.3 %) would change" in refusal.message
        assert not self.plan(10, 3, max_changed_percent=30).refusals

    def test_a_share_just_above_the_limit_is_not_rounded_to_it(self):
        (refusal,) = self.plan(67, 7, max_changed_percent=10).refusals
        assert (
            "7 of 67 specs (10.4 %) would change at once; the limit is maxChangedPercent: 10."
            in (refusal.message)
        )
        (refusal,) = self.plan(1999, 200, max_changed_percent=10).refusals
        assert "(10.01 %)" in refusal.message

    def test_creations_count_as_changes(self):
        specs = [spec({**flow_spec(), "id": f"{n:08}"}) for n in range(12)]
        refused = build_plan(specs, PlanInputs(TARGET, {}, safety=Safety(max_changes=11))).refusals
        assert "12 of 12 specs" in refused[0].message

    def test_the_share_of_few_specs_is_not_limited(self):
        assert not self.plan(9, 9, max_changes=1, max_changed_percent=1).refusals
        assert self.plan(9, 9, max_changes=1, min_specs=9).refusals

    def test_no_option_overrides_a_limit(self):
        (refusal,) = self.plan(12, 3, max_changes=2).refusals
        assert not Overrides(frozenset(Guard)).lifts(refusal)
