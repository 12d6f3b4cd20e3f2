"""The parts of a spec that dataflows and connections depend on, before and after a plan.

Its embedded schemas say which settings a dataflow or a connection may have, its
lists which sources, targets, transformations and kinds of authentication exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from reconciler.compatibility.equivalence import same_meaning
from reconciler.compatibility.keywords import as_map, as_names, as_row
from reconciler.model.canonical import normal_spelling
from reconciler.model.json_text import Json, JsonObject, compact_json
from reconciler.model.pointers import Pointer, format_pointer
from reconciler.model.shape import PLAIN, SCHEMA, ListRule, Place, root_place
from reconciler.model.specs import LiveSpec, SpecKey
from reconciler.planning.plan import Action, PlannedSpec

_WAS_NOT_THERE: Json = {"type": "object"}
"""Takes the place of a schema that is added: until then any object was accepted."""


class EmbeddedSchemaChange(Struct, frozen=True):
    """An embedded schema that becomes another one, or comes or goes.

    A transformation is named in the pointer by its name, not by its index.
    """

    pointer: Pointer
    old: Json
    new: Json

    @property
    def path(self) -> str:
        """The pointer as a string."""
        return format_pointer(self.pointer)


class SchemaChange(Struct, frozen=True, dict=True):
    """What an update changes for the dataflows or connections that depend on a spec."""

    spec: PlannedSpec
    """The update."""
    schemas: tuple[EmbeddedSchemaChange, ...] = ()
    """The embedded schemas that differ."""
    removed_transformations: tuple[str, ...] = ()
    """The names of transformations that the flow spec no longer has."""
    removed_connections: tuple[tuple[str, str], ...] = ()
    """The side, `source` or `target`, and id of each connection spec that is no longer listed."""
    removed_variants: tuple[str, ...] = ()
    """The names of `authSpec` variants that the connection spec no longer has."""

    @property
    def removes(self) -> bool:
        """True if something is removed that a dataflow or connection may use."""
        return bool(
            self.removed_transformations or self.removed_connections or self.removed_variants
        )

    @cached_property
    def touches_dataflows(self) -> bool:
        """True if the dataflows of the spec could break: more differs than annotations."""
        if not self.spec.kind.has_dataflows:
            return False
        try:
            changed = [each for each in self.schemas if not same_meaning(each.old, each.new)]
        except RecursionError:  # nested deeper than can be compared
            return True
        return self.removes or bool(changed)


def contract_changes(
    specs: Iterable[PlannedSpec], live: Mapping[SpecKey, LiveSpec]
) -> Iterator[SchemaChange]:
    """Yield what the updates among these specs change for others, if they change anything."""
    for spec in specs:
        if spec.action is Action.UPDATE and spec.body is not None:
            before = normal_spelling(spec.kind, live[spec.key].document)
            found = _change(spec, before, normal_spelling(spec.kind, spec.body))
            if found.schemas or found.removes:
                yield found


def _change(spec: PlannedSpec, before: JsonObject, after: JsonObject) -> SchemaChange:
    schemas = tuple(_schema_changes(before, after, root_place(spec.kind), ()))
    if not spec.kind.has_dataflows:
        return SchemaChange(spec, schemas, removed_variants=_removed("authSpec", before, after))
    gone = _removed("transformationSpecs", before, after)
    lost = [
        (side, spec_id)
        for field, side in spec.kind.sides.items()
        for spec_id in as_names(before.get(field))
        if spec_id not in as_names(after.get(field))
    ]
    return SchemaChange(spec, schemas, gone, tuple(lost))


def _schema_changes(
    old: Json, new: Json, place: Place, at: Pointer
) -> Iterator[EmbeddedSchemaChange]:
    """Yield the embedded schemas that differ; `old` or `new` is None if there is none."""
    if place is SCHEMA:
        if compact_json(old) != compact_json(new):
            yield EmbeddedSchemaChange(
                at, _WAS_NOT_THERE if old is None else old, True if new is None else new
            )
    elif isinstance(old, list) and isinstance(new, list):
        for token, element, other in _matched(old, new, place):
            yield from _schema_changes(element, other, place.element(), (*at, token))
    elif isinstance(old, dict | None) and isinstance(new, dict | None):
        held, wanted = as_map(old), as_map(new)
        for name in dict.fromkeys((*held, *wanted)):
            below = place.member(name)
            if below is not PLAIN:
                yield from _schema_changes(held.get(name), wanted.get(name), below, (*at, name))


def _matched(old: list[Json], new: list[Json], place: Place) -> Iterator[tuple[str, Json, Json]]:
    """Yield the elements of a list that both sides have, by name or else by index.

    Of several elements with one name it is unknown which a dataflow uses: each
    is matched, the first with the first, and what is left with the last.
    """
    olds, news = _elements(old, place), _elements(new, place)
    for token, before in olds.items():
        after = news.get(token, [])
        if not after or sorted(map(compact_json, before)) == sorted(map(compact_json, after)):
            continue
        pairs = [
            (before[min(index, len(before) - 1)], after[min(index, len(after) - 1)])
            for index in range(max(len(before), len(after)))
        ]
        for one, other in {compact_json([*pair]): pair for pair in pairs}.values():
            yield token, one, other


def _elements(items: list[Json], place: Place) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for index, item in enumerate(items):
        name = as_map(item).get(place.key) if place.rule is ListRule.KEYED else None
        found.setdefault(name if isinstance(name, str) else str(index), []).append(item)
    return found


def _removed(field: str, before: JsonObject, after: JsonObject) -> tuple[str, ...]:
    """Return the names that a list of named objects loses."""
    held, wanted = (
        as_names([as_map(item).get("name") for item in as_row(document.get(field))])
        for document in (before, after)
    )
    return tuple(name for name in held if name not in wanted)
