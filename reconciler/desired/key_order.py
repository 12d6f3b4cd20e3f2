"""The order in which the documentation shows the keys of a document, taken from the schemas.

It ends where a JSON Schema is embedded: the order of a schema's properties is
its author's, and a form shows them in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property

from msgspec import Struct, field

from reconciler.model.json_access import list_at, object_at
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY, Kind
from reconciler.model.shape import Place, root_place
from reconciler.schemas import read_schema

_DEFS = "#/$defs/"


class DocumentOrder(Struct, frozen=True, eq=False, dict=True):
    """The order of the keys at one place of a document, and of what is below it.

    Without `parts` keys stay as they are.
    """

    parts: tuple[JsonObject, ...] = ()
    """The schemas that describe the place."""
    defs: JsonObject = field(default_factory=dict)
    """The schemas that they refer to, by name."""
    place: Place | None = None
    first: tuple[str, ...] = ()
    """The keys that come before those that the schemas name."""
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Other names of a key, which have its rank."""

    @cached_property
    def _ranks(self) -> dict[str, int]:
        named = (name for part in self.parts for name in object_at(part, "properties"))
        names = dict.fromkeys((*self.first, *named))
        ranks = {name: rank for rank, name in enumerate(names)}
        ranks |= {other: ranks[name] for other, name in self.spellings.items()}
        return {**ranks, DIRECTIVES_KEY: len(ranks) + 1}

    def ordered(self, value: Json) -> Json:
        """Return a value with its keys in order, at every level.

        Unknown keys follow as they were; the key that is never sent is the last.
        """
        if isinstance(value, dict):
            unknown = len(self._ranks) - 1
            keys = sorted(value, key=lambda key: self._ranks.get(key, unknown))
            return {key: self._member(key).ordered(value[key]) for key in keys}
        if isinstance(value, list):
            order = self._element()
            return [order.ordered(item) for item in value]
        return value

    def _member(self, name: str) -> DocumentOrder:
        """Return the order at the value of a key."""
        place = self.place.member(name) if self.place else None
        found = [object_at(part, "properties").get(name) for part in self.parts]
        others = [part.get("additionalProperties") for part in self.parts]
        return self._below([one for one in found if one is not None] or others, place)

    def _element(self) -> DocumentOrder:
        """Return the order at the elements of a list."""
        place = self.place.element() if self.place else None
        return self._below([part.get("items") for part in self.parts], place)

    def _below(self, schemas: list[Json], place: Place | None) -> DocumentOrder:
        if place is not None and place.schema:
            return DocumentOrder()
        parts = tuple(part for schema in schemas for part in self._described(schema))
        return DocumentOrder(parts, self.defs, place)

    def _described(self, schema: Json) -> list[JsonObject]:
        """Return a schema and those that it refers to or chooses from."""
        if not isinstance(schema, dict):
            return []
        reference = schema.get("$ref")
        found = [schema]
        if isinstance(reference, str) and reference.startswith(_DEFS):
            found += self._described(self.defs.get(reference.removeprefix(_DEFS)))
        for choice in list_at(schema, "anyOf"):
            found += self._described(choice)
        return found


@cache
def order_of_kind(kind: Kind) -> DocumentOrder:
    """Return the order of a spec file: the kind's fields, unknown ones, this program's own key."""
    schema = read_schema(kind.name)
    return DocumentOrder(
        (schema,), object_at(schema, "$defs"), root_place(kind), kind.fields, kind.spellings
    )


@cache
def order_of_config() -> DocumentOrder:
    """Return the order of `reconciler.yaml`."""
    schema = read_schema("config")
    return DocumentOrder((schema,), object_at(schema, "$defs"))
