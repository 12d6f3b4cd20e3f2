"""The client against the emulator in-process: pages, etags, and what a plan needs of both."""

import pytest
from faults.cutting import CuttingTransport
from live.wire import raised, run_story

from reconciler.emulator.app import create_app
from reconciler.emulator.store import Store
from reconciler.live.connect import connect
from reconciler.live.fetch import fetch_live
from reconciler.model.errors import PreconditionFailedError, ServiceError
from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC, SERVER_MANAGED
from reconciler.model.specs import SpecKey
from reconciler.model.targets import Target

BATCH = "6499120c-0b15-42dc-936e-847ea3c24d72"


@pytest.fixture
def embedded(tmp_path):
    """Return a function that opens an embedded service with these options."""
    store = Store(tmp_path / "local.db")

    def open_it(**options):
        app = create_app(store, **options)
        target = Target("local", "emulator:local.db", "", "", emulator="local.db")
        return connect(target, {}, read_only=False, transport=CuttingTransport(app))

    yield open_it
    store.close()


def test_every_page_of_a_list_is_followed(embedded):
    async def story():
        async with embedded(page_size=1) as paged, embedded() as whole:
            for kind in (FLOW_SPEC, CONNECTION_SPEC):
                listed = await paged.list(kind)
                assert len(listed) > 1
                assert [spec.id for spec in listed] == [spec.id for spec in await whole.list(kind)]

    run_story(story())


def test_a_filter_by_name_finds_the_one_spec(embedded):
    async def story():
        async with embedded() as service:
            (found,) = await service.list(FLOW_SPEC, properties=["name==RestStorageToAEP"])
            assert found.id == BATCH

    run_story(story())


def test_requested_specs_are_live_and_the_others_are_unmanaged(embedded):
    async def story():
        async with embedded() as service:
            wanted = [SpecKey("flowSpec", BATCH), SpecKey("flowSpec", "not-there")]
            fetched = await fetch_live(service, wanted, want_unmanaged=True)
            assert set(fetched.live) == {SpecKey("flowSpec", BATCH)}
            assert [spec.name for spec in fetched.unmanaged] == ["GenericStreamingAEP"]
            assert fetched.warnings == ()

    run_story(story())


def test_a_write_sends_the_etag_of_the_read_before_it(embedded):
    async def story():
        async with embedded(etags=True) as service:
            live = await service.read(FLOW_SPEC, BATCH)
            body = {k: v for k, v in live.document.items() if k not in SERVER_MANAGED}
            written = await service.replace(FLOW_SPEC, BATCH, body | {"version": "9"}, live.etag)
            assert written.id == BATCH
            stale = service.replace(FLOW_SPEC, BATCH, body, live.etag)
            assert (await raised(PreconditionFailedError, stale)).code == "1404-412"
            bare = service.replace(FLOW_SPEC, BATCH, body, None)
            assert (await raised(ServiceError, bare)).code == "1403-400"
            assert (await service.read(FLOW_SPEC, BATCH)).document["version"] == "9"

    run_story(story())
