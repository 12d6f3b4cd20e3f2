"""Which parts of the two schemas apply to one value, and which of what is inside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from reconciler.compatibility.keywords import as_map, as_row, element_parts, member_parts
from reconciler.compatibility.validator import SchemaValidator
from reconciler.model.json_text import Json, JsonObject

_BRANCHES = ("anyOf", "oneOf", "not", "if", "then", "else", "dependencies", "dependentSchemas")


class Subschema(Struct, frozen=True):
    """A part of a schema that applies to some value.

    `sure`: what the whole schema accepts, this accepts. `trail` are the
    branches that lead to it: it counts where these accept the value too.
    """

    validator: SchemaValidator
    schema: Json
    sure: bool
    trail: tuple[JsonObject, ...] = ()

    def accepts(self, value: Json) -> bool:
        """Return True if this part accepts a value."""
        return self.validator.part_accepts(self.schema, value)

    def is_needed_by(self, accepting: SchemaValidator) -> bool:
        """Return True if a validator accepts only what this part accepts."""
        return self.sure and self.validator is accepting


Subschemas: TypeAlias = tuple[Subschema, ...]


class View(Struct, frozen=True):
    """One object of keywords that applies to a value, taken out of its branches.

    `novel`: only one of the two schemas has it.
    """

    piece: Subschema
    words: JsonObject
    novel: bool = True

    def get(self, keyword: str) -> Json:
        """Return a keyword's value, None if it is not there."""
        return self.words.get(keyword)

    def of(self, schema: Json, *, sure: bool = True) -> Subschema:
        """Return the piece for what is below a keyword."""
        return Subschema(self.piece.validator, schema, sure and self.piece.sure)


def views(pieces: Subschemas) -> tuple[View, ...]:
    """Return every object of keywords that applies to the same value as these pieces.

    First those that only one of the two schemas has: there the difference is.
    """
    found: list[View] = []
    seen: set[int] = set()
    for piece in pieces:
        found += _flat(piece, seen)
    texts: dict[str, set[int]] = {}
    for view in found:
        texts.setdefault(_text(view), set()).add(id(view.piece.validator))
    marked = [replace(view, novel=len(texts[_text(view)]) == 1) for view in found]
    return tuple(sorted(marked, key=lambda view: not view.novel))


def _text(view: View) -> str:
    return view.piece.validator.text(view.words)


def _flat(piece: Subschema, seen: set[int]) -> Iterator[View]:
    words = piece.schema
    if not isinstance(words, dict) or id(words) in seen:
        return
    seen.add(id(words))
    if "$ref" in words:
        target = piece.validator.resolved(words["$ref"])
        yield from _flat(Subschema(piece.validator, target, piece.sure, piece.trail), seen)
        if piece.validator.ignores_siblings:
            return
    yield View(piece, words)
    for part in as_row(words.get("allOf")):
        yield from _flat(Subschema(piece.validator, part, piece.sure, piece.trail), seen)
    for keyword in filter(words.__contains__, _BRANCHES):
        for taken in _branches(keyword, words):
            trail = (*piece.trail, *taken)
            yield from _flat(Subschema(piece.validator, taken[-1], False, trail), seen)


def _branches(keyword: str, words: JsonObject) -> Iterator[tuple[JsonObject, ...]]:
    """Yield the branches of a keyword, each with what must hold for it to count."""
    value = words.get(keyword)
    if keyword in ("dependencies", "dependentSchemas"):
        for name, part in as_map(value).items():
            if isinstance(part, dict):
                yield {"required": [name]}, part
    elif keyword == "then":
        condition = words.get("if")
        if isinstance(value, dict):
            yield (condition, value) if isinstance(condition, dict) else (value,)
    else:
        for part in as_row(value) if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                yield (part,)


def member(found: tuple[View, ...], name: str) -> Subschemas:
    """Return the pieces that apply to an object's member of this name."""
    return _below(found, partial(_member, name=name))


def _member(view: View, name: str) -> Iterator[Subschema]:
    yield from map(view.of, member_parts(view.words, name))
    if "unevaluatedProperties" in view.words:
        yield view.of(view.words["unevaluatedProperties"], sure=False)


def element(found: tuple[View, ...], index: int) -> Subschemas:
    """Return the pieces that apply to a list's element at this index."""
    return _below(found, partial(_element, index=index))


def _element(view: View, index: int) -> Iterator[Subschema]:
    dialect = view.piece.validator.dialect
    yield from map(view.of, element_parts(view.words, index, dialect))
    for keyword in ("contains", "unevaluatedItems"):
        if keyword in view.words:
            yield view.of(view.words[keyword], sure=False)


def names(found: tuple[View, ...]) -> Subschemas:
    """Return the pieces that apply to the names of an object's members."""
    return _below(found, _about_names)


def _about_names(view: View) -> Iterator[Subschema]:
    if "propertyNames" in view.words:
        yield view.of(view.words["propertyNames"])


def _below(found: tuple[View, ...], parts: Callable[[View], Iterator[Subschema]]) -> Subschemas:
    """Return the pieces within views, without what has no effect, and duplicates."""
    if found:
        found[0].piece.validator.work.spend(len(found))
    kept: dict[tuple[str | int, bool, int], Subschema] = {}
    for piece in (each for view in found for each in parts(view)):
        if piece.schema is not True and piece.schema != {}:
            text = piece.validator.text(piece.schema)
            name = id(piece.schema) if '"$ref"' in text else text
            kept.setdefault((name, piece.sure, id(piece.validator) if piece.sure else 0), piece)
    return tuple(kept.values())
