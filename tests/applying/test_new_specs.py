"""New specs, whose ids the service assigns, and the specs that refer to them."""

import asyncio

import pytest
from builders import ID, TARGET, flow_spec, live, new_source, spec
from faults.course import LIST, ONE_BY_ONE, Watched, applied, apply_once
from faults.injection import Fault, FaultKind

from reconciler.emulator.app import create_app
from reconciler.emulator.store import Store
from reconciler.model.kinds import FLOW_SPEC
from reconciler.model.specs import LiveSpec
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.plan_file import plan_text, read_plan
from reconciler.planning.results import Result

ACME = new_source()
FLOW = spec(flow_spec(**{LIST: ["s1", ACME.reference]}))
POST = {"method": "POST", "path": "/connectionSpecs"}


@pytest.fixture
def store():
    store = Store(":memory:", empty=True)
    store.put("flowSpecs", ID, flow_spec(**{LIST: ["s1"]}))
    yield store
    store.close()


def plan_target(store, *desired, namesakes=()):
    stored = store.get("flowSpecs", ID)
    held = LiveSpec(FLOW_SPEC, ID, stored.document)
    beside = {wanted.key: namesakes for wanted in desired if not wanted.has_id}
    plan = build_plan(desired, PlanInputs(TARGET, {held.key: held}, namesakes=beside))
    return read_plan(plan_text(plan), "plan.json")


def sources(store):
    return [stored.document for stored in store.all("connectionSpecs")]


def listed(store):
    return store.get("flowSpecs", ID).document[LIST]


def results(outcomes):
    return [outcome.result for outcome in outcomes]


def hold(store, spec_id="there", **fields):
    store.put("connectionSpecs", spec_id, {"id": spec_id, **ACME.document, **fields})


@pytest.mark.parametrize("etags", [False, True])
def test_a_referenced_spec_is_created_first_and_its_id_is_written_into_the_other(store, etags):
    seen = []
    outcomes = apply_once(plan_target(store, FLOW, ACME), store, etags=etags, seen=seen)
    assert results(outcomes) == [Result.APPLIED, Result.APPLIED]
    (made,) = sources(store)
    assert listed(store) == ["s1", made["id"]]
    flow, new = outcomes
    assert (new.key.id, new.new_id, new.reference) == (made["id"], made["id"], ACME.reference)
    assert (flow.new_id, flow.reference) == ("", "")
    methods = [method for method, _ in seen]
    assert methods.index("POST") < methods.index("PUT")


def test_a_new_flow_spec_refers_to_a_new_connection_spec(store):
    new = spec(flow_spec(id="new", name="New", **{LIST: [ACME.reference]}))
    outcomes = apply_once(plan_target(store, new, ACME), store, etags=False)
    assert results(outcomes) == [Result.APPLIED, Result.APPLIED]
    assert store.get("flowSpecs", "new").document[LIST] == [outcomes[1].new_id]


def test_the_same_plan_applied_again_finds_the_specs_it_created(store):
    plan = plan_target(store, FLOW, ACME)
    first = apply_once(plan, store, etags=False)
    again = apply_once(plan, store, etags=False)
    assert results(again) == [Result.IN_ORDER, Result.IN_ORDER]
    assert again[1].new_id == first[1].new_id
    assert len(sources(store)) == 1


def test_a_run_killed_after_the_creation_is_resumed(store):
    plan = plan_target(store, FLOW, ACME)
    hold(store)
    outcomes = apply_once(plan, store, etags=False)
    assert results(outcomes) == [Result.APPLIED, Result.IN_ORDER]
    assert listed(store) == ["s1", "there"]
    assert len(sources(store)) == 1


def test_a_namesake_created_since_the_plan_stops_the_run(store):
    plan = plan_target(store, FLOW, ACME)
    hold(store, version="9", updatedBy="b@AdobeID")
    outcomes = apply_once(plan, store, etags=False)
    assert results(outcomes) == [Result.NOT_DONE, Result.STALE]
    assert "was created on the target by b@AdobeID" in outcomes[1].message
    assert outcomes[1].new_id == ""
    went_on = apply_once(plan, store, etags=False, continue_past_stale=True)
    assert results(went_on) == [Result.NOT_DONE, Result.STALE]
    assert f"it names {ACME.reference}, which this run did not create" in went_on[0].message
    assert listed(store) == ["s1"]


def test_a_namesake_that_existed_at_planning_is_another_spec(store):
    hold(store)
    outcomes = apply_once(plan_target(store, ACME, namesakes=("there",)), store, etags=False)
    assert results(outcomes) == [Result.APPLIED]
    assert len(sources(store)) == 2


def test_a_spec_that_refers_to_a_failed_one_waits_for_another_run(store):
    fault = Fault(FaultKind.STATUS, status=403, times=None, **POST)
    outcomes = apply_once(plan_target(store, FLOW, ACME), store, etags=False, faults=[fault])
    assert results(outcomes) == [Result.NOT_DONE, Result.FAILED]
    assert ACME.reference in outcomes[0].message
    assert listed(store) == ["s1"]


def test_so_does_a_spec_that_refers_to_a_failed_one_by_id(store):
    known = ACME.identified("acme-id")
    naming = spec(flow_spec(**{LIST: ["s1", "acme-id"]}))
    fault = Fault(FaultKind.STATUS, status=403, times=None, **POST)
    outcomes = apply_once(plan_target(store, naming, known), store, etags=False, faults=[fault])
    assert results(outcomes) == [Result.NOT_DONE, Result.FAILED]
    assert "it names acme-id" in outcomes[0].message


@pytest.mark.parametrize("after", [False, True], ids=["nothing was done", "it was done"])
def test_a_creation_whose_response_is_lost_is_found_by_its_name(store, after):
    fault = Fault(FaultKind.RESET, after=after, **POST)
    outcomes = apply_once(plan_target(store, FLOW, ACME), store, etags=False, faults=[fault])
    assert results(outcomes) == [Result.APPLIED, Result.APPLIED]
    (made,) = sources(store)
    assert outcomes[1].new_id == made["id"]
    assert listed(store) == ["s1", made["id"]]


def test_the_id_is_known_even_if_the_created_spec_cannot_be_read(store):
    fault = Fault(FaultKind.STATUS, status=403, method="GET", path="/connectionSpecs/*", times=None)
    outcomes = apply_once(plan_target(store, FLOW, ACME), store, etags=False, faults=[fault])
    assert results(outcomes) == [Result.NOT_DONE, Result.FAILED]
    assert "It was written" in outcomes[1].message
    assert outcomes[1].new_id == sources(store)[0]["id"]


def test_a_spec_stored_with_other_values_counts_as_created(store):
    fault = Fault(FaultKind.NORMALISE, pointer=("version",), value="1.1", **POST)
    outcomes = apply_once(plan_target(store, FLOW, ACME), store, etags=False, faults=[fault])
    assert results(outcomes) == [Result.APPLIED, Result.RESIDUAL]
    assert [change.path for change in outcomes[1].unconverged] == ["/version"]
    assert listed(store) == ["s1", outcomes[1].new_id]


def test_a_created_spec_that_is_not_found_has_no_id(store):
    fault = Fault(FaultKind.LIE, **POST)
    outcomes = apply_once(plan_target(store, ACME), store, etags=False, faults=[fault])
    assert results(outcomes) == [Result.FAILED]
    assert outcomes[0].new_id == ""


@pytest.mark.parametrize("settings", [ONE_BY_ONE, None], ids=["one by one", "at once"])
def test_two_new_specs_of_one_name_are_both_created(store, settings):
    twin = new_source("twin", version="2")
    how = {"settings": settings} if settings else {}
    outcomes = apply_once(plan_target(store, ACME, twin), store, etags=False, **how)
    assert results(outcomes) == [Result.APPLIED, Result.APPLIED]
    assert outcomes[0].new_id != outcomes[1].new_id
    assert sorted(made["version"] for made in sources(store)) == ["1.0", "2"]


def test_of_two_equal_specs_one_was_created_by_a_killed_run(store):
    hold(store)
    outcomes = apply_once(plan_target(store, ACME, new_source("twin")), store, etags=False)
    assert results(outcomes) == [Result.IN_ORDER, Result.APPLIED]
    assert len({outcome.new_id for outcome in outcomes}) == len(sources(store)) == 2


def test_a_name_that_no_filter_accepts_is_found_in_the_full_list(store):
    odd = new_source(name='Acme, "the" source')
    plan = plan_target(store, odd)
    apply_once(plan, store, etags=False)
    assert results(apply_once(plan, store, etags=False)) == [Result.IN_ORDER]


def test_a_body_is_never_sent_with_a_reference_in_it(store):
    lost = build_plan([FLOW], PlanInputs(TARGET, {FLOW.key: live(flow_spec(**{LIST: ["s1"]}))}))
    outcomes = apply_once(lost, store, etags=False)
    assert results(outcomes) == [Result.NOT_DONE]
    assert listed(store) == ["s1"]


def test_another_client_that_creates_it_while_the_creation_waits_is_noticed(store):
    class Meanwhile:
        """Refuses the first POST, and lets another client make one."""

        def __init__(self, app):
            self.app, self.refused = app, False

        async def __call__(self, scope, receive, send):
            if scope["method"] == "POST" and not self.refused:
                self.refused = True
                hold(store)
                await send({"type": "http.response.start", "status": 429, "headers": []})
                await send({"type": "http.response.body", "body": b"{}"})
            else:
                await self.app(scope, receive, send)

    transport = Watched(Meanwhile(create_app(store)))
    outcomes = asyncio.run(applied(plan_target(store, FLOW, ACME), transport))
    assert results(outcomes) == [Result.APPLIED, Result.IN_ORDER]
    assert outcomes[1].new_id == "there"
    assert len(sources(store)) == 1


def test_an_id_in_the_file_that_the_service_does_not_keep_is_unconverged(store):
    class Renaming:
        """Gives a new spec an id of its own, whatever it names."""

        def __init__(self, app):
            self.app = app

        async def __call__(self, scope, receive, send):
            async def without_id():
                message = await receive()
                body = message["body"].replace(b'"id":"acme-id",', b"")
                return {**message, "body": body}

            posts = scope["method"] == "POST"
            await self.app(scope, without_id if posts else receive, send)

    transport = Watched(Renaming(create_app(store)))
    outcomes = asyncio.run(applied(plan_target(store, ACME.identified("acme-id")), transport))
    assert results(outcomes) == [Result.RESIDUAL]
    assert [change.path for change in outcomes[0].unconverged] == ["/id"]
