"""What a changed flow spec does to the live dataflows that run on it.

A flow is affected where its own settings were accepted and would be refused,
or where what it uses is no longer there. Whatever was amiss before is nobody's
fault here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from reconciler.compatibility.keywords import as_map, as_row
from reconciler.compatibility.search.shrink import smallest
from reconciler.compatibility.validator import Judge
from reconciler.model.flows import Flows, connection_specs_in, connections_of, id_of
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.pointers import Pointer, format_pointer
from reconciler.model.schema_reasons import explain_error
from reconciler.model.schema_validation import UnsupportedSchemaError
from reconciler.model.verdicts import AffectedFlow, Example, Impact
from reconciler.planning.schema_changes import EmbeddedSchemaChange, SchemaChange

_CONNECTIONS = ("sourceConnections", "targetConnections")


@dataclass(frozen=True)
class Found:
    """The impact, and for each schema that refuses a flow's settings an example, by pointer."""

    impact: Impact
    examples: Mapping[Pointer, Example]


def impact_of(
    change: SchemaChange, read: Flows, names: Mapping[str, str] = MappingProxyType({})
) -> Found:
    """Return what a change of a flow spec does to the dataflows that were read.

    `names` are those of connection specs, by id.
    """
    notes = [read.note] if read.note else []
    affected = [(flow, *loss) for flow in read.flows for loss in _losses(change, flow, read, names)]
    examples: dict[Pointer, Example] = {}
    for schema in change.schemas:
        try:
            broken = _Broken(schema, read.flows)
        except UnsupportedSchemaError as error:
            notes.append(f"no settings were checked by {schema.path}: {error}")
            continue
        if broken.unjudged:
            number, why = len(broken.unjudged), broken.unjudged[0]
            notes.append(f"{number:,} settings were not checked by {schema.path}: {why}")
        affected += broken.found
        if broken.example:
            examples[schema.pointer] = broken.example
    place = {id(flow): index for index, flow in enumerate(read.flows)}
    affected.sort(key=lambda each: place[id(each[0])])
    told = tuple(
        AffectedFlow(id_of(flow), _name(flow), format_pointer(pointer), message)
        for flow, pointer, message in affected
    )
    return Found(Impact(len(read.flows), told, "; ".join(notes)), examples)


class _Broken:
    """The flows whose settings one schema accepted and its successor refuses.

    `unjudged` says why some settings could not be judged. Raises
    `UnsupportedSchemaError` where none can.
    """

    def __init__(self, schema: EmbeddedSchemaChange, flows: Sequence[JsonObject]) -> None:
        self._old, self._new = Judge(schema.old), Judge(schema.new)
        self.found: list[tuple[JsonObject, Pointer, str]] = []
        self.unjudged: list[str] = []
        self.example: Example | None = None
        for flow in flows:
            for pointer, setting in settings_in(flow, schema):
                try:
                    self._judge(flow, pointer, setting)
                except UnsupportedSchemaError as error:
                    self.unjudged.append(str(error))

    def _judge(self, flow: JsonObject, pointer: Pointer, setting: Json) -> None:
        if not (self._old.accepts(setting) and self._new.refuses(setting)):
            return
        where, message = explain_error(self._new.errors(setting))
        self.found.append((flow, (*pointer, *where), message))
        if self.example is None:
            least = smallest(setting, self._old, self._new)
            self.example = Example(least, explain_error(self._new.errors(least))[1])


def settings_in(flow: JsonObject, schema: EmbeddedSchemaChange) -> Iterator[tuple[Pointer, Json]]:
    """Yield the settings of a flow that a schema of its flow spec is about, with their places."""
    match schema.pointer:
        case ("scheduleSpec", _) if flow.get("scheduleParams") is not None:
            yield ("scheduleParams",), flow["scheduleParams"]
        case ("optionSpec", _):
            yield from _options(flow, schema)
        case ("transformationSpecs", name, _):
            for index, step in enumerate(as_row(flow.get("transformations"))):
                if as_map(step).get("name") == name and as_map(step).get("params") is not None:
                    yield ("transformations", str(index), "params"), as_map(step)["params"]


def _options(flow: JsonObject, schema: EmbeddedSchemaChange) -> Iterator[tuple[Pointer, Json]]:
    """Yield a flow's options: its own, and those among what it inherited."""
    inherited = as_map(flow.get("inheritedAttributes"))
    for above, holder in (((), flow), (("inheritedAttributes",), inherited)):
        if holder.get("options") is not None:
            yield (*above, "options"), holder["options"]
    named = {
        name for side in (schema.old, schema.new) for name in as_map(as_map(side).get("properties"))
    }
    direct = {
        name: value
        for name, value in inherited.items()
        if name in named and name not in (*_CONNECTIONS, "options")
    }
    if direct:
        yield ("inheritedAttributes",), direct


def _losses(
    change: SchemaChange, flow: JsonObject, read: Flows, names: Mapping[str, str]
) -> Iterator[tuple[Pointer, str]]:
    """Yield what a flow uses and the flow spec no longer has."""
    for index, step in enumerate(as_row(flow.get("transformations"))):
        name = as_map(step).get("name")
        if name in change.removed_transformations:
            yield ("transformations", str(index)), f"the flow spec no longer has {name}"
    for side, spec_id in change.removed_connections:
        for pointer, used in _used(flow, side, read):
            if used == spec_id:
                called = f"{names[spec_id]} ({spec_id})" if names.get(spec_id) else spec_id
                yield pointer, f"{side}ConnectionSpecIds no longer holds {called}"


def _used(flow: JsonObject, side: str, read: Flows) -> Iterator[tuple[Pointer, str]]:
    """Yield the connection specs that a flow uses, with what tells of them."""
    told = connection_specs_in(flow, side)
    for index, spec_id in enumerate(told):
        above = ("inheritedAttributes", f"{side}Connections", str(index))
        yield (*above, "connectionSpec", "id"), spec_id
    if not told:
        for index, connection in enumerate(connections_of(flow, side)):
            if connection in read.connection_specs:
                yield (f"{side}ConnectionIds", str(index)), read.connection_specs[connection]


def _name(flow: JsonObject) -> str:
    name = flow.get("name")
    return name if isinstance(name, str) else ""
