"""The rule by which each clause of a schema follows from what is known of a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from math import inf
from typing import TYPE_CHECKING, TypeAlias

from reconciler.compatibility.keywords import as_map, as_row
from reconciler.compatibility.proof.facts import Known
from reconciler.compatibility.proof.limits import follows_plainly
from reconciler.compatibility.proof.terms import Term, Terms
from reconciler.compatibility.validator import SchemaValidator
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.patterns import pattern_matches

if TYPE_CHECKING:
    from reconciler.compatibility.proof.prover import Prover

_MOST_WAYS = 64


class Step:
    """One step of a proof: what is known here, and how what follows from it is shown."""

    def __init__(
        self, prover: Prover, known: Known, validator: SchemaValidator, splits: int
    ) -> None:
        self.prover = prover
        self.known = known
        self.validator = validator
        self.splits = splits

    def here(self, goal: Json, *more: Term, holds: bool = True) -> bool:
        """Return True if a part of the new schema follows for the value, given more terms."""
        term = Term(self.validator, goal, holds)
        if more:
            return self.prover.proves((*self.known.terms, *more), term, self.splits)
        return self.prover.shows(self.known, term, self.splits)

    def inside(self, terms: Iterable[Term], goal: Json) -> bool:
        """Return True if a part of the new schema follows for what is inside the value."""
        return self.prover.proves_inside(tuple(terms), Term(self.validator, goal), self.splits)

    def cannot_be(self, name: str) -> bool:
        """Return True if the value has no member of that name."""
        known = self.known
        if any(not each.allows(name) for each in known.name):
            return True
        return self.prover.is_impossible_inside(known.member(name))

    def assuming(self, part: Json, *, holds: bool = True) -> Term:
        """Return a part of the new schema as a known term."""
        return Term(self.validator, part, holds)


def follows(
    prover: Prover, known: Known, validator: SchemaValidator, clause: JsonObject, splits: int
) -> bool:
    """Return True if one clause, as `terms.clauses` makes them, follows from what is known."""
    keyword = next(iter(clause))
    if follows_plainly(known, keyword, clause):
        return True
    rule = _RULES.get(keyword)
    return rule is not None and rule(Step(prover, known, validator, splits), clause)


def _ref(step: Step, clause: JsonObject) -> bool:
    target = step.validator.resolved(clause["$ref"])
    return target is not None and step.here(target)


def _all_of(step: Step, clause: JsonObject) -> bool:
    return all(map(step.here, as_row(clause["allOf"])))


def _any_of(step: Step, clause: JsonObject) -> bool:
    ways = sorted(as_row(clause["anyOf"]), key=lambda way: _unlikeliness(step, way))
    return any(map(step.here, ways))


def _one_of(step: Step, clause: JsonObject) -> bool:
    ways = as_row(clause["oneOf"])
    likely = sorted(range(len(ways)), key=lambda index: _unlikeliness(step, ways[index]))
    fitting = next((index for index in likely if step.here(ways[index])), None)
    return fitting is not None and all(
        step.here(way, holds=False) for index, way in enumerate(ways) if index != fitting
    )


def _unlikeliness(step: Step, way: Json) -> int:
    """Return 0 for a way that is known to be taken, 2 for one that is known not to be, else 1."""
    term, keys = step.assuming(way), step.known.keys
    return (term.key not in keys) + (term.denied.key in keys)


def _not(step: Step, clause: JsonObject) -> bool:
    return step.here(clause["not"], holds=False)


def _condition(step: Step, clause: JsonObject) -> bool:
    condition = clause["if"]
    return step.here(clause.get("then", True), step.assuming(condition)) and step.here(
        clause.get("else", True), step.assuming(condition, holds=False)
    )


def _dependencies(step: Step, clause: JsonObject) -> bool:
    ((name, needs),) = as_map(clause["dependencies"]).items()
    needed: Json = {"required": needs} if isinstance(needs, list) else needs
    return step.cannot_be(name) or step.here(needed, step.assuming({"required": [name]}))


def _properties(step: Step, clause: JsonObject) -> bool:
    ((name, part),) = as_map(clause["properties"]).items()
    return step.cannot_be(name) or step.inside(step.known.member(name), part)


def _pattern_properties(step: Step, clause: JsonObject) -> bool:
    ((pattern, part),) = as_map(clause["patternProperties"]).items()
    known = step.known
    named = [name for name in known.named if pattern_matches(pattern, name)]
    return all(
        step.cannot_be(name) or step.inside(known.member(name), part) for name in named
    ) and _strangers(step, part, pattern, ())


def _additional(step: Step, clause: JsonObject) -> bool:
    part, known = clause["additionalProperties"], step.known
    own, patterns = as_map(clause["properties"]), as_map(clause["patternProperties"])
    named = [
        name
        for name in known.named
        if name not in own and not any(pattern_matches(pattern, name) for pattern in patterns)
    ]
    return all(
        step.cannot_be(name) or step.inside(known.member(name), part) for name in named
    ) and _strangers(step, part, None, patterns)


def _strangers(step: Step, part: Json, pattern: str | None, apart: Iterable[str]) -> bool:
    """Return True if a part follows for every member that nothing known names."""
    ways = step.known.strangers(pattern, tuple(apart))
    few: list[Terms] = []
    for terms in product(*ways):
        few.append(terms)
        if len(few) > _MOST_WAYS:
            return False
    return all(step.inside(terms, part) for terms in few)


def _names(step: Step, clause: JsonObject) -> bool:
    part = clause["propertyNames"]
    of_text = step.assuming({"type": "string"})
    if step.inside((of_text, *step.known.name), part):
        return True
    return _strangers(step, False, None, ()) and all(
        step.validator.is_valid(part, name) or step.cannot_be(name) for name in step.known.named
    )


def _items(step: Step, clause: JsonObject) -> bool:
    part, known = clause["items"], step.known
    if isinstance(part, list):
        return all(
            step.inside(known.element(index), each)
            for index, each in enumerate(part)
            if _may_reach(known, index)
        )
    return _elements(step, part, 0)


def _additional_items(step: Step, clause: JsonObject) -> bool:
    return _elements(step, clause["additionalItems"], len(as_row(clause["items"])))


def _elements(step: Step, part: Json, start: int) -> bool:
    """Return True if a part follows for every element from an index on."""
    known = step.known
    return all(
        step.inside(known.element(index), part)
        for index in range(start, max(start, known.rows) + 1)
        if _may_reach(known, index)
    )


def _may_reach(known: Known, index: int) -> bool:
    most = known.most("maxItems")
    return most is None or index < most


def _contains(step: Step, clause: JsonObject) -> bool:
    """Count the elements of which it is known, or conclude it from what others are contained."""
    part, known, wanted = clause["contains"], step.known, clause.get("minContains", 1)
    goal = step.assuming(part)
    if not isinstance(wanted, int | float):
        return False
    if any(
        least >= wanted and _in_each_row(step, each, goal) for each, least, _ in known.contained
    ):
        return True
    least, rows = known.least("minItems"), known.rows
    fitting = [
        1 if index < rows else least - rows
        for index in range(min(least, rows + 1))
        if step.inside(known.element(index), part)
    ]
    return sum(fitting) >= wanted


def _max_contains(step: Step, clause: JsonObject) -> bool:
    """Count the elements that may fit, or conclude it from how many others are contained."""
    part, known, wanted = step.assuming(clause["contains"]), step.known, clause["maxContains"]
    if not isinstance(wanted, int | float):
        return False
    for each, _, most in known.contained:
        if most is not None and most <= wanted and _in_each_row(step, part, each):
            return True
    items, rows = known.most("maxItems"), known.rows
    fitting = [
        1 if index < rows else inf if items is None else items - rows
        for index in range(rows + 1)
        if _may_reach(known, index) and not step.inside((*known.element(index), part), False)
    ]
    return sum(fitting) <= wanted


def _in_each_row(step: Step, known: Term, goal: Term) -> bool:
    """Return True if a goal follows for each element of which something more is known."""
    return all(
        step.prover.proves_inside((known, *step.known.element(index)), goal, step.splits)
        for index in range(step.known.rows + 1)
        if _may_reach(step.known, index)
    )


def _max_properties(step: Step, clause: JsonObject) -> bool:
    """Count the members if only named ones are possible."""
    possible = [name for name in step.known.named if not step.cannot_be(name)]
    most = clause["maxProperties"]
    return (
        isinstance(most, int | float)
        and len(possible) <= most
        and _strangers(step, False, None, ())
    )


def _max_items(step: Step, clause: JsonObject) -> bool:
    """End a list at an index where no element is possible."""
    most, known = clause["maxItems"], step.known
    return isinstance(most, int | float) and step.prover.is_impossible_inside(
        known.element(int(most))
    )


_Rule: TypeAlias = Callable[[Step, JsonObject], bool]

_RULES: dict[str, _Rule] = {
    "$ref": _ref,
    "additionalItems": _additional_items,
    "additionalProperties": _additional,
    "allOf": _all_of,
    "anyOf": _any_of,
    "contains": _contains,
    "dependencies": _dependencies,
    "if": _condition,
    "items": _items,
    "maxContains": _max_contains,
    "maxItems": _max_items,
    "maxProperties": _max_properties,
    "not": _not,
    "oneOf": _one_of,
    "patternProperties": _pattern_properties,
    "properties": _properties,
    "propertyNames": _names,
}
