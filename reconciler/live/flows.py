"""Reading the dataflows and connections that a change could affect."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice

from reconciler.live.fetch import each
from reconciler.live.service import FlowService
from reconciler.model.errors import ServiceError
from reconciler.model.flows import Flows, connection_specs_in, connections_of, id_of
from reconciler.model.json_text import JsonObject

MOST_CONNECTIONS = 500
"""Source connections that are looked up for one flow spec; documented flows name their specs."""


async def read_flows(
    service: FlowService, flow_specs: Iterable[str], want_sources: Collection[str]
) -> dict[str, Flows]:
    """Return the dataflows of each flow spec, by its id; several are read at a time.

    For those in `want_sources` the source connections of flows that do not name
    their connection spec are looked up too. What the service refuses goes into
    a note. Raises `LiveError` if the service cannot be reached.
    """

    async def read(flow_spec: str) -> Flows:
        try:
            flows = await service.flows(flow_spec)
        except ServiceError as error:
            return Flows(note=f"the dataflows could not be read: {error}")
        if flow_spec not in want_sources:
            return Flows(tuple(flows))
        return await _with_sources(service, flows)

    return await each(read, flow_specs, service.settings.parallelism)


async def read_connections(
    service: FlowService, connection_specs: Iterable[str]
) -> dict[str, Flows]:
    """Return the connections of each connection spec, by its id. They may hold secrets.

    Raises `LiveError` if the service cannot be reached.
    """

    async def read(connection_spec: str) -> Flows:
        try:
            return Flows(tuple(await service.connections(connection_spec)))
        except ServiceError as error:
            return Flows(note=f"the connections could not be read: {error}")

    return await each(read, connection_specs, service.settings.parallelism)


async def _with_sources(service: FlowService, flows: list[JsonObject]) -> Flows:
    asked = dict.fromkeys(
        connection
        for flow in flows
        if not connection_specs_in(flow, "source")
        for connection in connections_of(flow, "source")
    )
    refusals: list[ServiceError] = []

    async def look_up(connection: str) -> str:
        try:
            found = await service.source_connection(connection)
        except ServiceError as error:
            refusals.append(error)
            return ""
        return id_of(found.get("connectionSpec")) if found else ""

    chosen = list(islice(asked, MOST_CONNECTIONS))
    specs = await each(look_up, chosen, service.settings.parallelism)
    unknown = len(asked) - sum(map(bool, specs.values()))
    why = f" ({refusals[0]})" if refusals else ""
    note = f"the sources of {unknown:,} connections are not known{why}" if unknown else ""
    return Flows(tuple(flows), {key: spec for key, spec in specs.items() if spec}, note)
