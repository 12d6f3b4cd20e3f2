"""Creations: specs cannot be deleted, so none is created twice, and no other team's is adopted."""

import asyncio

import httpx
import pytest
from applying.between import Between, executed, status
from builders import ID, TARGET, flow_spec, new_source, spec
from faults.course import ONE_BY_ONE, application, applied, plan_now, seeded
from faults.turns import EveryOrder, TakingTurns, Turns, together

from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.results import Result

ACME = new_source()
OTHER = {**ACME.document, "id": "theirs", "version": "9"}
EXACT = spec(flow_spec(version="1.1"))


@pytest.fixture
def store():
    with seeded() as store:
        yield store


def plan_of(*desired):
    return build_plan(desired, PlanInputs(TARGET, {}))


def sources(store):
    return [stored.id for stored in store.all("connectionSpecs")]


def once(method, answer):
    """Replace the answer to the first request of this method by `answer(forward)`."""
    met = []

    async def act(request, forward):
        if request.method == method and not met:
            met.append(request)
            return await answer(forward)
        return await forward()

    return act


def test_a_lost_post_adopts_no_spec_of_another_team(store):
    async def meanwhile(_):
        store.put("connectionSpecs", "theirs", OTHER)
        return status(503, "1103-503")

    (outcome,), methods = executed(store, plan_of(ACME), once("POST", meanwhile))
    assert outcome.result is Result.FAILED
    assert "a spec of its name was created meanwhile: theirs" in outcome.message.lower()
    assert outcome.new_id == ""
    assert (methods.count("POST"), sources(store)) == (1, ["theirs"])


def test_a_lost_post_that_was_stored_with_other_values_is_not_repeated(store):
    async def normalised(forward):
        await forward()
        (made,) = sources(store)
        store.put("connectionSpecs", made, {**store.get("connectionSpecs", made).document, "x": 1})
        return status(503, "1103-503")

    (outcome,), methods = executed(store, plan_of(ACME), once("POST", normalised))
    assert outcome.result is Result.FAILED
    assert (methods.count("POST"), len(sources(store))) == (1, 1)


def test_an_older_namesake_does_not_end_the_run_after_a_503(store):
    store.put("flowSpecs", "older", flow_spec(id="older"))

    async def refused(_):
        return status(503, "1103-503")

    (outcome,), _ = executed(store, plan_now(store, [EXACT]), once("POST", refused))
    assert outcome.result is Result.APPLIED
    assert sorted(stored.id for stored in store.all("flowSpecs")) == sorted([ID, "older"])


@pytest.mark.parametrize("later", range(1, 12))
@pytest.mark.parametrize("how", ["504", "silence"])
def test_a_spec_that_the_service_commits_after_a_timeout_is_created_once(store, later, how):
    """The service commits while the `later`-th request after the POST is under way."""
    since = None

    async def act(request, forward):
        nonlocal since
        if request.method == "POST" and since is None:
            since = 0
            if how == "504":
                return status(504, "1104-504")
            raise httpx.ReadTimeout("silence", request=request)
        if since is not None:
            since += 1
            if since == later:
                store.put("connectionSpecs", "late", {**ACME.document, "id": "late"})
        return await forward()

    (outcome,), methods = executed(store, plan_of(ACME), act)
    assert methods.count("POST") == 1
    assert len(sources(store)) <= 1
    assert outcome.is_good is (outcome.new_id == "late")
    if not outcome.is_good:
        assert "not sent again in this run" in outcome.message


def test_a_409_is_settled_by_reading(store):
    async def done_before(forward):
        await forward()
        return status(409, "")

    (outcome,), methods = executed(store, plan_now(store, [EXACT]), once("POST", done_before))
    assert outcome.result is Result.APPLIED
    assert methods.count("POST") == 1


def test_a_409_for_a_spec_of_others_is_stale(store):
    async def theirs(forward):
        store.put("flowSpecs", ID, flow_spec(version="7"))
        return await forward()

    (outcome,), _ = executed(store, plan_now(store, [EXACT]), once("POST", theirs))
    assert outcome.result is Result.STALE
    assert f"{ID} was created on the target" in outcome.message


def test_a_409_about_something_else_is_an_error_and_not_repeated(store):
    async def conflict(_):
        return status(409, "")

    (outcome,), methods = executed(store, plan_now(store, [EXACT]), once("POST", conflict))
    assert outcome.result is Result.FAILED
    assert "409" in outcome.message
    assert methods.count("POST") == 1


def test_two_runs_that_create_one_spec_twice_report_it_in_every_order():
    runs = twice = 0
    for choose in EveryOrder():
        with seeded() as store:
            outcomes = both(store, Turns(choose))
            made = sources(store)
        runs += 1
        if len(made) == 1:
            assert all(outcome.is_good for outcome in outcomes)
            continue
        twice += 1
        failed = [outcome for outcome in outcomes if outcome.result is Result.FAILED]
        assert failed, "both runs report success"
        assert all(spec_id in failed[0].message for spec_id in made)
    assert runs > 100
    assert 0 < twice < runs


def both(store, turns):
    app = application(store, etags=False)

    async def run(name):
        way = TakingTurns(Between(app, passing), name, turns)
        (outcome,) = await applied(plan_of(ACME), way)
        return outcome

    return asyncio.run(together(turns, run("anna"), run("bert")))


async def passing(_, forward):
    return await forward()


@pytest.mark.parametrize("versions", [("1.0", "2"), ("1.0", "1.0")], ids=["unlike", "alike"])
@pytest.mark.parametrize("made", [0, 1, 2])
def test_the_same_plan_of_two_new_specs_of_one_name_goes_on_after_a_crash(store, made, versions):
    desired = [new_source(f"acme{number}", version=v) for number, v in enumerate(versions)]
    for number, wanted in enumerate(desired[:made]):
        document = {"id": f"made{number}", **wanted.document}
        store.put("connectionSpecs", f"made{number}", document)
    outcomes, _ = executed(store, plan_of(*desired), passing, settings=ONE_BY_ONE)
    assert all(outcome.is_good for outcome in outcomes)
    assert len({outcome.new_id for outcome in outcomes}) == 2
    found = sorted(stored.document["version"] for stored in store.all("connectionSpecs"))
    assert found == sorted(versions)
