"""The facts that several terms imply for one value: its types, limits, members and elements."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction
from functools import cached_property
from math import ceil, floor, lcm
from typing import TypeAlias

from reconciler.compatibility.keywords import (
    as_fraction,
    as_map,
    as_names,
    as_row,
    element_parts,
    member_parts,
)
from reconciler.compatibility.pattern_inclusion import is_empty, joined, lengths_from
from reconciler.compatibility.proof.terms import TYPES, Term, Terms, plain, type_of
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.languages import Language, both
from reconciler.model.patterns import pattern_language
from reconciler.model.schema_dialects import DRAFT_07

Bound: TypeAlias = tuple[Fraction, bool]
"""A number, and whether the value itself must differ from it."""

_FEW = 64
"""Up to this number of integers in a range, each of them is tried."""


class Known:
    """A value of which all these terms are known, and nothing else."""

    def __init__(self, terms: Terms) -> None:
        self.terms = plain(terms)
        self.views = [
            (term, term.schema)
            for term in self.terms
            if term.holds and isinstance(term.schema, dict) and "$ref" not in term.schema
        ]

    @cached_property
    def keys(self) -> frozenset[tuple[int, bool, str]]:
        """The keys of the terms: what is known, whatever the order."""
        return frozenset(term.key for term in self.terms)

    @cached_property
    def is_impossible(self) -> bool:
        """True if there is obviously no such value."""
        if any(
            term.schema is not term.holds for term in self.terms if isinstance(term.schema, bool)
        ):
            return True
        return not self.types or self.values == []

    @cached_property
    def types(self) -> frozenset[str]:
        """The types that the value may have."""
        types = set(TYPES)
        for _, words in self.views:
            if "type" in words:
                types &= {"number" if name == "integer" else name for name in type_names(words)}
            for values in ([words["const"]] if "const" in words else [], as_row(words.get("enum"))):
                types &= {type_of(value) for value in values} or types
        low, high = self.low, self.high
        if low and high and (low[0] > high[0] or (low[0] == high[0] and (low[1] or high[1]))):
            types.discard("number")
        for of_type, noun in (("string", "Length"), ("array", "Items"), ("object", "Properties")):
            least, most = self.least(f"min{noun}"), self.most(f"max{noun}")
            if of_type == "object":
                least = max(least, len(self.required))
            if most is not None and least > most:
                types.discard(of_type)
        if "string" in types and (language := self.strings) is not None and is_empty(language):
            types.discard("string")
        return frozenset(types)

    @cached_property
    def strings(self) -> Language | None:
        """What is known of the value by its patterns and length if it is a string.

        None if no pattern that an automaton can match is known.
        """
        matched = [
            pattern
            for pattern in self.said("pattern")
            if isinstance(pattern, str) and pattern_language(pattern) is not None
        ]
        unmatched = [
            pattern
            for term in self.terms
            if not term.holds and isinstance(term.schema, dict) and list(term.schema) == ["pattern"]
            for pattern in term.schema.values()
            if isinstance(pattern, str) and pattern_language(pattern) is not None
        ]
        patterns = joined(matched, unmatched) if matched or unmatched else None
        if patterns is None:
            return None
        return both((patterns, lengths_from(self.least("minLength"), self.most("maxLength"))))

    @cached_property
    def is_whole(self) -> bool:
        """True if the value is an integer, if it is a number."""
        return any(
            "integer" in names and "number" not in names
            for names in (type_names(words) for _, words in self.views)
        )

    @cached_property
    def step(self) -> int | None:
        """The integer that the value is a multiple of, if it is a number; None if there is none."""
        steps = [as_fraction(value) for value in self.said("multipleOf")]
        whole = [int(each) for each in steps if each and each.denominator == 1]
        whole += [1] if self.is_whole else []
        return lcm(*whole) if whole else None

    @cached_property
    def low(self) -> Bound | None:
        """The bound from below, if the value is a number."""
        bounds = self._bounds("minimum", "exclusiveMinimum")
        bound = max(bounds, default=None)
        if bound is None or self.step is None:
            return bound
        number, is_open = bound
        times = ceil(number / self.step)
        return Fraction((times + (is_open and times * self.step == number)) * self.step), False

    @cached_property
    def high(self) -> Bound | None:
        """The bound from above, if the value is a number."""
        bounds = self._bounds("maximum", "exclusiveMaximum")
        bound = min(bounds, key=lambda each: (each[0], not each[1]), default=None)
        if bound is None or self.step is None:
            return bound
        number, is_open = bound
        times = floor(number / self.step)
        return Fraction((times - (is_open and times * self.step == number)) * self.step), False

    def _bounds(self, closed: str, opened: str) -> list[Bound]:
        return [
            (number, keyword == opened)
            for keyword in (closed, opened)
            for value in self.said(keyword)
            if (number := as_fraction(value)) is not None
        ]

    def said(self, keyword: str) -> list[Json]:
        """Return the values of a keyword in the terms."""
        return [words[keyword] for _, words in self.views if keyword in words]

    def least(self, keyword: str) -> int:
        """Return the largest value of `minLength` or a similar keyword."""
        found = [ceil(n) for n in self.said(keyword) if isinstance(n, int | float)]
        if keyword == "minItems":
            found += [least for _, least, _ in self.contained]
        return max(found, default=0)

    @cached_property
    def contained(self) -> list[tuple[Term, int, int | None]]:
        """What some elements are known of, if it is a list: of how many at least and at most."""
        return [
            (
                Term(term.validator, words["contains"]),
                ceil(least) if isinstance(least := words.get("minContains", 1), int | float) else 0,
                floor(most) if isinstance(most := words.get("maxContains"), int | float) else None,
            )
            for term, words in self.views
            if "contains" in words
        ]

    def most(self, keyword: str) -> int | None:
        """Return the smallest value of `maxLength` or a similar keyword, None without one."""
        limits = (floor(n) for n in self.said(keyword) if isinstance(n, int | float))
        return min(limits, default=None)

    @cached_property
    def values(self) -> list[Json] | None:
        """All possible values, None if they cannot be listed."""
        for _, words in self.views:
            if "const" in words:
                return self._allowed([words["const"]])
            if "enum" in words:
                return self._allowed(as_row(words["enum"]))
        if self.types <= {"null", "boolean"}:
            return self._allowed([None, True, False])
        if self.types == {"number"} and self.is_whole and self.low and self.high:
            low, high = int(self.low[0]), int(self.high[0])
            if high - low < _FEW:
                return self._allowed(list(range(low, high + 1)))
        return None

    def _allowed(self, values: list[Json]) -> list[Json]:
        if any(term.validator.has_strict_integers for term in self.terms):
            numbers = [each for each in values if as_fraction(each) is not None]
            whole = [each for each in numbers if isinstance(each, int | float) and each % 1 == 0]
            values = [*values, *map(int, whole), *map(float, whole)]
        return [value for value in values if all(term.allows(value) for term in self.terms)]

    @cached_property
    def required(self) -> frozenset[str]:
        """The members that the value has, if it is an object."""
        return frozenset(
            name for _, words in self.views for name in as_names(words.get("required"))
        )

    @cached_property
    def named(self) -> list[str]:
        """Every name of a member that the terms mention."""
        names = dict.fromkeys(
            name for _, words in self.views for name in as_map(words.get("properties"))
        )
        return list(names | dict.fromkeys(sorted(self.required)))

    def member(self, name: str) -> Terms:
        """Return what is known of the member of that name, if it is there."""
        return tuple(
            Term(term.validator, part)
            for term, words in self.views
            for part in member_parts(words, name)
        )

    def element(self, index: int) -> Terms:
        """Return what is known of the element at that index, if it is there."""
        return tuple(
            Term(term.validator, part)
            for term, words in self.views
            for part in element_parts(words, index, DRAFT_07)
        )

    @cached_property
    def rows(self) -> int:
        """The index from which on the same applies to all elements."""
        return max(
            (len(items) for items in self.said("items") if isinstance(items, list)), default=0
        )

    @cached_property
    def name(self) -> Terms:
        """Return what is known of every member's name, beside that it is a string."""
        return tuple(
            Term(term.validator, words["propertyNames"])
            for term, words in self.views
            if "propertyNames" in words
        )

    def needed(self, of_type: str) -> Iterator[list[Terms]]:
        """Yield each part that a value of a type must have: what is known of it in each place."""
        if of_type == "object":
            yield from ([self.member(name)] for name in sorted(self.required))
        if of_type == "array":
            least = self.least("minItems")
            yield from ([self.element(index)] for index in range(min(least, self.rows + 1)))
            for part, count, _ in self.contained:
                if count:
                    yield [(part, *self.element(index)) for index in range(self.rows + 1)]

    def strangers(self, pattern: str | None, apart: Collection[str]) -> list[list[Term]]:
        """Return what is known of a member that no term names.

        Each entry holds ways of which at least one is how it is: what the
        patterns that it matches say, or what is said of all others. `pattern`
        is one that it matches; those of `apart` it does not match.
        """
        matched = [] if pattern is None else [pattern]
        found = []
        for term, words in self.views:
            by_pattern = as_map(words.get("patternProperties"))
            if pattern in by_pattern:
                found.append([Term(term.validator, by_pattern[pattern])])
                continue
            ways = [
                part
                for text, part in by_pattern.items()
                if text not in apart and _may_match([*matched, text], apart)
            ]
            if _may_match(matched, [*apart, *by_pattern]):
                ways.append(words.get("additionalProperties", True))
            found.append([Term(term.validator, part) for part in ways])
        return found


def _may_match(matched: Collection[str], unmatched: Collection[str]) -> bool:
    """Return False if it is certain that no string matches some patterns and not others."""
    if not unmatched and len(matched) < 2:
        return True
    language = joined(matched, unmatched)
    return language is None or not is_empty(language)


def type_names(words: JsonObject) -> list[str]:
    """Return the types that an object of keywords allows by name, none where it names none."""
    named = words.get("type")
    return [named] if isinstance(named, str) else as_names(named)
