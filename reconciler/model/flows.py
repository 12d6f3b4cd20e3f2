"""The live dataflows or connections that depend on a spec."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from reconciler.model.json_text import Json, JsonObject


class Flows(Struct, frozen=True):
    """The dataflows of one flow spec, or the connections of one connection spec."""

    flows: tuple[JsonObject, ...] = ()
    """The documents as the service returned them."""
    connection_specs: Mapping[str, str] = field(default_factory=dict)
    """The connection spec of each connection that was looked up, by the connection's id."""
    note: str = ""
    """The reason why they, or some of their dependencies, were not read."""
    is_skipped: bool = False
    """True if they were not to be read (`--no-impact`), so that nothing is concluded from it."""


def connection_specs_in(flow: JsonObject, side: str) -> list[str]:
    """Return the connection specs of a flow's connections, as far as the flow itself names them.

    `side` is `source` or `target`.
    """
    inherited = flow.get("inheritedAttributes")
    named = inherited.get(f"{side}Connections") if isinstance(inherited, dict) else None
    specs = [
        connection.get("connectionSpec")
        for connection in (named if isinstance(named, list) else ())
        if isinstance(connection, dict)
    ]
    return [spec_id for spec_id in map(id_of, specs) if spec_id]


def connections_of(flow: JsonObject, side: str) -> list[str]:
    """Return the ids of a flow's connections on that side."""
    ids = flow.get(f"{side}ConnectionIds")
    return [each for each in ids if isinstance(each, str)] if isinstance(ids, list) else []


def id_of(value: Json) -> str:
    """Return the id that an object names or that a string is, an empty string for neither."""
    if isinstance(value, str):
        return value
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""
