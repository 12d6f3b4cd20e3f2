"""The impact of a change: live dataflows that are valid now and would not be."""

import pytest
from builders import ID, flow_spec, live, plan_of, spec

from reconciler.model.flows import Flows
from reconciler.model.kinds import CONNECTION_SPEC
from reconciler.model.verdicts import CompatibilityLevel
from reconciler.planning.assess import possibly_breaking, with_impact, with_specs, with_verdicts
from reconciler.planning.guards import Overrides
from reconciler.planning.refusal import Guard
from reconciler.planning.schema_changes import contract_changes

OPTIONS = {"name": "OptionSpec", "spec": {"properties": {"percent": {"type": "number"}}}}


def flow(number=1, **fields):
    """A dataflow with parameters that are valid under every spec in this file."""
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


def judged(plan, changes):
    return with_specs(plan, {change.spec.key: with_verdicts(change) for change in changes})


def weigh(old, new, *flows, read=None, **how):
    """Return the plan that changes a flow spec with these dataflows."""
    plan = plan_of(spec(new), old, base=old, **how)
    changes = list(contract_changes(plan.specs, {plan.specs[0].key: live(old)}))
    plan = judged(plan, changes)
    touching = possibly_breaking(plan, changes)
    read = read or Flows(tuple(flows))
    return with_impact(plan, touching, {change.spec.id: read for change in touching}).specs[0]


def affected(*args, **how):
    impact = weigh(*args, **how).impact
    return [(each.id, each.path, each.message) for each in impact.affected]


def test_a_flow_that_the_new_schedule_rejects_is_named_with_pointer_and_reason():
    new = flow_spec(scheduleSpec=SLOWER)
    found = weigh(
        flow_spec(), new, flow(1), flow(2, scheduleParams={"frequency": "hour", "interval": 15})
    )
    assert found.impact.checked == 2
    (only,) = found.impact.affected
    assert (only.id, only.name) == ("f1", "flow 1")
    assert only.path == "/scheduleParams/interval"
    assert only.message == "interval must be at least 15"


def test_a_flow_that_was_invalid_before_is_reported_as_not_checked():
    new = flow_spec(scheduleSpec=SLOWER)
    impact = weigh(flow_spec(), new, flow(scheduleParams={"interval": 1}, state="draft")).impact
    assert impact.affected == ()
    (only,) = impact.unjudged
    assert (only.id, only.path, only.state) == ("f1", "/scheduleParams", "draft")
    assert only.message == "frequency is missing, as the spec is today already"


TYPED = {"type": "object", "properties": {"interval": {"type": "integer", "minimum": 15}}}


@pytest.mark.parametrize(
    ("interval", "least", "said"),
    [
        ("15", 30, ["/scheduleParams/interval"]),
        (15, 30, ["/scheduleParams/interval"]),
        ("30", 30, []),
    ],
)
def test_a_string_is_read_as_the_number_that_the_schema_requires(interval, least, said):
    old, new = (
        flow_spec(scheduleSpec={"name": "s", "spec": {**TYPED, "properties": {"interval": each}}})
        for each in ({"type": "integer", "minimum": 15}, {"type": "integer", "minimum": least})
    )
    found = weigh(old, new, flow(scheduleParams={"frequency": "hour", "interval": interval}))
    assert [each.path for each in found.impact.affected] == said
    assert found.impact.unjudged == ()
    if said:
        assert found.verdicts[0].breaks.instance == {"interval": 15}


@pytest.mark.parametrize(
    ("old", "new", "held", "is_affected"),
    [
        ({"type": "boolean"}, {"const": True}, "false", True),
        ({"type": "boolean"}, {"const": True}, "true", False),
        ({"type": "string"}, {"type": "string", "minLength": 2}, 0, True),
        ({"enum": [15, 30]}, {"enum": [30]}, "15", True),
        ({"enum": [15, 30]}, {"enum": [30]}, "30", False),
        ({"type": "integer"}, {"type": "string"}, "15", False),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, {"type": "null"}, "15", True),
        (
            {"items": {"type": "number"}},
            {"items": {"type": "number", "minimum": 2}},
            ["1.5"],
            True,
        ),
    ],
)
def test_every_type_is_read_from_the_strings_that_the_service_keeps(old, new, held, is_affected):
    before, after = (
        flow_spec(optionSpec={"name": "o", "spec": {"properties": {"a": each}}})
        for each in (old, {**old, **new} if "anyOf" not in old else new)
    )
    found = weigh(before, after, flow(options={"a": held})).impact
    assert bool(found.affected) is is_affected
    assert found.unjudged == ()


def test_a_string_that_is_not_a_number_is_not_checked():
    old = flow_spec(scheduleSpec={"name": "s", "spec": TYPED})
    new = flow_spec(scheduleSpec={"name": "s", "spec": {**TYPED, "required": ["frequency"]}})
    impact = weigh(old, new, flow(scheduleParams={"interval": "15x"})).impact
    assert impact.affected == ()
    assert impact.unjudged[0].message.startswith("interval must be an integer")


def test_live_values_that_an_unenforced_format_would_reject_are_named():
    old, new = (
        flow_spec(optionSpec={"name": "o", "spec": {"properties": {"id": {**words}}}})
        for words in ({"type": "string"}, {"type": "string", "format": "uuid"})
    )
    fitting = "3f2b1c9a-7d1e-4c55-9a2b-0f4b8f1f6c11"
    found = weigh(old, new, flow(1, options={"id": "x"}), flow(2, options={"id": fitting}))
    assert found.verdicts[0].verdict is CompatibilityLevel.FORMAT
    assert found.refusals == ()
    (only,) = found.impact.unjudged
    assert (only.id, only.path) == ("f1", "/options/id")
    assert only.message == "id must be of the format uuid, if that is enforced"


@pytest.mark.parametrize(
    "new",
    [
        flow_spec(scheduleSpec=SLOWER),
        flow_spec(sourceConnectionSpecIds=["s1"]),
    ],
)
def test_a_breaking_change_is_refused_if_its_dataflows_cannot_be_read(new):
    found = weigh(flow_spec(), new, read=Flows(note="GET /flows: 403"))
    refusal = next(each for each in found.refusals if each.guard is Guard.BREAKING)
    assert "it is unknown which dataflows this breaks: GET /flows: 403" in refusal.message
    assert "Get permission to read dataflows" in refusal.message
    assert Overrides(frozenset({Guard.BREAKING})).lifts(refusal)


def test_a_harmless_change_is_not_refused_if_dataflows_cannot_be_read():
    old, new = flow_spec(scheduleSpec=SLOWER), flow_spec()
    assert weigh(old, new, read=Flows(note="GET /flows: 403")).refusals == ()


def connection_spec(*names, **words):
    variants = [{"name": name, "spec": {"type": "object", **words}} for name in names]
    return {"id": ID, "name": "c", "providerId": "p", "authSpec": variants}


def weigh_connections(old, new, *connections):
    plan = plan_of(spec(new, kind=CONNECTION_SPEC), old, base=old)
    key = plan.specs[0].key
    changes = list(contract_changes(plan.specs, {key: live(old, kind=CONNECTION_SPEC)}))
    plan = judged(plan, changes)
    touching = possibly_breaking(plan, changes)
    return with_impact(plan, touching, {ID: Flows(connections)}).specs[0]


def connection(variant, **params):
    return {"id": "c1", "name": "CRM", "auth": {"specName": variant, "params": params}}


HOST = {"host": {"type": "string"}}


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ({"properties": {**HOST, "port": {"type": "integer"}}}, CompatibilityLevel.UNDECLARED),
        ({"properties": HOST, "required": ["host"]}, CompatibilityLevel.BREAKING),
        ({"properties": {"host": {"type": "integer"}}}, CompatibilityLevel.BREAKING),
    ],
)
def test_an_optional_field_that_an_authentication_gains_breaks_no_declared_name(words, level):
    old, new = connection_spec("Basic", properties=HOST), connection_spec("Basic", **words)
    found = weigh_connections(old, new)
    (verdict,) = found.verdicts
    assert verdict.verdict is level
    assert (verdict.breaks is None) == (level is CompatibilityLevel.UNDECLARED)


def test_a_connection_that_uses_the_name_already_is_broken():
    old = connection_spec("Basic", properties=HOST)
    new = connection_spec("Basic", properties={**HOST, "port": {"type": "integer"}})
    found = weigh_connections(old, new, connection("Basic", host="h", port="x"))
    (refusal,) = found.refusals
    assert (refusal.guard, refusal.pointers) == (
        Guard.BREAKING,
        ("/authSpec/Basic/spec/properties/port",),
    )
    assert [each.path for each in found.impact.affected] == ["/auth/params/port"]


def test_a_removed_authentication_breaks_the_connections_that_use_it():
    old, new = connection_spec("Basic", "OAuth"), connection_spec("Basic", "OAuth 2")
    found = weigh_connections(old, new, connection("OAuth"), connection("Basic"))
    (only,) = found.impact.affected
    assert only.path == "/auth/specName"
    assert only.message == "the connection spec no longer has the authSpec OAuth"
    assert [each.guard for each in found.refusals] == [Guard.BREAKING]
    assert "would break 1 of 2 connections" in found.refusals[0].message


def test_a_connection_is_checked_by_its_authentication_without_showing_secrets():
    old, new = (
        connection_spec("Basic", properties={"password": {"type": "string", "minLength": least}})
        for least in (1, 12)
    )
    found = weigh_connections(old, new, connection("Basic", password="hunter2"))
    (only,) = found.impact.affected
    assert only.path == "/auth/params/password"
    assert only.message == "password must have at least 12 characters"
    assert "hunter2" not in str(found)


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
def test_options_are_found_at_each_place_that_a_flow_uses(held, path):
    narrower = {"name": "OptionSpec", "spec": {"properties": {"percent": {"maximum": 100}}}}
    old, new = flow_spec(optionSpec=OPTIONS), flow_spec(optionSpec=narrower)
    assert affected(old, new, flow(**held)) == [("f1", path, "percent must be at most 100")]


def test_the_parameters_of_a_transformation_are_checked_by_the_schema_of_its_name():
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
    """Which of the two the service uses is not documented, so each of them counts."""
    old, new = (
        flow_spec(transformationSpecs=[mapping(**words)[0] for words in specs])
        for specs in (old, new)
    )
    entry = weigh(old, new, flow(transformations=[{"name": "Mapping", "params": {}}]))
    assert [each.path for each in entry.impact.affected] == ["/transformations/0/params"]
    assert [refusal.guard for refusal in entry.refusals] == [Guard.BREAKING]
    assert entry.refusals[0].pointers == ("/transformationSpecs",)


def test_reordering_two_transformations_of_one_name_breaks_nothing():
    old, new = [*mapping(), *mapping(required=["x"])], [*mapping(required=["x"]), *mapping()]
    entry = weigh(flow_spec(transformationSpecs=old), flow_spec(transformationSpecs=new), flow())
    assert entry.impact is None


def test_removing_a_transformation_breaks_the_flows_that_use_it():
    old, new = flow_spec(), flow_spec(transformationSpecs=mapping("Copy"))
    steps = [{"name": "Mapping", "params": {}}]
    assert affected(old, new, flow(1, transformations=steps), flow(2)) == [
        ("f1", "/transformations/0", "the flow spec no longer has Mapping")
    ]


def inherits(side, spec_id):
    return {f"{side}Connections": [{"id": "c1", "connectionSpec": {"id": spec_id}}]}


@pytest.mark.parametrize(("side", "gone"), [("source", "s2"), ("target", "t1")])
def test_removing_a_connection_spec_breaks_the_flows_that_use_it(side, gone):
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


def test_a_source_known_only_from_its_connection_counts_too():
    read = Flows(
        (flow(1, sourceConnectionIds=["c1", "c2"]), flow(2, sourceConnectionIds=["c3"])),
        {"c1": "s1", "c2": "s2"},
    )
    new = flow_spec(sourceConnectionSpecIds=["s1"])
    assert affected(flow_spec(), new, read=read) == [
        ("f1", "/sourceConnectionIds/1", "sourceConnectionSpecIds no longer holds s2")
    ]


def test_affected_flows_refuse_the_plan_until_it_is_allowed():
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
    skipped = Flows(note="not read", is_skipped=True)
    read = (Flows(), Flows((flow(scheduleParams=None),)), skipped)
    for each in read:
        found = weigh(flow_spec(), new, read=each)
        assert found.breaking
        assert found.refusals == ()
        assert found.impact.note == each.note


def test_a_live_flow_is_the_example_if_the_search_found_none():
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
def test_nothing_is_read_if_no_flow_can_be_affected(change):
    plan = plan_of(spec(flow_spec(**change)), flow_spec(), base=flow_spec())
    changes = list(contract_changes(plan.specs, {plan.specs[0].key: live(flow_spec())}))
    assert possibly_breaking(judged(plan, changes), changes) == []


def test_a_missing_schema_is_treated_as_one_that_accepts_everything():
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
    (verdict,) = judged(plan, changes).specs[0].verdicts
    assert verdict.path == "/authSpec/Basic/spec"
    assert verdict.breaks.reason == "host is missing"
    assert possibly_breaking(plan, changes) == []


def test_a_warning_says_what_could_not_be_read():
    new = flow_spec(scheduleSpec=SLOWER)
    plan = plan_of(spec(new), flow_spec())
    changes = list(contract_changes(plan.specs, {plan.specs[0].key: live(flow_spec())}))
    hit = with_impact(judged(plan, changes), changes, {ID: Flows(note="forbidden")})
    (warning,) = hit.warnings
    assert warning.endswith("is not fully known: forbidden")
    assert with_impact(plan, changes, {ID: Flows((flow(),))}).warnings == ()

    broken = flow_spec(scheduleSpec=schedule(type="nonsense"))
    found = weigh(broken, flow_spec(), flow())
    assert "nothing was checked by /scheduleSpec/spec" in found.impact.note


def test_a_pattern_that_backtracks_without_end_is_matched_by_its_automaton():
    old = flow_spec(scheduleSpec=schedule(properties={"frequency": {"pattern": "^(h|o)"}}))
    new = flow_spec(scheduleSpec=schedule(properties={"frequency": {"pattern": "^(o+)+$"}}))
    flows = (
        flow(1, scheduleParams={"frequency": "o" * 40 + "!", "interval": 1}),
        flow(2, scheduleParams={"frequency": "hour", "interval": 1}),
    )
    impact = weigh(old, new, *flows).impact
    assert [each.id for each in impact.affected] == ["f1", "f2"]
