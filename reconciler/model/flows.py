"""The live dataflows or connections that depend on a spec."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from reconciler.model.json_access import list_at, object_at
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
    named = list_at(object_at(flow, "inheritedAttributes"), f"{side}Connections")
    specs = [each.get("connectionSpec") for each in named if isinstance(each, dict)]
    return [spec_id for spec_id in map(id_of, specs) if spec_id]


def connections_of(flow: JsonObject, side: str) -> list[str]:
    """Return the ids of a flow's connections on that side."""
    return [each for each in list_at(flow, f"{side}ConnectionIds") if isinstance(each, str)]


def id_of(value: Json) -> str:
    """Return the id that an object names or that a string is, an empty string for neither."""
    if isinstance(value, str):
        return value
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""
