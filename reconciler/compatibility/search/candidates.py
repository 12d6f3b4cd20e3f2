"""Values for a place in an instance: one of each kind that the two schemas distinguish there.

Whether a schema accepts an object depends on its members only through
the results of each part of the schema. So of all values that every part validates
alike the first represents all, and a few members make few instances.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeAlias

from reconciler.compatibility.search.arrays import lists
from reconciler.compatibility.search.numbers import amounts
from reconciler.compatibility.search.objects import objects
from reconciler.compatibility.search.strings import offered, texts
from reconciler.compatibility.search.subschemas import Subschemas, View, views
from reconciler.compatibility.validator import SchemaValidator
from reconciler.model.json_text import Json

_TRIED = 400
"""The number of values that are tried for a place inside an instance."""

_MAKING = 10
"""The work of making up values for one object of keywords, in calls of jsonschema-rs."""

_KINDS = 32
"""How many kinds of value are kept for a place."""

_DEEPEST = 40
"""The depth of nesting of generated instances."""

_TYPES = ("number", "string", "boolean", "null", "array", "object")

_Key: TypeAlias = tuple[tuple[int, bool], ...]


class Pools:
    """Generates values for instances that one validator must accept."""

    def __init__(self, accepting: SchemaValidator) -> None:
        self.accepting = accepting
        self._known: dict[_Key, list[Json]] = {}
        self._open: list[_Key] = []

    def representatives(self, pieces: Subschemas) -> list[Json]:
        """Return one value of each kind that is distinguished here, the simplest first.

        What the accepting schema never accepts here is left out.
        """
        if not pieces:
            return [0]  # nothing distinguishes values
        key = _key(pieces)
        if key not in self._known:
            found: dict[tuple[bool, ...], Json] = {}
            needed = [piece for piece in pieces if piece.is_needed_by(self.accepting)]
            others = [piece for piece in pieces if not piece.is_needed_by(self.accepting)]
            for value in islice(self.values(pieces), _TRIED):
                if all(piece.accepts(value) for piece in needed):
                    found.setdefault(tuple([piece.accepts(value) for piece in others]), value)
                    if len(found) == _KINDS:
                        break
            if key in self._open:
                return list(found.values())  # interrupted by its own recursion: incomplete
            self._known[key] = list(found.values())
        return self._known[key]

    def fitting(self, pieces: Subschemas, count: int) -> list[Json]:
        """Return values that the accepting schema may accept here, this many if there are."""
        needed = [piece for piece in pieces if piece.is_needed_by(self.accepting)]
        made = self.values(pieces)
        fitting = (value for value in made if all(piece.accepts(value) for piece in needed))
        return list(islice(fitting, count + len(self._open) + 8))

    def values(self, pieces: Subschemas) -> Iterator[Json]:
        """Yield values for a place, of each type in turn, the simplest of each first."""
        found = views(pieces)
        self.accepting.work.spend(_MAKING * len(found))
        novel = tuple(view for view in found if view.novel)
        types = self._types(found)
        streams = [offered(found)]
        if "number" in types:
            streams.append(iter(dict.fromkeys((*amounts(novel), *amounts(found)))))
        if "string" in types:
            both = (*self._texts(novel), *self._texts(found))
            streams.append(iter(dict.fromkeys(both)))
        streams += [iter((True, False))] if "boolean" in types else []
        streams += [iter((None,))] if "null" in types else []
        key = _key(pieces)
        if self._open.count(key) > 1 or len(self._open) > _DEEPEST:
            yield from _in_turn([*streams, iter(([], {}))])
            return
        streams += [lists(self, found)] if "array" in types else []
        streams += [objects(self, found)] if "object" in types else []
        self._open.append(key)
        try:
            yield from _in_turn(streams)
        finally:
            self._open.remove(key)

    def _texts(self, found: tuple[View, ...]) -> list[str]:
        return texts(found, self.accepting)

    def _types(self, found: tuple[View, ...]) -> set[str]:
        """Return the types that the accepting schema does not rule out here."""
        types = set(_TYPES)
        for view in found:
            named = view.get("type")
            if view.piece.is_needed_by(self.accepting) and named is not None:
                listed = named if isinstance(named, list) else [named]
                types &= {"number" if name == "integer" else str(name) for name in listed}
        return types


def _in_turn(streams: Iterable[Iterator[Json]]) -> Iterator[Json]:
    """Yield one value of each stream after the other, until all of them have ended."""
    running = list(streams)
    while running:
        for stream in list(running):
            try:
                yield next(stream)
            except StopIteration:
                running.remove(stream)


def _key(pieces: Subschemas) -> _Key:
    return tuple((id(piece.schema), piece.sure) for piece in pieces)
