"""Two appliers and a third party write to one shared list, in thousands of interleavings.

With ETags no element is ever lost.

Without them a loss is reported by every run that can know of it: whatever a
run's verifying read lacks is in that run's outcome. What cannot be known
without ETags: Q re-reads, P writes and has finished verifying, Q writes. Q's
document is as Q asked, P has gone, and nothing that the service returns shows
it to either. These interleavings exist, and every loss that is not reported is
shown below to be one of them. The re-read and the PUT are adjacent requests, so
that the window is as narrow as it can be.
"""

import asyncio

import httpx
import pytest
from builders import ID, spec
from faults.course import (
    LIST,
    application,
    applied,
    elements,
    plan_now,
    seeded,
)
from faults.cutting import CuttingTransport
from faults.turns import EveryOrder, TakingTurns, Turns, at_random, together

from reconciler.planning.results import Result

HEADERS = {"Authorization": "Bearer t", "x-api-key": "k", "x-gw-ims-org-id": "o"}
BEFORE = {"id": ID, "name": "Shared", "providerId": "p", LIST: ["s1", "s2"]}
OURS = ("anna", "bert")
THEIRS = "carl"


class Scene:
    """One store for many runs; every run begins with the same document."""

    def __init__(self, store, *, etags, there=True):
        self.store = store
        self.app = application(store, etags=etags)
        base = spec(BEFORE, shared=[f"/{LIST}"])
        self.desired = {
            name: spec({**BEFORE, LIST: ["s1", "s2", name]}, shared=[f"/{LIST}"]) for name in OURS
        }
        self.base = [base]
        if there:
            self.begin()
        self.plans = {name: self.plan(name) for name in OURS}

    def begin(self):
        self.store.put("flowSpecs", ID, BEFORE)

    def plan(self, name):
        return plan_now(self.store, [self.desired[name]], self.base)

    def way(self, name, turns):
        return TakingTurns(CuttingTransport(self.app), name, turns)

    async def applier(self, name, turns):
        """Apply the plan that was made before any write."""
        (outcome,) = await applied(self.plans[name], self.way(name, turns))
        return outcome

    async def stubborn_applier(self, name, turns):
        """Plan and apply until it is done, as a schedule does."""
        outcome = None
        while outcome is None or not outcome.is_good:
            plan = self.plan(name)
            if not plan.to_write:
                break
            (outcome,) = await applied(plan, self.way(name, turns))

    async def third_party(self, turns):
        """Add an element by hand: GET, PUT, with the etag where there is one."""
        async with httpx.AsyncClient(
            transport=self.way(THEIRS, turns),
            base_url="http://embedded.invalid",
            headers={**HEADERS, "x-sandbox-name": "prod"},
        ) as client:
            read = await client.get(f"/flowSpecs/{ID}")
            (document,) = read.json()["items"]
            document[LIST].append(THEIRS)
            etag = {"If-Match": read.headers["etag"]} if "etag" in read.headers else {}
            written = await client.put(f"/flowSpecs/{ID}", json=document, headers=etag)
            return written.status_code == 200

    def run(self, choose):
        """Let all parties write; return the requests, the outcomes, and the PUT of THEIRS."""
        self.begin()
        turns = Turns(choose)
        parties = [self.applier(name, turns) for name in OURS]
        *outcomes, stored = asyncio.run(together(turns, *parties, self.third_party(turns)))
        return turns.taken, dict(zip(OURS, outcomes, strict=True)), stored


@pytest.fixture(params=[False, True], ids=["bare", "etags"])
def etags(request):
    return request.param


@pytest.fixture
def scene(etags):
    with seeded(BEFORE) as store:
        yield Scene(store, etags=etags)


def lost_elements(scene, outcomes, stored):
    """Return the parties with a missing element that was reported as stored."""
    stored_once = {name for name in OURS if outcomes[name].is_good} | (
        {THEIRS} if stored else set()
    )
    return stored_once - elements(scene.store, ID)


def replayed(taken):
    """Replay the requests without the program: the list after each request if writes succeed."""
    there = frozenset({"s1", "s2"})
    seen, after = {}, []
    for name, method in taken:
        if method == "GET":
            seen[name] = there
        else:
            there = seen[name] | {name}
        after.append(there)
    return after


def anna_begins(choose):
    """Half of all orders: the other half is the same with the two names exchanged."""
    begun = set()

    def chosen(names):
        name = choose([name for name in names if name != "bert" or "anna" in begun])
        begun.add(name)
        return name

    return chosen


def steps(taken, name):
    """When a party wrote, and when it looked what had become of it."""
    return [moment for moment, (who, _) in enumerate(taken) if who == name][-2:]


@pytest.mark.parametrize("etags", [True], ids=["etags"], indirect=True)
def test_with_etags_no_element_is_ever_lost(scene):
    results = set()
    for seed in range(700):
        taken, outcomes, stored = scene.run(at_random(seed))
        assert elements(scene.store, ID) >= {"s1", "s2"}, (seed, taken)
        assert not lost_elements(scene, outcomes, stored), (seed, taken)
        for name in OURS:
            there = name in elements(scene.store, ID)
            assert there is outcomes[name].is_good, (seed, taken, outcomes[name])
            results.add(outcomes[name].result)
    assert results == {Result.APPLIED}


@pytest.mark.parametrize("etags", [False], ids=["bare"], indirect=True)
def test_without_etags_a_run_reports_each_loss_that_its_verification_can_see(scene):
    runs = unseen = 0
    for choose in EveryOrder():
        taken, outcomes, _ = scene.run(anna_begins(choose))
        after = replayed(taken)
        assert elements(scene.store, ID) == after[-1] >= {"s1", "s2"}, taken
        runs += 1
        for name in OURS:
            outcome = outcomes[name]
            if outcome.result is Result.STALE:
                assert (name, "PUT") not in taken
                continue
            write, look = steps(taken, name)
            differs = after[write] ^ after[look]
            assert {change.pointer[-1] for change in outcome.unconverged} == differs, taken
            assert (outcome.result in (Result.LOST, Result.RESIDUAL)) is bool(differs), taken
            unseen += outcome.is_good and name not in after[-1]
    assert runs > 800
    assert unseen > 0, "without ETags some losses come after everybody has looked: see above"


@pytest.mark.parametrize("etags", [True], ids=["etags"], indirect=True)
def test_with_etags_every_party_that_retries_succeeds(scene):
    for seed in range(100):
        scene.begin()
        turns = Turns(at_random(seed))
        parties = [scene.stubborn_applier(name, turns) for name in OURS]
        *_, stored = asyncio.run(together(turns, *parties, scene.third_party(turns)))
        wanted = {"s1", "s2", *OURS} | ({THEIRS} if stored else set())
        assert elements(scene.store, ID) == wanted, (seed, turns.taken)


def test_two_runs_that_create_one_spec_create_it_once_and_the_other_reports_it(etags):
    for choose in EveryOrder():
        with seeded() as store:
            scene = Scene(store, etags=etags, there=False)
            turns = Turns(choose)
            parties = [scene.applier(name, turns) for name in OURS]
            outcomes = asyncio.run(together(turns, *parties))
            good = [name for name, outcome in zip(OURS, outcomes, strict=True) if outcome.is_good]
            assert elements(store, ID) == {"s1", "s2", *good}, turns.taken
            assert len(good) == 1, turns.taken
