"""What was read of the live dataflows that run on a flow spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.model.json_text import Json, JsonObject


@dataclass(frozen=True)
class Flows:
    """The dataflows of one flow spec.

    `connection_specs` holds the connection spec of each connection that was
    looked up, by the connection's id. `note` says why flows, or some of what
    they rest on, could not be read.
    """

    flows: tuple[JsonObject, ...] = ()
    connection_specs: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


def connection_specs_in(flow: JsonObject, side: str) -> list[str]:
    """Return the connection specs of a flow's connections, as the flow itself tells them.

    `side` is `source` or `target`. Nothing where the flow does not tell: only
    its connections do then.
    """
    inherited = flow.get("inheritedAttributes")
    told = inherited.get(f"{side}Connections") if isinstance(inherited, dict) else None
    specs = [
        connection.get("connectionSpec")
        for connection in (told if isinstance(told, list) else ())
        if isinstance(connection, dict)
    ]
    return [spec_id for spec_id in map(id_of, specs) if spec_id]


def connections_of(flow: JsonObject, side: str) -> list[str]:
    """Return the ids of a flow's connections on that side."""
    ids = flow.get(f"{side}ConnectionIds")
    return [text for text in ids if isinstance(text, str)] if isinstance(ids, list) else []


def id_of(value: Json) -> str:
    """Return the id that an object names, nothing where it names none."""
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""
