"""Numbers that two schemas may distinguish: on, beside and between the bounds that they name."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, islice, pairwise
from math import gcd, lcm

from reconciler.compatibility.keywords import as_fraction
from reconciler.compatibility.search.subschemas import View

_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_OFFERS = ("const", "default")
_LISTS = ("enum", "examples")
_MOST_BOUNDS = 64
"""Numbers of one place around which others are tried; each that a schema names is tried too."""

_LONG, _LARGEST = 10**16, 10**308
"""Between these a number is written with an exponent; beyond, no float can hold it."""


def amounts(found: tuple[View, ...]) -> list[int | float]:
    """Return numbers, whole ones first and of them those nearest to zero."""
    named = dict.fromkeys(number for view in found for number in _named(view))
    return _amounts(tuple(sorted(islice(named, _MOST_BOUNDS))), frozenset(_steps(found)))


@lru_cache(maxsize=256)
def _amounts(bounds: tuple[Fraction, ...], steps: frozenset[Fraction]) -> list[int | float]:
    """Compute them as integers, in a unit of which all are multiples: fractions are slow."""
    one = 4 * lcm(*(value.denominator for value in (*bounds, *steps)))
    half = one // 2
    near = {0, one, -one, half, -half}
    limits = [int(bound * one) for bound in bounds]
    for limit in limits:
        near |= {limit, limit - one, limit + one, limit - half, limit + half}
    for below, above in pairwise(limits):
        middle = (below + above) // 2
        near |= {middle, middle // one * one}
    for step in (int(step * one) for step in steps):
        near |= {step, 2 * step, 3 * step, -step, step // 2, 3 * step // 2}
        for limit in limits:
            below = limit // step * step
            near |= {below - step, below, below + step, below + 2 * step}
            near |= {limit - step // 2, limit + step // 2}
    near = {value for value in near if value % one == 0 or abs(value) < _LARGEST * one}
    return [
        _number(value, one)
        for value in sorted(near, key=lambda value: (value % one != 0, abs(value), value < 0))
    ]


def _number(value: int, one: int) -> int | float:
    whole = value // one
    return whole if value % one == 0 and not _LONG <= abs(whole) < _LARGEST else value / one


def _named(view: View) -> Iterator[Fraction]:
    values = [view.get(keyword) for keyword in (*_BOUNDS, *_OFFERS)]
    for keyword in _LISTS:
        offered = view.get(keyword)
        values += offered if isinstance(offered, list) else []
    for value in values:
        if (exact := as_fraction(value)) is not None:
            yield exact


def _steps(found: tuple[View, ...]) -> set[Fraction]:
    """Return the steps that `multipleOf` names, and those that two of them and 1 share."""
    named = {Fraction(1)}
    named |= {step for view in found if (step := as_fraction(view.get("multipleOf")))}
    shared = {
        Fraction(lcm(one.numerator, other.numerator), gcd(one.denominator, other.denominator))
        for one, other in combinations(named, 2)
    }
    return {abs(step) for step in named | shared if step}
