"""Another client writes at every request of an apply: every lost element is reported."""

from dataclasses import replace

import pytest
from builders import ID
from faults.course import (
    KEPT,
    MINE,
    POINTER,
    REQUESTS,
    THEIRS,
    apply_once,
    both_ways,
    converges,
    each_request,
    elements,
    held,
    is_converged,
    plan_now,
)
from faults.injection import Edit, Fault, FaultKind

from reconciler.planning.results import Result

PUT = REQUESTS.index("PUT") + 1
MEDDLING = {
    "adds an element": Fault(FaultKind.THIRD_PARTY, edit=Edit.ADD, pointer=POINTER, value=THEIRS),
    "takes its own away": Fault(
        FaultKind.THIRD_PARTY, edit=Edit.REMOVE, pointer=POINTER, value="of-another"
    ),
    "adds what the run adds": Fault(
        FaultKind.THIRD_PARTY, edit=Edit.ADD, pointer=POINTER, value=MINE
    ),
    "takes away what the run adds": Fault(
        FaultKind.THIRD_PARTY, edit=Edit.REMOVE, pointer=POINTER, value=MINE
    ),
    "sets what the run sets": Fault(FaultKind.THIRD_PARTY, pointer=("version",), value="7"),
}


@both_ways
@each_request
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("what", MEDDLING)
def test_a_client_that_writes_beside_the_run_loses_nothing(scene, what, after, position, etags):
    store, desired, base = scene
    plan = plan_now(store, desired, base)
    fault = replace(MEDDLING[what], nth=position, after=after, document=f"/flowSpecs/{ID}")
    outcomes = apply_once(plan, store, etags=etags, faults=[fault])

    in_the_window = (position, after) in ((PUT - 1, True), (PUT, False))
    unseen = in_the_window and not etags
    there = elements(store, ID)
    if what == "adds an element":
        assert (THEIRS in there) is not unseen
    if what == "takes its own away":
        assert ("of-another" in there) is unseen
    assert there >= KEPT - {"of-another"}

    if (position, after) < (PUT + 1, True):
        is_reported_or_converged(outcomes[0], store, desired[0], base)

    converges(store, desired, base, etags)
    assert (THEIRS in elements(store, ID)) is (THEIRS in there)
    assert MINE in elements(store, ID)


@both_ways
@pytest.mark.parametrize(
    ("done", "after"),
    [(False, False), (True, False), (True, True)],
    ids=["before, not done", "before, done", "after, done"],
)
@pytest.mark.parametrize("what", MEDDLING)
def test_a_lost_write_is_distinguished_from_the_write_of_a_client(scene, what, after, done, etags):
    store, desired, base = scene
    theirs = replace(MEDDLING[what], method="PUT", after=after)
    cut = Fault(FaultKind.RESET, method="PUT", after=done)
    faults = [cut, theirs] if done else [theirs, cut]
    outcomes = apply_once(plan_now(store, desired, base), store, etags=etags, faults=faults)
    is_reported_or_converged(outcomes[0], store, desired[0], base)
    converges(store, desired, base, etags)


def is_reported_or_converged(update, store, wanted, base):
    """Assert that the store is as desired, or that the outcome reports why it is not."""
    if update.is_good:
        assert is_converged(store, wanted, base)
    elif update.result in (Result.LOST, Result.RESIDUAL):
        assert update.unconverged
    else:
        assert update.result is Result.STALE
        assert held(store, ID)["version"] != "1.1"
