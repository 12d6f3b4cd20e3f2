"""Reading the dataflows that a change could touch, over real HTTP."""

import pytest
from live.wire import run_story
from starlette.responses import JSONResponse

from reconciler.emulator.app import create_app
from reconciler.live.connect import connect
from reconciler.live.flows import read_flows
from reconciler.live.settings import ConnectionSettings
from reconciler.model.targets import Target

REST = "6499120c-0b15-42dc-936e-847ea3c24d72"
CREDENTIALS = {"ADOBE_ACCESS_TOKEN": "t", "ADOBE_API_KEY": "k"}
FORBIDDEN = {"error_code": "2118-403", "message": "Permission is missing."}


class Guarding:
    """A Flow Service that notes the paths asked for, and forbids some."""

    def __init__(self, app, *forbidden):
        self.app, self.forbidden, self.paths = app, forbidden, []

    async def __call__(self, scope, receive, send):
        path = scope["path"].rpartition("/flowservice")[2]
        self.paths.append(path)
        if path.startswith(tuple(self.forbidden)):
            await JSONResponse(FORBIDDEN, 403)(scope, receive, send)
            return
        await self.app(scope, receive, send)


@pytest.fixture
def read(serve):
    def read(app, *flow_specs, sources=()):
        url = f"{serve(app)}/data/foundation/flowservice"
        target = Target("t", url, "o@AdobeOrg", "prod")
        settings = ConnectionSettings(attempts=1)

        async def story():
            async with connect(target, CREDENTIALS, settings=settings, read_only=True) as service:
                found.update(await read_flows(service, flow_specs, sources))

        found = {}
        run_story(story())
        return found

    return read


def put_flows(store, count):
    for number in range(count):
        connection = f"c{number}"
        flow = {"id": f"f{number}", "flowSpec": {"id": REST}, "sourceConnectionIds": [connection]}
        store.put("flows", f"f{number}", flow)
        document = {"id": connection, "connectionSpec": {"id": f"s{number}"}}
        store.put("sourceConnections", connection, document)


def test_all_pages_of_each_flow_spec_are_read(store, read):
    put_flows(store, 7)
    found = read(create_app(store, page_size=2), REST, "another")
    assert len(found[REST].flows) == 9  # with the two that are there from the start
    assert found["another"].flows == ()
    assert found[REST].note == ""


def test_sources_that_a_flow_does_not_name_are_looked_up_where_they_matter(store, read):
    put_flows(store, 3)
    service = Guarding(create_app(store))
    assert read(service, REST)[REST].connection_specs == {}
    assert not any("sourceConnections" in path for path in service.paths)
    found = read(service, REST, sources=[REST])[REST]
    assert found.connection_specs == {"c0": "s0", "c1": "s1", "c2": "s2"}
    assert sum("sourceConnections" in path for path in service.paths) == 3


def test_missing_permission_is_a_note_and_no_failure(store, read):
    put_flows(store, 2)
    found = read(Guarding(create_app(store), "/flows"), REST)[REST]
    assert found.flows == ()
    assert found.note.startswith("the dataflows could not be read: GET /flows: 403 2118-403")
    found = read(Guarding(create_app(store), "/sourceConnections"), REST, sources=[REST])[REST]
    assert len(found.flows) == 4
    assert found.note.startswith("the sources of 2 connections are not known (GET /sourceConn")


def test_a_source_connection_that_is_gone_is_not_known(store, read):
    flow = {"id": "f", "flowSpec": {"id": REST}, "sourceConnectionIds": ["gone", ""]}
    store.put("flows", "f", flow)
    found = read(create_app(store), REST, sources=[REST])[REST]
    assert found.note == "the sources of 2 connections are not known"
