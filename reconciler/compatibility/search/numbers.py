"""Numbers that two schemas may distinguish: on, beside and between the bounds that they name."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, islice, pairwise
from math import floor, gcd, lcm

from reconciler.compatibility.keywords import as_fraction
from reconciler.compatibility.search.subschemas import View

_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_OFFERS = ("const", "default")
_LISTS = ("enum", "examples")
_HALF = Fraction(1, 2)
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
    near = {Fraction(0), Fraction(1), Fraction(-1), _HALF, -_HALF}
    for bound in bounds:
        near |= {bound, bound - 1, bound + 1, bound - _HALF, bound + _HALF}
    for below, above in pairwise(bounds):
        near |= {(below + above) / 2, Fraction(floor((below + above) / 2))}
    for step in steps:
        near |= {step * times for times in (1, 2, 3, -1, _HALF, 3 * _HALF)}
        for bound in bounds:
            times = floor(bound / step)
            near |= {step * (times + more) for more in (-1, 0, 1, 2)}
            near |= {bound - step * _HALF, bound + step * _HALF}
    near = {value for value in near if value.denominator == 1 or abs(value) < _LARGEST}
    return [_number(value) for value in sorted(near, key=_complexity)]


def _complexity(value: Fraction) -> tuple[bool, int | Fraction, bool]:
    if value.denominator == 1:  # integers compare in C
        return False, abs(value.numerator), value.numerator < 0
    return True, abs(value), value.numerator < 0


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


def _number(value: Fraction) -> int | float:
    if value.denominator == 1 and not _LONG <= abs(value) < _LARGEST:
        return value.numerator
    return float(value)
