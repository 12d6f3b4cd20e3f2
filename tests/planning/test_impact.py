"""Whom a change of a flow spec breaks: live dataflows that were in order and would not be."""

import pytest
from builders import ID, flow_spec, live, plan_of, spec

from reconciler.model.flows import Flows
from reconciler.model.kinds import CONNECTION_SPEC
from reconciler.model.verdicts import CompatibilityLevel
from reconciler.planning.assess import (
    touching_flows,
    with_impact,
    with_unread_told,
    with_verdicts,
)
from reconciler.planning.guards import Overrides
from reconciler.planning.refusal import Guard
from reconciler.planning.schema_changes import contract_changes

OPTIONS = {"name": "OptionSpec", "spec": {"properties": {"percent": {"type": "number"}}}}


def flow(number=1, **fields):
    """A dataflow whose settings are in order under every spec here."""
    return {
        "id": f"f{number}",
        "name": f"flow {number}",
        "flowSpec": {"id": ID},
        "scheduleParams": {"frequency": "hour", "interval": 1},
        **fields,
    }


def schedule(**words):
    return {"name": "PeriodicSchedule", "spec": {**flow_spec()["scheduleSpec"]["spec"], **words}}


SLOWER = schedule(properties={"frequency": {"enum": ["once", "hour"]}, "interval": {"minimum": 15}})


def mapping(name="Mapping", **words):
    return [{"name": name, "spec": {"type": "object", **words}}]


def weigh(old, new, *flows, read=None, **how):
    """The plan of a flow spec that becomes another one, with these dataflows on it."""
    plan = plan_of(spec(new), old, base=old, **how)
    changes = list(contract_changes(plan.specs, {plan.specs[0].key: live(old)}))
    plan = with_verdicts(plan, changes)
    touching = touching_flows(plan, changes)
    read = read or Flows(tuple(flows))
    return with_impact(plan, touching, {change.spec.id: read for change in touching}).specs[0]


def affected(*args, **how):
    impact = weigh(*args, **how).impact
    return [(each.id, each.path, each.message) for each in impact.affected]


def test_a_flow_that_the_new_schedule_refuses_is_named_with_the_place_and_the_reason():
    new = flow_spec(scheduleSpec=SLOWER)
    found = weigh(
        flow_spec(), new, flow(1), flow(2, scheduleParams={"frequency": "hour", "interval": 15})
    )
    assert found.impact.checked == 2
    (only,) = found.impact.affected
    assert (only.id, only.name) == ("f1", "flow 1")
    assert only.path == "/scheduleParams/interval"
    assert only.message == "interval must be at least 15"


def test_what_was_amiss_before_is_nobody_s_fault_here():
    new = flow_spec(scheduleSpec=SLOWER)
    assert affected(flow_spec(), new, flow(scheduleParams={"interval": 1})) == []


@pytest.mark.parametrize(
    ("held", "path"),
    [
        ({"options": {"percent": 101}}, "/options/percent"),
        ({"inheritedAttributes": {"options": {"percent": 101}}},
         "/inheritedAttributes/options/percent"),
        ({"inheritedAttributes": {"percent": 101, "properties": {}}},
         "/inheritedAttributes/percent"),
    ],
)  # fmt: skip
def test_options_are_found_where_a_flow_holds_them(held, path):
    narrower = {"name": "OptionSpec", "spec": {"properties": {"percent": {"maximum": 100}}}}
    old, new = flow_spec(optionSpec=OPTIONS), flow_spec(optionSpec=narrower)
    assert affected(old, new, flow(**held)) == [("f1", path, "percent must be at most 100")]


def test_a_transformation_s_parameters_are_judged_by_the_schema_of_its_name():
    old = flow_spec(transformationSpecs=[*mapping(), *mapping("Copy")])
    new = flow_spec(transformationSpecs=[*mapping("Copy"), *mapping(required=["mappingId"])])
    steps = [{"name": "Copy", "params": {}}, {"name": "Mapping", "params": {}}, {"name": "Mapping"}]
    assert affected(old, new, flow(transformations=steps)) == [
        ("f1", "/transformations/1/params", "mappingId is missing")
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([{}, {}], [{}, {"required": ["x"]}]),
        ([{}, {}], [{"required": ["x"]}, {}]),
        ([{}, {}], [{"required": ["x"]}]),
        ([{}], [{}, {"required": ["x"]}]),
        ([{"required": ["y"]}, {}], [{"required": ["y"]}]),
    ],
)
def test_two_transformations_of_one_name_hide_no_flow(old, new):
    """Which of the two the service takes is not known, so each of them counts."""
    old, new = (
        flow_spec(transformationSpecs=[mapping(**words)[0] for words in specs])
        for specs in (old, new)
    )
    entry = weigh(old, new, flow(transformations=[{"name": "Mapping", "params": {}}]))
    assert [each.path for each in entry.impact.affected] == ["/transformations/0/params"]
    assert [refusal.guard for refusal in entry.refusals] == [Guard.BREAKING]
    assert entry.refusals[0].pointers == ("/transformationSpecs",)


def test_two_transformations_of_one_name_that_only_change_places_break_nothing():
    old, new = [*mapping(), *mapping(required=["x"])], [*mapping(required=["x"]), *mapping()]
    entry = weigh(flow_spec(transformationSpecs=old), flow_spec(transformationSpecs=new), flow())
    assert entry.impact is None


def test_a_transformation_that_is_gone_takes_the_flows_with_it():
    old, new = flow_spec(), flow_spec(transformationSpecs=mapping("Copy"))
    steps = [{"name": "Mapping", "params": {}}]
    assert affected(old, new, flow(1, transformations=steps), flow(2)) == [
        ("f1", "/transformations/0", "the flow spec no longer has Mapping")
    ]


def inherits(side, spec_id):
    return {f"{side}Connections": [{"id": "c1", "connectionSpec": {"id": spec_id}}]}


@pytest.mark.parametrize(("side", "gone"), [("source", "s2"), ("target", "t1")])
def test_a_removed_connection_spec_takes_the_flows_that_use_it(side, gone):
    field = f"{side}ConnectionSpecIds"
    new = flow_spec(**{field: ["s1"]})
    flows = [flow(1, inheritedAttributes=inherits(side, gone))]
    flows += [flow(2, inheritedAttributes=inherits(side, "another")), flow(3)]
    (only,) = affected(flow_spec(), new, *flows)
    assert only == (
        "f1",
        f"/inheritedAttributes/{side}Connections/0/connectionSpec/id",
        f"{field} no longer holds {gone}",
    )


def test_a_source_that_only_its_connection_tells_of_counts_too():
    read = Flows(
        (flow(1, sourceConnectionIds=["c1", "c2"]), flow(2, sourceConnectionIds=["c3"])),
        {"c1": "s1", "c2": "s2"},
    )
    new = flow_spec(sourceConnectionSpecIds=["s1"])
    assert affected(flow_spec(), new, read=read) == [
        ("f1", "/sourceConnectionIds/1", "sourceConnectionSpecIds no longer holds s2")
    ]


def test_affected_flows_refuse_the_plan_until_somebody_allows_it():
    new = flow_spec(
        scheduleSpec=SLOWER,
        sourceConnectionSpecIds=["s1"],
        version="2.0",
    )
    flows = [flow(n, inheritedAttributes=inherits("source", "s2")) for n in range(1, 6)]
    found = weigh(flow_spec(), new, *flows)
    (refusal,) = [each for each in found.refusals if each.guard is Guard.BREAKING]
    assert refusal.message.startswith("would break 5 of 5 dataflows: flow 1 (f1): ")
    assert "and 3 more" in refusal.message
    assert set(refusal.pointers) == {
        "/scheduleSpec/spec/properties/interval/minimum",
        "/sourceConnectionSpecIds/s2",
    }
    assert not Overrides().lifts(refusal)
    assert Overrides(frozenset({Guard.BREAKING})).lifts(refusal)


def test_without_affected_flows_a_breaking_change_is_not_refused():
    new = flow_spec(scheduleSpec=SLOWER)
    read = (Flows(), Flows((flow(scheduleParams=None),)), Flows(note="not read"))
    for each in read:
        found = weigh(flow_spec(), new, read=each)
        assert found.breaking
        assert found.refusals == ()
        assert found.impact.note == each.note


def test_a_live_flow_is_an_example_where_the_search_found_none():
    words = {"properties": {"interval": {"not": {"const": 987654321012}}}}
    old = flow_spec(scheduleSpec=schedule(properties={"interval": {"multipleOf": 3}}))
    new = flow_spec(scheduleSpec={"name": "PeriodicSchedule", "spec": {"format": "odd", **words}})
    settings = {"frequency": "hour", "interval": 987654321012}
    found = weigh(old, new, flow(scheduleParams=settings))
    (verdict,) = found.verdicts
    assert verdict.verdict is CompatibilityLevel.BREAKING
    assert verdict.breaks.reason == "interval must not be 987654321012"


@pytest.mark.parametrize(
    "change",
    [
        {"version": "2.0"},
        {"sourceConnectionSpecIds": ["s1", "s2", "s3"]},
        {"scheduleSpec": schedule(title="Schedule")},
        {"scheduleSpec": {**schedule(), "type": "Periodic"}},
        {"transformationSpecs": [*mapping(), *mapping("New", required=["a"])]},
    ],
)
def test_nothing_is_read_where_no_flow_can_be_touched(change):
    plan = plan_of(spec(flow_spec(**change)), flow_spec(), base=flow_spec())
    changes = list(contract_changes(plan.specs, {plan.specs[0].key: live(flow_spec())}))
    assert touching_flows(with_verdicts(plan, changes), changes) == []


def test_a_schema_that_comes_or_goes_is_judged_as_one_that_asks_nothing():
    bare, asking = flow_spec(), flow_spec(optionSpec=OPTIONS)
    found = weigh(bare, asking, flow(options={"percent": "much"}))
    assert [verdict.verdict for verdict in found.verdicts] == [CompatibilityLevel.BREAKING]
    assert found.impact.affected[0].path == "/options/percent"
    (verdict,) = weigh(asking, bare).verdicts
    assert verdict.verdict is CompatibilityLevel.COMPATIBLE
    assert verdict.path == "/optionSpec/spec"


def test_connection_specs_get_verdicts_by_the_name_of_each_authentication():
    def auth(**words):
        return [
            {"name": "Basic", "spec": {"type": "object", **words}},
            {"name": "OAuth", "spec": {"type": "object"}},
        ]

    old, new = (
        {"id": ID, "name": "c", "providerId": "p", "authSpec": each}
        for each in (auth(), auth(required=["host"])[::-1])
    )
    plan = plan_of(spec(new, kind=CONNECTION_SPEC), old)
    key = plan.specs[0].key
    changes = list(contract_changes(plan.specs, {key: live(old, kind=CONNECTION_SPEC)}))
    (verdict,) = with_verdicts(plan, changes).specs[0].verdicts
    assert verdict.path == "/authSpec/Basic/spec"
    assert verdict.breaks.reason == "host is missing"
    assert touching_flows(plan, changes) == []


def test_what_could_not_be_read_or_judged_is_told():
    new = flow_spec(scheduleSpec=SLOWER)
    plan = plan_of(spec(new), flow_spec())
    changes = list(contract_changes(plan.specs, {plan.specs[0].key: live(flow_spec())}))
    hit = with_impact(with_verdicts(plan, changes), changes, {ID: Flows(note="forbidden")})
    (warning,) = with_unread_told(hit).warnings
    assert warning.endswith("whom the change breaks is not wholly known: forbidden")
    unread = with_impact(plan, changes, {ID: Flows((flow(),))})
    assert with_unread_told(unread).warnings == ()

    broken = flow_spec(scheduleSpec=schedule(type="nonsense"))
    found = weigh(broken, flow_spec(), flow())
    assert "no settings were checked by /scheduleSpec/spec" in found.impact.note


def test_a_pattern_that_backtracks_without_end_is_matched_by_its_automaton():
    old = flow_spec(scheduleSpec=schedule(properties={"frequency": {"pattern": "^(h|o)"}}))
    new = flow_spec(scheduleSpec=schedule(properties={"frequency": {"pattern": "^(o+)+$"}}))
    flows = (
        flow(1, scheduleParams={"frequency": "o" * 40 + "!", "interval": 1}),
        flow(2, scheduleParams={"frequency": "hour", "interval": 1}),
    )
    impact = weigh(old, new, *flows).impact
    assert [each.id for each in impact.affected] == ["f1", "f2"]
