"""Writing one spec when another client or an error interferes."""

import asyncio
from dataclasses import replace

import pytest
from builders import ID, flow_spec, spec
from faults.course import LIST, ONE_BY_ONE, Watched, application, applied, held, plan_now, seeded
from faults.injection import Edit, Fault, FaultKind

from reconciler.planning.results import Result

PATH = f"/flowSpecs/{ID}"
BEFORE = flow_spec()
SHARED = spec(flow_spec(sourceConnectionSpecIds=["s1", "s2", "mine"]), shared=[f"/{LIST}"])
EXACT = spec(flow_spec(version="1.1"))
READ, PUT = 2, 3
"""The numbers of the requests for one spec: the precheck, a read, the PUT, a read."""
CUT = Fault(FaultKind.RESET, method="PUT")
THEIRS = Fault(FaultKind.THIRD_PARTY, edit=Edit.ADD, pointer=(LIST,), value="theirs")


@pytest.fixture
def store():
    with seeded(BEFORE) as store:
        yield store


def written(store, wanted, *faults, etags=False, base=(), settings=ONE_BY_ONE, plan=None):
    """Execute the plan for one spec; return the outcome and the methods of the requests."""
    plan = plan or plan_now(store, [wanted], base)
    transport = Watched(application(store, etags=etags, faults=faults))
    (outcome,) = asyncio.run(applied(plan, transport, settings))
    return outcome, [method for method, _ in transport.seen]


def whole(**fields):
    """Another client that replaces the document with its own."""
    return Fault(FaultKind.THIRD_PARTY, value=flow_spec(**fields))


def test_a_change_that_another_client_has_made_already_is_not_written(store):
    outcome, methods = written(store, EXACT, replace(whole(version="1.1"), nth=READ))
    assert outcome.result is Result.IN_ORDER
    assert "PUT" not in methods


def test_a_412_merges_a_shared_list_and_writes_again(store):
    outcome, methods = written(store, SHARED, replace(THEIRS, nth=PUT), etags=True)
    assert outcome.result is Result.APPLIED
    assert methods == ["GET", "GET", "PUT", "GET", "PUT", "GET"]
    assert set(held(store, ID)[LIST]) == {"s1", "s2", "theirs", "mine"}
    assert len(outcome.request_ids) == 2


def test_a_412_by_a_change_elsewhere_is_stale(store):
    outcome, _ = written(store, SHARED, replace(whole(name="Other"), nth=PUT), etags=True)
    assert outcome.result is Result.STALE
    assert "/name was changed" in outcome.message


def test_a_412_by_a_change_of_a_shared_list_and_of_another_field_is_stale_too(store):
    both = whole(name="Other", sourceConnectionSpecIds=["s1", "s2", "theirs"])
    outcome, methods = written(store, SHARED, replace(both, nth=PUT), etags=True)
    assert outcome.result is Result.STALE
    assert methods.count("PUT") == 1
    assert held(store, ID)[LIST] == ["s1", "s2", "theirs"]


def test_a_412_by_a_change_in_the_list_and_elsewhere_is_stale(store):
    both = whole(name="Other", **{LIST: ["s1", "s2", "theirs"]})
    outcome, methods = written(store, SHARED, replace(both, nth=PUT), etags=True)
    assert outcome.result is Result.STALE
    assert "/name" in outcome.message
    assert methods.count("PUT") == 1
    assert set(held(store, ID)[LIST]) == {"s1", "s2", "theirs"}


@pytest.mark.parametrize("etags", [False, True])
@pytest.mark.parametrize("nth", [1, READ])
def test_elements_that_others_add_to_a_shared_list_after_the_plan_are_merged(store, nth, etags):
    outcome, methods = written(store, SHARED, replace(THEIRS, nth=nth), etags=etags)
    assert outcome.result is Result.APPLIED
    assert methods == ["GET", "GET", "PUT", "GET"]
    assert set(held(store, ID)[LIST]) == {"s1", "s2", "theirs", "mine"}


@pytest.mark.parametrize("done", [False, True], ids=["not done", "done"])
def test_a_lost_put_beside_additions_of_others_is_resolved(store, done):
    faults = [replace(CUT, after=done), replace(THEIRS, nth=PUT + 1)]
    outcome, methods = written(store, SHARED, *faults, etags=True)
    assert outcome.result is Result.APPLIED
    assert methods.count("PUT") == (1 if done else 2)
    assert set(held(store, ID)[LIST]) == {"s1", "s2", "theirs", "mine"}


def test_a_412_by_a_client_that_did_the_same_is_already_applied(store):
    same = replace(THEIRS, value="mine", nth=PUT)
    outcome, methods = written(store, SHARED, same, etags=True)
    assert outcome.result is Result.IN_ORDER
    assert methods.count("PUT") == 1


def gone(nth):
    return Fault(FaultKind.STATUS, status=404, nth=nth, body={"errors": [{"code": "1101-404"}]})


def test_a_412_of_a_deleted_spec_is_stale(store):
    stale = Fault(FaultKind.STATUS, status=412, nth=PUT)
    outcome, _ = written(store, SHARED, stale, gone(PUT + 1), etags=True)
    assert outcome.result is Result.STALE
    assert "not exist on the target any more" in outcome.message


def test_a_412_on_every_put_is_given_up(store):
    stale = Fault(FaultKind.STATUS, method="PUT", status=412, times=None)
    outcome, methods = written(store, SHARED, stale, etags=True)
    assert outcome.result is Result.FAILED
    assert "sent 5 times and did not take effect; the target is unchanged." in outcome.message
    assert methods.count("PUT") == ONE_BY_ONE.attempts
    assert held(store, ID)[LIST] == ["s1", "s2"]


def test_a_lost_put_that_was_not_stored_is_repeated_after_a_read(store):
    outcome, methods = written(store, EXACT, CUT)
    assert outcome.result is Result.APPLIED
    assert methods == ["GET", "GET", "PUT", "GET", "PUT", "GET"]


def test_a_lost_put_that_was_stored_is_not_repeated(store):
    outcome, methods = written(store, EXACT, replace(CUT, after=True))
    assert outcome.result is Result.APPLIED
    assert methods == ["GET", "GET", "PUT", "GET"]
    assert store.get("flowSpecs", ID).revision == 2


def test_a_lost_put_of_a_deleted_spec_is_a_failure(store):
    outcome, _ = written(store, EXACT, CUT, gone(PUT + 1))
    assert outcome.result is Result.FAILED
    assert "a read finds nothing there" in outcome.message


def test_the_result_of_a_lost_put_is_unknown_if_no_read_answers(store):
    dead = Fault(FaultKind.RESET, nth=PUT, times=None)
    outcome, _ = written(store, EXACT, dead)
    assert outcome.result is Result.FAILED
    assert outcome.message.endswith("Whether it was written is not known: run plan again to see.")


def test_a_put_that_no_read_can_verify_is_reported_as_written(store):
    dead = Fault(FaultKind.RESET, nth=PUT + 1, times=None)
    outcome, _ = written(store, EXACT, dead)
    assert outcome.result is Result.FAILED
    assert "It was written, and what the target kept is not known" in outcome.message
    assert len(outcome.request_ids) == 1


def test_a_500_on_a_put_is_resolved_by_reading(store):
    broken = Fault(FaultKind.STATUS, method="PUT", status=500, after=True)
    outcome, methods = written(store, EXACT, broken)
    assert outcome.result is Result.APPLIED
    assert methods.count("PUT") == 1


def test_the_spec_is_read_again_before_a_throttled_put_is_repeated(store):
    throttled = Fault(FaultKind.STATUS, method="PUT", status=429)
    outcome, methods = written(store, EXACT, throttled)
    assert outcome.result is Result.APPLIED
    assert methods == ["GET", "GET", "PUT", "GET", "PUT", "GET"]


def test_a_put_waits_as_long_as_it_is_asked_to(store):
    throttled = Fault(FaultKind.STATUS, method="PUT", status=429, retry_after="1")
    outcome, _ = written(store, EXACT, throttled)
    assert outcome.result is Result.APPLIED
    assert outcome.seconds >= 1


def test_a_change_made_while_a_put_waited_is_not_overwritten(store):
    throttled = Fault(FaultKind.STATUS, method="PUT", status=429)
    meanwhile = replace(THEIRS, nth=PUT + 1)
    outcome, methods = written(store, EXACT, throttled, meanwhile)
    assert outcome.result is Result.STALE
    assert f"/{LIST}/theirs was changed" in outcome.message
    assert methods.count("PUT") == 1
    assert held(store, ID)["version"] == "1.0"


POST = Fault(FaultKind.RESET, method="POST")


@pytest.fixture
def empty():
    with seeded() as store:
        yield store


def test_a_lost_post_that_was_stored_is_found_and_not_repeated(empty):
    outcome, methods = written(empty, EXACT, replace(POST, after=True))
    assert outcome.result is Result.APPLIED
    assert methods == ["GET", "GET", "GET", "POST", "GET"]


def test_a_lost_post_is_looked_for_several_times_before_it_is_repeated(empty):
    outcome, methods = written(empty, EXACT, POST)
    assert outcome.result is Result.APPLIED
    looks = ["GET", "GET"] * (ONE_BY_ONE.attempts - 1)
    assert methods == ["GET", "GET", "GET", "POST", *looks, "POST", "GET", "GET"]


def test_a_spec_of_that_name_under_another_id_is_not_created_twice(empty):
    renamed = Fault(FaultKind.NORMALISE, method="POST", pointer=("id",), value="given-by-them")
    outcome, methods = written(empty, EXACT, replace(POST, after=True), renamed)
    assert outcome.result is Result.RESIDUAL
    assert [change.path for change in outcome.unconverged] == ["/id"]
    assert methods.count("POST") == 1
    assert [stored.id for stored in empty.all("flowSpecs")] == ["given-by-them"]


def test_a_namesake_of_another_provider_is_another_spec(empty):
    empty.put("flowSpecs", "namesake", flow_spec(id="namesake", providerId="another"))
    outcome, methods = written(empty, EXACT, POST)
    assert outcome.result is Result.APPLIED
    assert methods.count("POST") == 2


def test_a_post_that_always_fails_is_given_up(empty):
    outcome, methods = written(empty, EXACT, replace(POST, times=None))
    assert outcome.result is Result.FAILED
    assert "sent 5 times and did not take effect" in outcome.message
    assert methods.count("POST") == ONE_BY_ONE.attempts
    assert empty.all("flowSpecs") == []


def test_a_spec_created_while_a_post_waited_is_not_created_again(empty):
    throttled = Fault(FaultKind.STATUS, method="POST", status=429)
    made = []

    class Meanwhile(Watched):
        async def handle_async_request(self, request):
            answer = await super().handle_async_request(request)
            if request.method == "POST":
                made.append(empty.put("flowSpecs", ID, flow_spec(version="7")))
            return answer

    transport = Meanwhile(application(empty, etags=False, faults=[throttled]))
    (outcome,) = asyncio.run(applied(plan_now(empty, [EXACT]), transport))
    assert outcome.result is Result.STALE
    assert "was created on the target" in outcome.message
    assert len(made) == 1


def test_without_request_ids_there_are_none_to_report(store):
    lie = Fault(FaultKind.LIE, method="PUT")
    outcome, _ = written(store, EXACT, lie)
    assert outcome.result is Result.RESIDUAL
    assert outcome.request_ids == ()
