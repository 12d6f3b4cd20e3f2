"""Which lists of a document are sets, which are keyed by name, and which are ordered.

A `Place` describes one position in a document, and leads to the places below.
Inside an embedded JSON Schema the schema's own keywords decide; outside, the
kind's patterns do. The places of a kind form a small graph that is built once,
so a walk costs one dictionary look-up per step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from functools import cache

from msgspec import Struct, field

from reconciler.model.json_text import Json, compact_json
from reconciler.model.kinds import Kind
from reconciler.model.pointers import Pointer, parse_pointer


class ListRule(Enum):
    """How the elements of a list are identified."""

    ORDERED = "ordered"
    SET = "set"
    KEYED = "keyed"


class Place(Struct, eq=False):
    """A position in a document. Compared by identity; see `root_place`."""

    rule: ListRule = ListRule.ORDERED
    key: str = ""
    schema: bool = False
    members: dict[str, Place] = field(default_factory=dict)
    others: Place | None = None
    elements: Place | None = None

    def member(self, name: str) -> Place:
        """Return the place of an object's member."""
        return self.members.get(name) or self.others or PLAIN

    def element(self) -> Place:
        """Return the place of a list's elements."""
        return self.elements or PLAIN

    def rule_for(self, items: Sequence[Json]) -> ListRule:
        """Return how this list's elements are identified.

        A list that should be keyed but holds something without a name, or two
        things of one name, is ordered: its elements cannot be matched.
        """
        if self.rule is ListRule.KEYED and not _has_unique_keys(items, self.key):
            return ListRule.ORDERED
        return self.rule


PLAIN = Place()
"""Data of no special kind: every list in it is ordered."""


def element_token(element: Json) -> str:
    """Return the token that identifies an element of a set in a pointer.

    A string is its own name, unless it reads like other JSON (`"1"` beside `1`).
    """
    if isinstance(element, str) and not _reads_like_json(element):
        return element
    return compact_json(element)


def _reads_like_json(text: str) -> bool:
    return text in ("", "true", "false", "null") or (text[0] in '-0123456789[{"' and _is_json(text))


def _is_json(text: str) -> bool:
    import json

    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _has_unique_keys(items: Sequence[Json], key: str) -> bool:
    names = [item.get(key) if isinstance(item, dict) else None for item in items]
    return all(isinstance(name, str) for name in names) and len(set(names)) == len(names)


@cache
def root_place(kind: Kind) -> Place:
    """Return the place of a whole document of that kind."""
    root = Place()
    for pattern in kind.sets:
        _descend(root, parse_pointer(pattern)).rule = ListRule.SET
    for pattern, key in kind.keyed.items():
        place = _descend(root, parse_pointer(pattern))
        place.rule, place.key = ListRule.KEYED, key
    for pattern in kind.schemas:
        *above, last = parse_pointer(pattern)
        _descend(root, above).members[last] = SCHEMA
    return root


def rule_at(kind: Kind, pointer: Pointer) -> ListRule:
    """Return the rule for a list at a pointer of such a document, as far as the kind decides it."""
    return place_at(kind, pointer).rule


def place_at(kind: Kind, pointer: Pointer) -> Place:
    """Return the place at a pointer of such a document.

    An element of a list is named by its key, or by its index where the list is
    ordered: `/transformationSpecs/Mapping/spec`, `/optionSpec/spec/allOf/0`.
    """
    place = root_place(kind)
    for token in pointer:
        is_element = place.rule is not ListRule.ORDERED or (place.schema and token.isdecimal())
        if is_element and token not in place.members:
            place = place.element()
        else:
            place = place.member(token)
    return place


def _descend(place: Place, tokens: Iterable[str]) -> Place:
    for token in tokens:
        if token == "*":  # noqa: S105 - a wildcard, no password
            below = place.others = place.elements = place.others or place.elements or Place()
        else:
            below = place.members.setdefault(token, Place())
        place = below
    return place


def _schema_places() -> Place:
    schema = Place(schema=True)
    schema.elements = schema
    by_name = Place(others=schema)
    strings = Place(rule=ListRule.SET)
    dependency = Place(
        rule=ListRule.SET, schema=True, members=schema.members, elements=PLAIN, others=PLAIN
    )
    for keyword in ("properties", "patternProperties", "definitions", "$defs", "dependentSchemas"):
        schema.members[keyword] = by_name
    for keyword in (
        *("allOf", "anyOf", "oneOf", "not", "if", "then", "else"),
        *("items", "prefixItems", "additionalItems", "unevaluatedItems", "contains"),
        *("additionalProperties", "unevaluatedProperties", "propertyNames"),
    ):
        schema.members[keyword] = schema
    for keyword in ("required", "enum", "type"):
        schema.members[keyword] = strings
    schema.members["dependencies"] = Place(others=dependency)
    schema.members["dependentRequired"] = Place(others=strings)
    return schema


SCHEMA = _schema_places()
"""An embedded JSON Schema: keywords of drafts 4 to 2020-12 that hold schemas or sets."""
