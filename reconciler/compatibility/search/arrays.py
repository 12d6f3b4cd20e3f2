"""Lists that two schemas may distinguish: by length, by one element, by elements that are alike."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from typing import TYPE_CHECKING

from reconciler.compatibility.search.subschemas import View, element
from reconciler.compatibility.stand_ins import LONGEST_CLAIM, MOST_ELEMENTS, list_of
from reconciler.model.json_text import Json

if TYPE_CHECKING:
    from reconciler.compatibility.search.candidates import Pools

_NAME = "x"

_VARIED_LENGTHS = 100
"""Up to this length each element is chosen; longer lists repeat their last one."""

_VARIED = 3
"""How many leading elements of a list are varied, and the last one."""


def lists(pools: Pools, found: tuple[View, ...]) -> Iterator[list[Json]]:
    """Yield lists, the shortest first."""
    yield []
    unique = any(view.get("uniqueItems") is True for view in found)
    for length in _lengths(found):
        if length > _VARIED_LENGTHS:
            yield from _long(pools, found, length, unique=unique)
            continue
        rows = [pools.representatives(element(found, index)) for index in range(length)]
        if not all(rows):
            return  # no element fits here, and a longer list would need one too
        base = _different(pools, found, length) if unique else [row[0] for row in rows]
        yield base
        yield from (
            list(each) for each in islice(product(*rows[:_VARIED]), 60) if length <= _VARIED
        )
        for index in {*range(min(length, _VARIED)), length - 1}:
            for value in rows[index]:
                yield [*base[:index], value, *base[index + 1 :]]
        if length > 1:
            yield from ([value] * length for value in rows[0])
            yield [*base[:-1], base[0]]


def _long(
    pools: Pools, found: tuple[View, ...], length: int, *, unique: bool
) -> Iterator[list[Json]]:
    first = [pools.representatives(element(found, index)) for index in range(_VARIED)]
    if all(first):
        base = [row[0] for row in first[:-1]]
        yield from (list_of([*base, last], length) for last in first[-1])
    if unique and length <= MOST_ELEMENTS:
        yield list(range(length))
        yield [f"{_NAME}{index}" for index in range(length)]


def _lengths(found: tuple[View, ...]) -> list[int]:
    lengths = {1, 2}
    for view in found:
        for keyword in ("minItems", "maxItems", "minContains", "maxContains"):
            value = view.get(keyword)
            if isinstance(value, int | float):
                lengths |= {int(value) - 1, int(value), int(value) + 1}
        for keyword in ("items", "prefixItems"):
            value = view.get(keyword)
            if isinstance(value, list):
                lengths |= {len(value) - 1, len(value), len(value) + 1}
    return sorted(length for length in lengths if 0 < length <= LONGEST_CLAIM)


def _different(pools: Pools, found: tuple[View, ...], length: int) -> list[Json]:
    """Return a list without equal elements, as far as there are enough values."""
    made: list[Json] = []
    for index in range(length):
        fitting = pools.fitting(element(found, index), length)
        made.append(next((value for value in fitting if value not in made), fitting[0]))
    return made
