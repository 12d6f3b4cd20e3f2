"""Applying a whole plan: every spec is checked first, and one failure does not stop the others."""

import asyncio

import pytest
from builders import ID, flow_spec, spec
from faults.course import (
    NEW_ID,
    ONE_BY_ONE,
    PLACE,
    application,
    apply_hooks,
    apply_once,
    held,
    plan_now,
    seeded,
)
from faults.cutting import CuttingTransport
from faults.injection import Fault, FaultKind
from msgspec.structs import replace

from reconciler.applying.run import ApplyHooks, apply_plan
from reconciler.live.connect import connect
from reconciler.model.errors import LiveError
from reconciler.planning.results import Result

FIRST, SECOND = f"/flowSpecs/{ID}", f"/flowSpecs/{NEW_ID}"
BOTH = [flow_spec(), flow_spec(id=NEW_ID, name="Another")]
WANTED = [spec({**document, "version": "1.1"}) for document in BOTH]


@pytest.fixture
def store():
    with seeded(*BOTH) as store:
        yield store


def results(outcomes):
    return [outcome.result for outcome in outcomes]


def versions(store):
    return [held(store, document["id"])["version"] for document in BOTH]


def third_party(path, **how):
    return Fault(FaultKind.THIRD_PARTY, pointer=("name",), value="Theirs", document=path, **how)


class Yielding(CuttingTransport):
    """Lets the others go on before each request."""

    async def handle_async_request(self, request):
        await asyncio.sleep(0)
        return await super().handle_async_request(request)


def executed(plan, store, how):
    """Execute a plan with the test's own hooks."""

    async def story():
        transport = Yielding(application(store, etags=False))
        async with connect(
            PLACE, {}, settings=ONE_BY_ONE, read_only=False, transport=transport
        ) as service:
            return await apply_plan(plan, service, how)

    return asyncio.run(story())


def test_one_stale_spec_stops_the_whole_run(store):
    plan = plan_now(store, WANTED)
    outcomes = apply_once(plan, store, etags=False, faults=[third_party(FIRST)])
    assert results(outcomes) == [Result.STALE, Result.NOT_DONE]
    assert "another spec was changed" in outcomes[1].message
    assert versions(store) == ["1.0", "1.0"]


def test_continuing_writes_the_others(store):
    plan = plan_now(store, WANTED)
    outcomes = apply_once(
        plan, store, etags=False, faults=[third_party(FIRST)], continue_past_stale=True
    )
    assert results(outcomes) == [Result.STALE, Result.APPLIED]
    assert versions(store) == ["1.0", "1.1"]


def test_a_spec_that_becomes_stale_during_the_run_does_not_stop_the_others(store):
    plan = plan_now(store, WANTED)
    outcomes = apply_once(plan, store, etags=False, faults=[third_party(FIRST, nth=3)])
    assert results(outcomes) == [Result.STALE, Result.APPLIED]


def test_a_spec_that_is_refused_does_not_stop_the_others(store):
    refused = Fault(FaultKind.STATUS, method="PUT", path=f"*{FIRST}", status=403)
    outcomes = apply_once(plan_now(store, WANTED), store, etags=False, faults=[refused])
    assert results(outcomes) == [Result.FAILED, Result.APPLIED]
    assert outcomes[0].message.endswith("Nothing was written.")
    assert outcomes[0].seconds > 0


def test_nothing_is_written_if_the_precheck_fails(store):
    lost = Fault(FaultKind.RESET, nth=2, times=None)
    plan = plan_now(store, WANTED)
    with pytest.raises(LiveError, match="closed the connection"):
        apply_once(plan, store, etags=False, faults=[lost])
    assert versions(store) == ["1.0", "1.0"]


def test_a_run_that_is_asked_to_stop_starts_no_further_spec(store):
    how = apply_hooks()
    stopping = replace(how, on_outcome=lambda _: how.stop.set())
    outcomes = executed(plan_now(store, WANTED), store, stopping)
    assert results(outcomes) == [Result.APPLIED, Result.NOT_DONE]
    assert "stopped before its turn" in outcomes[1].message
    assert versions(store) == ["1.1", "1.0"]


def full(*_):
    raise OSError("no space left on device")


def test_a_report_that_cannot_be_written_stops_the_run_before_the_write(store):
    how = ApplyHooks(stop=asyncio.Event(), on_write=full, on_outcome=lambda _: None, parallelism=1)
    outcomes = executed(plan_now(store, WANTED), store, how)
    assert results(outcomes) == [Result.FAILED, Result.NOT_DONE]
    assert "no space left on device" in outcomes[0].message
    assert outcomes[0].message.endswith("Nothing was written.")
    assert versions(store) == ["1.0", "1.0"]


@pytest.mark.parametrize("parallelism", [1, 2])
def test_an_outcome_that_cannot_be_reported_says_so_and_ends_the_run(store, parallelism):
    how = ApplyHooks(
        stop=asyncio.Event(),
        on_write=lambda *_: None,
        on_outcome=full,
        parallelism=parallelism,
    )
    outcomes = executed(plan_now(store, WANTED), store, how)
    assert "applied, but the outcome could not be reported: no space left" in outcomes[0].message
    assert all(not outcome.is_good for outcome in outcomes)
    assert versions(store) == (["1.1", "1.0"] if parallelism == 1 else ["1.1", "1.1"])


def test_a_failure_that_cannot_be_reported_is_not_called_failed_twice(store):
    how = ApplyHooks(stop=asyncio.Event(), on_write=full, on_outcome=full, parallelism=1)
    message = executed(plan_now(store, WANTED), store, how)[0].message
    assert message.startswith("the outcome could not be reported: no space left on device. ")


def test_an_unexpected_error_fails_one_spec_only(store):
    def surprised(planned, _):
        if planned.id == ID:
            raise KeyError("surprise")

    how = replace(apply_hooks(), on_write=surprised)
    outcomes = executed(plan_now(store, WANTED), store, how)
    assert results(outcomes) == [Result.FAILED, Result.APPLIED]
    assert "KeyError" in outcomes[0].message
