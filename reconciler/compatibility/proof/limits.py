"""The clauses that follow from types, limits and equal keywords, without looking inside."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor
from typing import TypeAlias

from reconciler.compatibility.keywords import as_fraction, as_names
from reconciler.compatibility.pattern_inclusion import is_empty, lengths_from
from reconciler.compatibility.proof.facts import Known, type_names
from reconciler.model.json_text import Json, JsonObject, compact_json
from reconciler.model.languages import EVERY, Language, both, complement, either, literal
from reconciler.model.patterns import pattern_language

_ABOUT = {
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "string": ("minLength", "maxLength", "pattern", "format"),
    "array": ("items", "additionalItems", "contains", "minItems", "maxItems", "uniqueItems"),
    "object": (
        *("properties", "patternProperties", "additionalProperties", "propertyNames"),
        *("required", "dependencies", "minProperties", "maxProperties"),
    ),
}
Rule: TypeAlias = Callable[[Known, Json], bool]
"""Takes what is known and a keyword's value, and says whether the one implies the other."""

_TYPE_OF = {keyword: name for name, keywords in _ABOUT.items() for keyword in keywords}


def follows_plainly(known: Known, keyword: str, clause: JsonObject) -> bool:
    """Return True if a clause follows without looking at members, elements or choices."""
    if keyword in _TYPE_OF and _TYPE_OF[keyword] not in known.types:
        return True
    rule = _RULES.get(keyword)
    return _is_said(known, clause) or (rule is not None and rule(known, clause[keyword]))


def _is_said(known: Known, clause: JsonObject) -> bool:
    """Return True if an equal clause is known already, and means the same there."""
    alike = [
        words
        for _, words in known.views
        if all(key in words and words[key] == clause[key] for key in clause)
    ]
    text = compact_json(clause) if alike else '"$ref"'
    return '"$ref"' not in text and any(
        compact_json({key: words[key] for key in clause}) == text for words in alike
    )


def _is_of_type(known: Known, value: Json) -> bool:
    names = type_names({"type": value})
    allowed = {"number" if name == "integer" and known.is_whole else name for name in names}
    return known.types <= allowed


def _is_required(known: Known, value: Json) -> bool:
    return set(as_names(value)) <= known.required


def _is_unique(known: Known, value: Json) -> bool:
    most = known.most("maxItems")
    return value is False or (most is not None and most <= 1)


def _is_multiple(known: Known, step: Json) -> bool:
    """Return True for integral steps only: with others jsonschema rounds."""
    whole = as_fraction(step)
    if whole is None or whole.denominator != 1:
        return False
    steps = [as_fraction(value) for value in known.said("multipleOf")]
    steps += [as_fraction(1)] if known.is_whole else []
    return any(each is not None and each.denominator == 1 and each % whole == 0 for each in steps)


def _is_from(keyword: str) -> Rule:
    def rule(known: Known, value: Json) -> bool:
        limit, bound = as_fraction(value), known.low
        if limit is None or bound is None:
            return False
        return bound[0] > limit or (bound[0] == limit and (bound[1] or keyword == "minimum"))

    return rule


def _is_up_to(keyword: str) -> Rule:
    def rule(known: Known, value: Json) -> bool:
        limit, bound = as_fraction(value), known.high
        if limit is None or bound is None:
            return False
        return bound[0] < limit or (bound[0] == limit and (bound[1] or keyword == "maximum"))

    return rule


def _has_at_least(keyword: str) -> Rule:
    def rule(known: Known, value: Json) -> bool:
        least = known.least(keyword)
        if keyword == "minProperties":
            least = max(least, len(known.required))
        if not isinstance(value, int | float):
            return False
        if keyword == "minLength" and least < value and known.strings is not None:
            return _all_are(known, lengths_from(ceil(value), None))
        return least >= value

    return rule


def _has_at_most(keyword: str) -> Rule:
    def rule(known: Known, value: Json) -> bool:
        most = known.most(keyword)
        if not isinstance(value, int | float):
            return False
        is_within = most is not None and most <= value
        if keyword == "maxLength" and not is_within and known.strings is not None:
            return _all_are(known, lengths_from(0, floor(value)))
        return is_within

    return rule


def _matches(known: Known, pattern: Json) -> bool:
    """Return True if every string that is known to be possible matches a pattern."""
    return isinstance(pattern, str) and _all_are(known, pattern_language(pattern))


def _is_one_of(known: Known, values: Json) -> bool:
    if known.types != {"string"} or not isinstance(values, list):
        return False
    return _all_are(known, either(literal(text) for text in as_names(values)))


def _all_are(known: Known, wanted: Language | None) -> bool:
    if wanted is None:
        return False
    return is_empty(both((EVERY if known.strings is None else known.strings, complement(wanted))))


_RULES: dict[str, Rule] = {
    "pattern": _matches,
    "enum": _is_one_of,
    "const": lambda known, value: _is_one_of(known, [value]),
    "type": _is_of_type,
    "required": _is_required,
    "uniqueItems": _is_unique,
    "multipleOf": _is_multiple,
    **{keyword: _is_from(keyword) for keyword in ("minimum", "exclusiveMinimum")},
    **{keyword: _is_up_to(keyword) for keyword in ("maximum", "exclusiveMaximum")},
    **{f"min{noun}": _has_at_least(f"min{noun}") for noun in ("Length", "Items", "Properties")},
    **{f"max{noun}": _has_at_most(f"max{noun}") for noun in ("Length", "Items", "Properties")},
}
