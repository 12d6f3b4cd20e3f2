"""The impact of a changed spec on the live dataflows or connections that depend on it.

One is affected if it was accepted and would be rejected, or if what it uses is
no longer there. One that is rejected today already is reported as not checked.
Values of connections may be secrets: no example is made of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from reconciler.compatibility.compare import example
from reconciler.compatibility.keywords import as_map, as_row
from reconciler.compatibility.search.shrink import smallest
from reconciler.compatibility.unknown_formats import new_formats
from reconciler.compatibility.validator import SchemaValidator
from reconciler.model.fast_validation import format_errors
from reconciler.model.flows import Flows, connection_specs_in, connections_of, id_of
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.pointers import Pointer, format_pointer
from reconciler.model.schema_reasons import explain_error, place_name
from reconciler.model.schema_validation import UnsupportedSchemaError
from reconciler.model.verdicts import AffectedFlow, Example, Impact
from reconciler.planning.loose_types import read_as_meant
from reconciler.planning.schema_changes import EmbeddedSchemaChange, SchemaChange

_CONNECTIONS = ("sourceConnections", "targetConnections")


class _Finding(Struct, frozen=True):
    """The finding on one dataflow."""

    flow: JsonObject
    pointer: Pointer
    message: str


def impact_of(
    change: SchemaChange, read: Flows, names: Mapping[str, str] = MappingProxyType({})
) -> tuple[Impact, dict[Pointer, Example]]:
    """Return the impact of changes on the dataflows or connections that were read.

    Also returned is, by the schema's pointer, an example of what a live dataflow holds
    and it would reject. `names` are those of connection specs, by id.
    """
    notes = [read.note] if read.note else []
    affected = [loss for flow in read.flows for loss in _losses(change, flow, read, names)]
    unjudged: list[_Finding] = []
    examples: dict[Pointer, Example] = {}
    for schema in change.schemas:
        try:
            broken = _Broken(schema, read.flows)
        except UnsupportedSchemaError as error:
            notes.append(f"nothing was checked by {schema.path}: {error}")
            continue
        affected += broken.found
        unjudged += broken.unjudged
        if broken.example and change.spec.kind.has_dataflows:
            examples[schema.pointer] = broken.example
    order = {id(flow): index for index, flow in enumerate(read.flows)}
    impact = Impact(
        len(read.flows), _named(affected, order), "; ".join(notes), _named(unjudged, order)
    )
    return impact, examples


def _named(findings: list[_Finding], order: Mapping[int, int]) -> tuple[AffectedFlow, ...]:
    return tuple(
        AffectedFlow(
            id_of(found.flow),
            _string(found.flow, "name"),
            format_pointer(found.pointer),
            found.message,
            "" if (state := _string(found.flow, "state")) == "enabled" else state,
        )
        for found in sorted(findings, key=lambda found: order[id(found.flow)])
    )


class _Broken:
    """The dataflows whose settings one schema accepts and its successor rejects.

    Raises `UnsupportedSchemaError` if it cannot be known of any.
    """

    def __init__(self, schema: EmbeddedSchemaChange, flows: Sequence[JsonObject]) -> None:
        self._old, self._new = SchemaValidator(schema.old), SchemaValidator(schema.new)
        self._has_new_formats = bool(new_formats(self._old, self._new))
        self.found: list[_Finding] = []
        self.unjudged: list[_Finding] = []
        """Those that the schema rejects today, or that it may reject if a format is enforced."""
        self.example: Example | None = None
        for flow in flows:
            for pointer, instance in settings_in(flow, schema):
                try:
                    self._check(flow, pointer, instance)
                except UnsupportedSchemaError as error:
                    self.unjudged.append(_Finding(flow, pointer, str(error)))

    def _check(self, flow: JsonObject, pointer: Pointer, instance: Json) -> None:
        held = read_as_meant(self._old, instance)
        if self._old.refuses(held):
            where, why = explain_error(self._old.errors(held))
            message = f"{why}, as the spec is today already"
            self.unjudged.append(_Finding(flow, (*pointer, *where), message))
            return
        meant = read_as_meant(self._new, held)
        if self._new.refuses(meant) and self._new.refuses(instance):
            where, message = explain_error(self._new.errors(meant))
            self.found.append(_Finding(flow, (*pointer, *where), message))
            if self.example is None and self._old.accepts(held) and self._new.refuses(held):
                self.example = example(smallest(held, self._old, self._new), self._new)
        elif self._has_new_formats:
            for path, name in format_errors(self._new.schema, self._new.dialect, meant):
                message = f"{place_name(path)} must be of the format {name}, if that is enforced"
                place = (*pointer, *map(str, path))
                self.unjudged.append(_Finding(flow, place, message))


def settings_in(flow: JsonObject, schema: EmbeddedSchemaChange) -> Iterator[tuple[Pointer, Json]]:
    """Yield what a dataflow or connection holds under a schema of its spec, with its place."""
    match schema.pointer:
        case ("scheduleSpec", _) if flow.get("scheduleParams") is not None:
            yield ("scheduleParams",), flow["scheduleParams"]
        case ("optionSpec", _):
            yield from _options(flow, schema)
        case ("transformationSpecs", name, _):
            for index, step in enumerate(as_row(flow.get("transformations"))):
                if as_map(step).get("name") == name and as_map(step).get("params") is not None:
                    yield ("transformations", str(index), "params"), as_map(step)["params"]
        case ("authSpec", name, _) if (auth := as_map(flow.get("auth"))).get("specName") == name:
            yield ("auth", "params"), auth.get("params", {})
        case ("sourceSpec", "spec") if "auth" not in flow and flow.get("params") is not None:
            yield ("params",), flow["params"]


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
) -> Iterator[_Finding]:
    """Yield what a dataflow or connection uses and its spec no longer has."""
    for index, step in enumerate(as_row(flow.get("transformations"))):
        name = as_map(step).get("name")
        if name in change.removed_transformations:
            message = f"the flow spec no longer has {name}"
            yield _Finding(flow, ("transformations", str(index)), message)
    variant = as_map(flow.get("auth")).get("specName")
    if variant in change.removed_variants:
        message = f"the connection spec no longer has the authSpec {variant}"
        yield _Finding(flow, ("auth", "specName"), message)
    for side, spec_id in change.removed_connections:
        for pointer, used in _used(flow, side, read):
            if used == spec_id:
                called = f"{names[spec_id]} ({spec_id})" if names.get(spec_id) else spec_id
                message = f"{side}ConnectionSpecIds no longer holds {called}"
                yield _Finding(flow, pointer, message)


def _used(flow: JsonObject, side: str, read: Flows) -> Iterator[tuple[Pointer, str]]:
    """Yield the connection specs that a dataflow uses, each with the place that names it."""
    named = connection_specs_in(flow, side)
    for index, spec_id in enumerate(named):
        above = ("inheritedAttributes", f"{side}Connections", str(index))
        yield (*above, "connectionSpec", "id"), spec_id
    if not named:
        for index, connection in enumerate(connections_of(flow, side)):
            if connection in read.connection_specs:
                yield (f"{side}ConnectionIds", str(index)), read.connection_specs[connection]


def _string(flow: JsonObject, key: str) -> str:
    value = flow.get(key)
    return value if isinstance(value, str) else ""
