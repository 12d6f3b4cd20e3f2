"""After a run every written spec is read once more: who overwrote it is found, or put right.

Without ETags, or with ETags that the service gives and does not enforce, a
client that had read the document before a run's write can overwrite it. What
cannot be found: an overwriting write that comes after the second look.
"""

import asyncio

import httpx
import pytest
from builders import ID, flow_spec, spec
from faults.course import LIST, application, applied, elements, plan_now, seeded
from faults.cutting import CuttingTransport
from faults.turns import TakingTurns, Turns, at_random, together

from reconciler.planning.results import Result

BEFORE = flow_spec()
OURS = ("anna", "bert")
THEIRS = "carl"
HEADERS = {
    "Authorization": "Bearer t",
    "x-api-key": "k",
    "x-gw-ims-org-id": "o",
    "x-sandbox-name": "prod",
}


class NotEnforcing(CuttingTransport):
    """Returns ETags, and accepts any `If-Match`."""

    async def handle_async_request(self, request):
        if request.method == "PUT":
            now = await super().handle_async_request(
                httpx.Request("GET", request.url, headers=HEADERS)
            )
            await now.aread()
            headers = {**request.headers, "if-match": now.headers["etag"]}
            request = httpx.Request("PUT", request.url, headers=headers, content=request.content)
        return await super().handle_async_request(request)


@pytest.fixture(params=["bare", "not enforced"])
def way(request):
    """Return a transport to a store: one without ETags, one with ETags that are not enforced."""
    etags = request.param != "bare"
    kind = NotEnforcing if etags else CuttingTransport
    return lambda store: kind(application(store, etags=etags))


def wanted(name, **directives):
    return spec(flow_spec(**{LIST: ["s1", "s2", name]}), **directives)


async def by_hand(transport, change):
    """Another client's GET and PUT."""
    async with httpx.AsyncClient(
        transport=transport, base_url="http://embedded.invalid", headers=HEADERS
    ) as client:
        (document,) = (await client.get(f"/flowSpecs/{ID}")).json()["items"]
        change(document)
        etag = document.pop("etag", "")
        await client.put(f"/flowSpecs/{ID}", json=document, headers={"If-Match": etag})


def add_theirs(document):
    document[LIST].append(THEIRS)


def run(store, way, choose, change=add_theirs, shared=(f"/{LIST}",), **how):
    """Two appliers and a third party; who did what when, and the outcomes."""
    store.put("flowSpecs", ID, BEFORE)
    base = spec(BEFORE, shared=shared)
    plans = {name: plan_now(store, [wanted(name, shared=shared)], [base]) for name in OURS}
    turns = Turns(choose)

    async def applier(name):
        return (await applied(plans[name], TakingTurns(way(store), name, turns), **how))[0]

    parties = [applier(name) for name in OURS]
    parties.append(by_hand(TakingTurns(way(store), THEIRS, turns), change))
    *outcomes, _ = asyncio.run(together(turns, *parties))
    return turns.taken, dict(zip(OURS, outcomes, strict=True))


def silent_losses(store, outcomes):
    return {name for name in OURS if outcomes[name].is_good and name not in elements(store, ID)}


def last(taken, name, method):
    return max(moment for moment, done in enumerate(taken) if done == (name, method))


def test_a_loss_that_no_run_reports_came_after_the_second_look(way):
    without = with_look = 0
    with seeded(BEFORE) as store:
        for seed in range(120):
            _, outcomes = run(store, way, at_random(seed))
            without += bool(silent_losses(store, outcomes))
            taken, outcomes = run(store, way, at_random(seed), settle=0)
            lost = silent_losses(store, outcomes)
            with_look += bool(lost)
            for name in lost:
                writes = [
                    moment
                    for moment, (who, method) in enumerate(taken)
                    if method == "PUT" and who != name
                ]
                assert max(writes) > last(taken, name, "GET"), (seed, taken)
            assert elements(store, ID) >= {"s1", "s2"}
    assert with_look < without


def in_turn(*names):
    """Let these go first, in this order, and then whoever is first by name."""
    waiting = list(names)
    return lambda there: waiting.pop(0) if waiting and waiting[0] in there else min(there)


OVERWRITTEN = ["carl", *["anna"] * 4, "carl"]
"""Carl reads, Anna's run looks, reads, writes and verifies, Carl writes what he read."""


def one(store, way, change=add_theirs, shared=(f"/{LIST}",), **how):
    store.put("flowSpecs", ID, BEFORE)
    plan = plan_now(store, [wanted("anna", shared=shared)], [spec(BEFORE, shared=shared)])
    turns = Turns(in_turn(*OVERWRITTEN))

    async def applier():
        return (await applied(plan, TakingTurns(way(store), "anna", turns), **how))[0]

    third = by_hand(TakingTurns(way(store), THEIRS, turns), change)
    outcome, _ = asyncio.run(together(turns, applier(), third))
    return outcome


def test_what_was_overwritten_in_a_shared_list_is_written_again(way):
    with seeded(BEFORE) as store:
        outcome = one(store, way, settle=0)
        assert outcome.result is Result.APPLIED
        assert "another client overwrote /sourceConnectionSpecIds/anna" in outcome.message
        assert "written again" in outcome.message
        assert elements(store, ID) == {"s1", "s2", "anna", THEIRS}


def test_what_was_overwritten_elsewhere_is_reported(way):
    with seeded(BEFORE) as store:
        outcome = one(store, way, shared=(), settle=0)
        assert outcome.result is Result.LOST
        assert "another client overwrote" in outcome.message
        assert [change.path for change in outcome.unconverged] == [f"/{LIST}/anna"]
        assert "anna" not in elements(store, ID)


def test_the_previous_document_proves_no_other_client(way):
    with seeded(BEFORE) as store:
        outcome = one(store, way, change=lambda _: None, shared=(), settle=0)
        assert outcome.result is Result.RESIDUAL
        assert "another client" not in outcome.message
        assert "returns the previous document again" in outcome.message


def test_without_a_second_look_it_is_not_seen(way):
    with seeded(BEFORE) as store:
        assert one(store, way).result is Result.APPLIED
        assert "anna" not in elements(store, ID)


def test_a_later_change_of_something_else_is_no_loss(way):
    def rename(document):
        document["name"] = "Theirs"
        document[LIST].append("anna")

    with seeded(BEFORE) as store:
        outcome = one(store, way, change=rename, settle=0)
        assert outcome.result is Result.APPLIED
        assert outcome.message == ""
