"""One apply in-process, from the documents to the outcomes, over an emulator with faults."""

import asyncio
from contextlib import closing, contextmanager

import pytest
from builders import TARGET, flow_spec, spec
from faults.cutting import CuttingTransport
from faults.injection import with_faults

from reconciler.applying.run import ApplyHooks, apply_plan
from reconciler.emulator.app import create_app
from reconciler.emulator.store import Store
from reconciler.live.connect import connect
from reconciler.live.settings import ConnectionSettings
from reconciler.model.canonical import normal_spelling
from reconciler.model.kinds import FLOW_SPEC
from reconciler.model.specs import LiveSpec
from reconciler.model.targets import Target
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.plan import Action

LIST = "sourceConnectionSpecIds"
POINTER = (LIST,)
MINE = "mine"
THEIRS = "theirs"
NEW_ID = "a-new-one"
KEPT = {"s1", "s2", "of-another"}
"""Elements that no client removes."""
REQUESTS = (
    *("look", "look"),
    *("read", "PUT", "verify"),
    *("names", "read", "POST", "verify", "names"),
)
"""The requests of a fault-free apply, one at a time, in their order."""

both_ways = pytest.mark.parametrize("etags", [False, True], ids=["bare", "etags"])
each_request = pytest.mark.parametrize("position", range(1, len(REQUESTS) + 1))
AT_ONCE = ConnectionSettings(retry_wait=0)
ONE_BY_ONE = ConnectionSettings(retry_wait=0, parallelism=1)
PLACE = Target("local", "emulator:local.db", "1234@AdobeOrg", "prod", emulator="local.db")


@contextmanager
def seeded(*documents):
    """A store in memory that holds these documents alone."""
    with closing(Store(":memory:", empty=True)) as store:
        for document in documents:
            store.put("flowSpecs", document["id"], document)
        yield store


def held(store, spec_id):
    """The document that the store holds, without what the service manages; None for nothing."""
    stored = store.get("flowSpecs", spec_id)
    return None if stored is None else normal_spelling(FLOW_SPEC, stored.document)


def elements(store, spec_id):
    """The elements of the list that all clients write to."""
    stored = store.get("flowSpecs", spec_id)
    return set() if stored is None else set(stored.document[LIST])


def plan_now(store, desired, base=()):
    """The plan for these specs, made on what the store holds now."""
    keys = {wanted.key: store.get("flowSpecs", wanted.id) for wanted in desired}
    live = {
        key: LiveSpec(FLOW_SPEC, key.id, stored.document)
        for key, stored in keys.items()
        if stored is not None
    }
    return build_plan(desired, PlanInputs(TARGET, live, {was.key: was for was in base}))


def is_converged(store, wanted, base=()):
    """Return True if a plan for the spec would be empty."""
    return plan_now(store, [wanted], base).specs[0].action is Action.NONE


class Watched(CuttingTransport):
    """Records each request before forwarding it."""

    def __init__(self, app, seen=None):
        super().__init__(app)
        self.seen = [] if seen is None else seen

    async def handle_async_request(self, request):
        self.seen.append((request.method, request.url.path))
        return await super().handle_async_request(request)


def apply_hooks(settings=ONE_BY_ONE, **how):
    return ApplyHooks(
        stop=asyncio.Event(),
        on_write=lambda *_: None,
        on_outcome=lambda _: None,
        parallelism=settings.parallelism,
        **how,
    )


def application(store, *, etags, faults=()):
    return with_faults(create_app(store, etags=etags), faults)


async def applied(plan, transport, settings=ONE_BY_ONE, **how):
    """Execute the plan over the transport; return the outcomes."""
    async with connect(PLACE, {}, settings=settings, read_only=False, transport=transport) as live:
        return await apply_plan(plan, live, apply_hooks(settings, **how))


def apply_once(plan, store, *, etags, faults=(), settings=ONE_BY_ONE, seen=None, **how):
    """Execute the plan on the store, with faults; return the outcomes. `seen`: the requests."""
    transport = Watched(application(store, etags=etags, faults=faults), seen)
    return asyncio.run(applied(plan, transport, settings, **how))


@contextmanager
def an_update_and_a_creation():
    """A store, the desired specs, and the specs at the base."""
    before = flow_spec()
    base = spec({**before, LIST: ["s1", "s2", "gone"]}, shared=[f"/{LIST}"])
    updated = spec({**before, "version": "1.1", LIST: ["s1", "s2", MINE]}, shared=[f"/{LIST}"])
    created = spec(flow_spec(id=NEW_ID, name="ANewOne"))
    with seeded({**before, LIST: ["s1", "s2", "gone", "of-another"]}) as store:
        yield store, [updated, created], [base]


def converges(store, desired, base, etags):
    """Plan and apply once more, without faults; the store must hold the desired specs then."""
    outcomes = apply_once(plan_now(store, desired, base), store, etags=etags)
    assert all(outcome.is_good for outcome in outcomes)
    assert all(is_converged(store, wanted, base) for wanted in desired)
