"""Objects that two schemas may distinguish: each member there or not, with each kind of value.

Where all combinations are few, all are yielded, the smallest first. Where they
are many, those that differ in up to two members from an object that is
accepted, one such object for each branch of the schemas.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, islice, product
from math import prod
from typing import TYPE_CHECKING

from msgspec import Struct

from reconciler.compatibility.keywords import as_map, as_names
from reconciler.compatibility.search.strings import matching_texts, offered
from reconciler.compatibility.search.subschemas import View, member, names
from reconciler.compatibility.stand_ins import LONGEST_CLAIM, MOST_ELEMENTS, LongObject, object_of
from reconciler.model.json_text import Json, JsonObject, compact_json

if TYPE_CHECKING:
    from reconciler.compatibility.search.candidates import Pools

_ALL = 3000
"""Up to this number of combinations, all are yielded."""

_REPAIRS = 300
"""How many objects are looked at to find one that is accepted."""


_DEPENDING = ("dependencies", "dependentRequired", "dependentSchemas")

_MOST_NAMES = 150
"""Names of which all are tried; of more, those that are needed and those that differ."""

_STRANGER = "other"
_COUNTS = ("minProperties", "maxProperties")


class _Member(Struct, frozen=True):
    """A name that an object may hold, and the values that it is tried with."""

    name: str
    values: tuple[Json, ...]
    is_needed: bool

    @property
    def ways(self) -> int:
        return len(self.values) + (not self.is_needed)


def objects(pools: Pools, found: tuple[View, ...]) -> Iterator[JsonObject]:
    """Yield objects, their members in the order in which the schemas name them."""
    named = _names(pools, found)
    members = _members(pools, found, named)
    if members is None:
        return
    few = prod(each.ways for each in members) <= _ALL
    made = _combined(members) if few else _around(pools, found, members)
    for each in chain(_counted(pools, found, members), made):
        if isinstance(each, LongObject):
            yield each
            continue
        yield {name: each[name] for name in dict.fromkeys((*named, *each)) if name in each}


def _combined(members: list[_Member]) -> Iterator[JsonObject]:
    others = [each for each in members if not each.is_needed]
    for count in range(len(others) + 1):
        for chosen in combinations(others, count):
            names_there = {each.name for each in chosen}
            there = [each for each in members if each.is_needed or each.name in names_there]
            for values in product(*(each.values for each in there)):
                yield dict(zip((each.name for each in there), values, strict=True))


def _members(pools: Pools, found: tuple[View, ...], named: list[str]) -> list[_Member] | None:
    """Return the members, those that differ first, None if one is needed and cannot be."""
    needed, differing = _needed(pools, found), _differing(pools, found)
    if len(named) > _MOST_NAMES:
        named = [name for name in named if name in needed or name in differing]
    chosen = []
    for name in named:
        values = pools.representatives(member(found, name))
        if values:
            chosen.append(_Member(name, tuple(values), name in needed))
        elif name in needed:
            return None
    return sorted(chosen, key=lambda each: each.name not in differing)


def _needed(pools: Pools, found: tuple[View, ...]) -> set[str]:
    return {
        name
        for view in found
        if view.piece.is_needed_by(pools.accepting)
        for name in as_names(view.get("required"))
    }


def _names(pools: Pools, found: tuple[View, ...]) -> list[str]:
    """Return the names that the schemas mention, and one of each kind that they do not mention."""
    named = dict.fromkeys(
        chain.from_iterable(
            (*as_map(view.get("properties")), *as_names(view.get("required")), *_dependents(view))
            for view in found
        )
    )
    for value in offered(found):
        if isinstance(value, dict):
            named.update(dict.fromkeys(value))
    about = names(found)
    patterns = [pattern for view in found for pattern in as_map(view.get("patternProperties"))]
    others: dict[str, str] = {}
    fitting = pools.fitting(about, 30) if about else []
    for name in [_STRANGER, *matching_texts(patterns), *fitting]:
        if isinstance(name, str) and name not in named:
            kind = [id(piece.schema) for piece in member(found, name)]
            others.setdefault(str((kind, [piece.accepts(name) for piece in about])), name)
    allowed = [piece for piece in about if piece.is_needed_by(pools.accepting)]
    return [
        name for name in (*named, *others.values()) if all(piece.accepts(name) for piece in allowed)
    ]


def _dependents(view: View) -> Iterator[str]:
    for keyword in _DEPENDING:
        value = view.get(keyword)
        if isinstance(value, dict):
            for name, needs in value.items():
                yield name
                yield from as_names(needs)


def _differing(pools: Pools, found: tuple[View, ...]) -> set[str]:
    """Return the names of the members of which the two schemas say different things."""
    said: dict[str, tuple[list[str], list[str]]] = {}
    for view in found:
        side = view.piece.validator is pools.accepting
        for name, part in as_map(view.get("properties")).items():
            said.setdefault(name, ([], []))[side].append(view.piece.validator.text(part))
        for name in as_names(view.get("required")):
            said.setdefault(name, ([], []))[side].append("required")
        if any(dependents := list(_dependents(view))):
            text = compact_json([view.get(keyword) for keyword in _DEPENDING])
            for name in dict.fromkeys(dependents):
                said.setdefault(name, ([], []))[side].append(text)
    return {name for name, (one, other) in said.items() if sorted(one) != sorted(other)}


def _around(pools: Pools, found: tuple[View, ...], members: list[_Member]) -> Iterator[JsonObject]:
    """Yield accepted objects and those that differ from them in one member, then in two."""
    seeds: dict[str, JsonObject] = {}
    for seed in _seeds(found, members):
        near = _repaired(pools, found, seed, members)
        if near is not None and compact_json(near) not in seeds:
            seeds[compact_json(near)] = near
            yield near
            yield from _varied(near, members)
    for seed in sorted(seeds.values(), key=len):
        for first, second in combinations(members, 2):
            for one in _varied(seed, [first]):
                yield from _varied(one, [second])


def _seeds(found: tuple[View, ...], members: list[_Member]) -> Iterator[JsonObject]:
    least: JsonObject = {each.name: each.values[0] for each in members if each.is_needed}
    yield least
    for view in found:
        if view.piece.trail:
            yield {**least, **_on_trail(view, members)}
    yield {each.name: each.values[0] for each in members}


def _on_trail(view: View, members: list[_Member]) -> JsonObject:
    """Return the members that a branch needs, with values that lead into it."""
    led: JsonObject = {}
    for each in members:
        asked = [
            part
            for step in view.piece.trail
            if isinstance(own := step.get("properties"), dict)
            and (part := own.get(each.name)) is not None
        ]
        is_named = any(each.name in as_names(step.get("required")) for step in view.piece.trail)
        if asked or is_named:
            fits = (
                value
                for value in each.values
                if all(view.piece.validator.part_accepts(part, value) for part in asked)
            )
            led[each.name] = next(fits, each.values[0])
    return led


def _repaired(
    pools: Pools, found: tuple[View, ...], seed: JsonObject, members: list[_Member]
) -> JsonObject | None:
    """Return the seed, or what is near it, such that the accepting schema may accept it."""
    nearby = chain(
        [seed],
        _varied(seed, members),
        (two for one in _varied(seed, members) for two in _varied(one, members)),
    )
    sure = [view.piece for view in found if view.piece.is_needed_by(pools.accepting)]
    return next(
        (each for each in islice(nearby, _REPAIRS) if all(piece.accepts(each) for piece in sure)),
        None,
    )


def _varied(seed: JsonObject, members: list[_Member]) -> Iterator[JsonObject]:
    for each in members:
        if each.name in seed and not each.is_needed:
            yield {name: value for name, value in seed.items() if name != each.name}
        for value in each.values:
            if each.name not in seed or compact_json(seed[each.name]) != compact_json(value):
                yield {**seed, each.name: value}


def _counted(pools: Pools, found: tuple[View, ...], members: list[_Member]) -> Iterator[JsonObject]:
    """Yield objects of as many members as the schemas set limits to."""
    limits = {
        int(value) + more
        for view in found
        for keyword in _COUNTS
        if isinstance(value := view.get(keyword), int | float)
        for more in (-1, 0, 1)
    }
    if not limits:
        return
    needed = {each.name: each.values[0] for each in members if each.is_needed}
    others = {each.name: each.values[0] for each in members if not each.is_needed}
    about = [piece for piece in names(found) if piece.is_needed_by(pools.accepting)]
    known: dict[tuple[int, ...], list[Json]] = {}
    for index in range(min(max(limits), MOST_ELEMENTS)):
        name = f"{_STRANGER}{index}"
        pieces = member(found, name)
        alike = tuple(id(piece.schema) for piece in pieces)
        values = known[alike] = known.get(alike) or pools.representatives(pieces)
        if values and all(piece.accepts(name) for piece in about):
            others.setdefault(name, values[0])
    for limit in sorted(limits):
        if len(needed) < limit <= LONGEST_CLAIM:
            made = {**needed, **dict(islice(others.items(), limit - len(needed)))}
            if len(made) >= MOST_ELEMENTS:
                yield object_of(made, limit)
            else:
                yield made
                yield from islice(_varied(made, members), _REPAIRS)
