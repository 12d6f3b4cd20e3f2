"""Reads from a replica that lags behind are repeated and never attributed to another client."""

import pytest
from applying.between import executed, items, status, written
from builders import ID, TARGET, flow_spec, new_source, spec
from faults.course import LIST, both_ways, seeded

from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.results import Result

BEFORE = {**flow_spec(), "updatedAt": 1}
EXACT = spec(flow_spec(version="1.1"))
SHARED = spec(flow_spec(**{LIST: ["s1", "s2", "mine"]}), shared=[f"/{LIST}"])


@pytest.fixture
def store():
    with seeded(BEFORE) as store:
        yield store


@pytest.fixture
def empty():
    with seeded() as store:
        yield store


def behind(reads, stale):
    """Answers this many reads of a spec after a write with `stale()`; None means all of them."""
    left = None

    async def act(request, forward):
        nonlocal left
        if request.method != "GET":
            answer = await forward()
            left = reads if reads is not None else 10**6
            return answer
        if left and request.url.path.rpartition("/")[2] != "flowSpecs":
            left -= 1
            return stale()
        return await forward()

    return act


def old():
    return items(BEFORE)


def missing():
    return status(404, "1101-404")


@both_ways
@pytest.mark.parametrize("stale", [old, missing])
@pytest.mark.parametrize("wanted", [EXACT, SHARED], ids=["exact", "shared"])
def test_a_read_older_than_the_put_is_repeated(store, wanted, stale, etags):
    outcome, methods = written(store, wanted, behind(2, stale), etags=etags)
    assert outcome.result is Result.APPLIED
    assert methods.count("PUT") == 1


@both_ways
def test_an_update_is_verified_under_its_own_id_whatever_the_answer_names(store, etags):
    async def act(request, forward):
        return items({"id": "other"}) if request.method == "PUT" else await forward()

    outcome, _ = written(store, EXACT, act, etags=etags)
    assert outcome.result is Result.RESIDUAL
    assert "reads still return the previous document" in outcome.message


@both_ways
def test_an_unchanged_document_is_not_attributed_to_another_client(store, etags):
    outcome, methods = written(store, SHARED, behind(None, old), etags=etags)
    assert outcome.result is Result.RESIDUAL
    assert "reads still return the previous document" in outcome.message
    assert "another client" not in outcome.message
    assert methods.count("PUT") == 1


def test_a_read_between_two_states_is_repeated_too(store):
    between = {**BEFORE, "name": "Earlier", "updatedAt": 2}
    outcome, _ = written(store, EXACT, behind(1, lambda: items(between)))
    assert outcome.result is Result.APPLIED


@pytest.mark.parametrize("reads", [1, 3])
def test_a_new_spec_that_a_read_does_not_find_yet_is_looked_for_again(empty, reads):
    outcome, methods = written(empty, EXACT, behind(reads, missing))
    assert outcome.result is Result.APPLIED
    assert methods.count("POST") == 1


def test_an_id_is_recorded_before_the_next_request_whatever_a_read_returns(empty):
    kept = []

    async def act(request, forward):
        if request.url.path.startswith("/connectionSpecs/"):
            assert kept
            return missing()
        return await forward()

    source = new_source()
    (outcome,), methods = executed(
        empty,
        build_plan([source], PlanInputs(TARGET, {})),
        act,
        on_created=lambda created: kept.append(created.id),
    )
    assert outcome.result is Result.FAILED
    assert "a read finds nothing there" in outcome.message
    assert kept == [outcome.new_id] == [stored.id for stored in empty.all("connectionSpecs")]
    assert methods.count("POST") == 1


@pytest.mark.parametrize(("later", "result"), [(0, Result.RESIDUAL), (5, Result.LOST)])
def test_only_a_later_timestamp_is_attributed_to_another_client(store, later, result):
    written_yet = []

    async def act(request, forward):
        answer = await forward()
        if request.method == "GET" and written_yet:
            stored = store.get("flowSpecs", ID).document
            stamp = stored["updatedAt"] + later
            return items({**stored, "version": "other", "updatedAt": stamp})
        written_yet.extend([request] if request.method == "PUT" else [])
        return answer

    outcome, _ = written(store, EXACT, act)
    assert outcome.result is result


def test_a_document_as_requested_is_not_read_again_for_an_earlier_timestamp(store):
    async def act(request, forward):
        answer = await forward()
        stored = store.get("flowSpecs", ID).document
        return items({**stored, "updatedAt": 0}) if request.method == "GET" else answer

    outcome, methods = written(store, EXACT, act)
    assert outcome.result is Result.APPLIED
    assert methods == ["GET", "GET", "PUT", "GET"]
