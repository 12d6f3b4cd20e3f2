"""Says `unevaluatedProperties` and `unevaluatedItems` by keywords that look at no other ones.

What is unevaluated depends on which conditional parts accept the value. For each set of them:
another one accepts it, or what neither this set nor an unconditional part names must fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from functools import partial
from itertools import product
from typing import TypeAlias

from msgspec import Struct

from reconciler.compatibility.keywords import as_map, as_row
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.schema_refs import REFERENCES

_MOST_CONDITIONS = 4
_DEEPEST = 20


class UntranslatableError(Exception):
    """A schema that cannot be said in the form that proofs are made in."""


class _Seen(Struct, frozen=True):
    """What some keywords evaluate of a value: these members or elements, or all."""

    names: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    length: int = 0
    contained: tuple[Json, ...] = ()
    is_all: bool = False

    def __or__(self, other: _Seen) -> _Seen:
        return _Seen(
            self.names | other.names,
            self.patterns | other.patterns,
            max(self.length, other.length),
            self.contained + other.contained,
            self.is_all or other.is_all,
        )


class Reading(Enum):
    """How schemas with these keywords are read."""

    DRAFT_2020 = "2020-12"
    DRAFT_2019 = "2019-09"
    JSONSCHEMA_2019 = "2019-09 as jsonschema reads it"
    """Names of keywords in `additionalProperties` count as members; `contains` evaluates."""


Target: TypeAlias = Callable[[Json], Json]
"""Returns what a reference names."""

_Given: TypeAlias = tuple[Json, ...]
"""Schemas of which all must accept the value for some keywords to count."""


def without_unevaluated(words: JsonObject, target: Target, reading: Reading) -> JsonObject:
    """Return keywords that say the same without `unevaluatedProperties` and `unevaluatedItems`.

    Raises `UntranslatableError` where this takes too many parts.
    """
    plain = {key: value for key, value in words.items() if key not in _KEYWORDS}
    also: list[Json] = []
    for keyword, (seen_by, rest) in _KEYWORDS.items():
        part = words.get(keyword, True)
        if part is not True:
            seen = _seen(plain, target, partial(seen_by, reading))
            also += _statements(seen, partial(rest, reading, part))
    return {**plain, "allOf": [*as_row(plain.get("allOf")), *also]} if also else plain


def _seen(
    words: JsonObject, target: Target, seen_by: Callable[[JsonObject], _Seen]
) -> list[tuple[_Given, _Seen]]:
    """Return what is evaluated, together for keywords that depend on the same parts."""
    found: dict[tuple[int, ...], tuple[_Given, _Seen]] = {}
    for given, inner in _applied(words, target):
        key = tuple(map(id, given))
        _, before = found.get(key, (given, _Seen()))
        found[key] = given, before | seen_by(inner)
    return [*found.values()]


def _applied(
    words: Json, target: Target, given: _Given = (), depth: int = 0
) -> Iterator[tuple[_Given, JsonObject]]:
    """Yield all keywords that apply to the same value, each with the parts on which it depends."""
    if depth > _DEEPEST:
        raise UntranslatableError
    if not isinstance(words, dict):
        return
    yield given, words
    below: list[tuple[Json, _Given]] = [
        (target(words[keyword]), given) for keyword in REFERENCES if keyword in words
    ]
    below += [(part, given) for part in as_row(words.get("allOf"))]
    for keyword in ("anyOf", "oneOf"):
        below += [(way, (*given, way)) for way in as_row(words.get(keyword))]
    for name, part in as_map(words.get("dependentSchemas")).items():
        below.append((part, (*given, {"required": [name]})))
    if "if" in words:
        met = (*given, words["if"])
        below += [(words["if"], met), (words.get("then"), met)]
        below.append((words.get("else"), (*given, {"not": words["if"]})))
    for part, needed in below:
        yield from _applied(part, target, needed, depth + 1)


def _members(reading: Reading, words: JsonObject) -> _Seen:
    rest = [words.get(f"{which}Properties", False) for which in ("additional", "unevaluated")]
    names = set(as_map(words.get("properties")))
    if reading is Reading.JSONSCHEMA_2019:
        names = names.union(*map(as_map, rest))
        rest = [part for part in rest if part is True]
    return _Seen(
        names=frozenset(names),
        patterns=frozenset(as_map(words.get("patternProperties"))),
        is_all=any(part is not False for part in rest),
    )


def _elements(reading: Reading, words: JsonObject) -> _Seen:
    first, rest = words.get("prefixItems"), words.get("items")
    if reading is not Reading.DRAFT_2020:
        if isinstance(rest, bool):
            raise UntranslatableError  # jsonschema fails
        first, rest = (rest, words.get("additionalItems")) if isinstance(rest, list) else (0, rest)
    is_all = rest is not None or words.get("unevaluatedItems", False) is not False
    counts = "contains" in words and reading is not Reading.DRAFT_2019
    contained = (words["contains"],) if counts else ()
    return _Seen(length=len(as_row(first)), contained=contained, is_all=is_all)


def _statements(
    seen: list[tuple[_Given, _Seen]], rest: Callable[[_Seen], JsonObject]
) -> Iterator[Json]:
    always = _Seen()
    for given, what in seen:
        always = always if given else always | what
    conditional = [(given, what) for given, what in seen if given and always | what != always]
    if always.is_all:
        return
    if len(conditional) > _MOST_CONDITIONS:
        raise UntranslatableError
    for taken in product((True, False), repeat=len(conditional)):
        here = always
        others: list[Json] = []
        for is_taken, (given, what) in zip(taken, conditional, strict=True):
            if is_taken:
                here |= what
            else:
                others.append({"allOf": [*given]})
        if not here.is_all:
            yield {"anyOf": [*others, rest(here)]}


def _other_members(reading: Reading, part: Json, seen: _Seen) -> JsonObject:
    own = as_map(part) if reading is Reading.JSONSCHEMA_2019 else {}
    return {
        "properties": dict.fromkeys(sorted(seen.names | own.keys()), True),
        "patternProperties": dict.fromkeys(sorted(seen.patterns), True),
        "additionalProperties": part,
    }


def _other_elements(reading: Reading, part: Json, seen: _Seen) -> JsonObject:
    every: Json = {"anyOf": [part, *seen.contained]} if seen.contained else part
    first: Json = [True] * seen.length
    if not first:
        return {"items": every}
    if reading is Reading.DRAFT_2020:
        return {"prefixItems": first, "items": every}
    return {"items": first, "additionalItems": every}


_KEYWORDS = {
    "unevaluatedProperties": (_members, _other_members),
    "unevaluatedItems": (_elements, _other_elements),
}
"""What each keyword counts as evaluated, and how what is not must fit is said."""
