"""Every fault at every request of an apply: a true report, convergence, no element lost."""

from dataclasses import replace

import pytest
from builders import ID
from faults.course import (
    KEPT,
    MINE,
    POINTER,
    REQUESTS,
    an_update_and_a_creation,
    apply_once,
    both_ways,
    converges,
    each_request,
    elements,
    held,
    is_converged,
    plan_now,
)
from faults.injection import Fault, FaultKind

from reconciler.applying.creation import CREATED
from reconciler.applying.write import UNKNOWN, UNVERIFIED, UNWRITTEN
from reconciler.model.errors import LiveError
from reconciler.planning.results import Result

FAULTS = {
    "refused": Fault(FaultKind.REFUSE),
    "refused for ever": Fault(FaultKind.REFUSE, times=None),
    "reset before": Fault(FaultKind.RESET),
    "reset after": Fault(FaultKind.RESET, after=True),
    "reset for ever": Fault(FaultKind.RESET, times=None),
    "timeout": Fault(FaultKind.TIMEOUT),
    "timeout after": Fault(FaultKind.TIMEOUT, after=True),
    "slow body": Fault(FaultKind.SLOW_BODY),
    "401": Fault(FaultKind.STATUS, status=401),
    "401 for ever": Fault(FaultKind.STATUS, status=401, times=None),
    "403": Fault(FaultKind.STATUS, status=403),
    "404": Fault(FaultKind.STATUS, status=404),
    "412": Fault(FaultKind.STATUS, status=412),
    "412 for ever": Fault(FaultKind.STATUS, status=412, times=None),
    "429": Fault(FaultKind.STATUS, status=429),
    "429 for long": Fault(FaultKind.STATUS, status=429, times=15),
    "429 for ever": Fault(FaultKind.STATUS, status=429, times=None),
    "429, come tomorrow": Fault(FaultKind.STATUS, status=429, retry_after="86400"),
    "500": Fault(FaultKind.STATUS, status=500),
    "500 after": Fault(FaultKind.STATUS, status=500, after=True),
    "503 twice": Fault(FaultKind.STATUS, status=503, times=2),
    "503 for ever": Fault(FaultKind.STATUS, status=503, times=None),
    "HTML": Fault(FaultKind.HTML),
    "HTML after": Fault(FaultKind.HTML, after=True),
    "HTML for ever": Fault(FaultKind.HTML, times=None),
    "truncated JSON": Fault(FaultKind.TRUNCATED),
    "truncated for ever": Fault(FaultKind.TRUNCATED, times=None),
    "redirect": Fault(FaultKind.REDIRECT, location="https://elsewhere.example/"),
    "normalise": Fault(FaultKind.NORMALISE, pointer=("scheduleSpec", "name"), value="Other"),
    "normalise a list": Fault(FaultKind.NORMALISE, pointer=POINTER, value=sorted(KEPT)),
    "drop a field": Fault(FaultKind.DROP_FIELD, pointer=("transformationSpecs",)),
    "lie": Fault(FaultKind.LIE),
}


def test_a_fault_free_apply_makes_these_requests():
    with an_update_and_a_creation() as (store, desired, base):
        seen = []
        outcomes = apply_once(plan_now(store, desired, base), store, etags=False, seen=seen)
    assert [outcome.result for outcome in outcomes] == [Result.APPLIED] * 2
    reads_aside = [name if name in ("PUT", "POST") else "GET" for name in REQUESTS]
    assert [method for method, _ in seen] == reads_aside


@both_ways
@each_request
@pytest.mark.parametrize("name", FAULTS)
def test_the_report_is_true_and_the_next_run_converges_after_every_fault(
    scene, name, position, etags
):
    store, desired, base = scene
    before = {wanted.id: held(store, wanted.id) for wanted in desired}
    plan = plan_now(store, desired, base)
    fault = replace(FAULTS[name], nth=position)

    try:
        outcomes = apply_once(plan, store, etags=etags, faults=[fault])
    except LiveError:
        assert position <= len(plan.to_write), "only the first look ends a run"
        assert {wanted.id: held(store, wanted.id) for wanted in desired} == before
    else:
        for wanted, outcome in zip(desired, outcomes, strict=True):
            is_true(outcome, store, wanted, base, before[wanted.id], fault)
    assert elements(store, ID) >= KEPT

    converges(store, desired, base, etags)
    assert elements(store, ID) == KEPT | {MINE}


def is_true(outcome, store, wanted, base, before, fault):
    """Check an outcome against what the store holds."""
    now = held(store, wanted.id)
    match outcome.result:
        case Result.APPLIED | Result.IN_ORDER:
            assert is_converged(store, wanted, base)
            assert outcome.unconverged == ()
        case Result.RESIDUAL | Result.LOST:
            assert not is_converged(store, wanted, base)
            assert outcome.unconverged
        case Result.FAILED if outcome.message.endswith(UNWRITTEN):
            assert now == before
        case Result.FAILED if outcome.message.endswith(UNVERIFIED):
            assert now != before
        case Result.FAILED if outcome.message.endswith(UNKNOWN):
            pass
        case Result.FAILED if outcome.message.endswith(CREATED):
            assert is_converged(store, wanted, base)
        case Result.FAILED if "finds nothing there" in outcome.message:
            assert now is None or fault.status == 404
        case Result.FAILED:
            assert "the target is unchanged" in outcome.message
            assert now == before
        case Result.STALE | Result.NOT_DONE:
            assert now == before
