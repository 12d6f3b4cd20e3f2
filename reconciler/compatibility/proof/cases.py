"""The consequences of known terms, and the cases into which they can be split."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from reconciler.compatibility.keywords import as_map, as_row
from reconciler.compatibility.proof.facts import Known
from reconciler.compatibility.proof.terms import Term, Terms, clauses
from reconciler.compatibility.validator import SchemaValidator
from reconciler.model.json_text import Json, JsonObject

Shows: TypeAlias = Callable[[Known, Term], bool]
"""Returns True if a term directly follows from what is known."""

Cases: TypeAlias = list[Terms]
"""Sets of terms of which at least one holds."""

_MOST_VALUES = 12


def open_cases(known: Known, shows: Shows) -> Iterator[Cases]:
    """Yield what is known as cases, of each condition and choice that is open.

    A single case is what follows; no case at all means that there is no such value.
    """
    for term, words in known.views:
        if "if" in words:
            yield _condition(known, term.validator, words, shows)
        for keyword in ("anyOf", "oneOf"):
            if len(as_row(words.get(keyword))) > 1:
                yield _choice(known, term.validator, words, keyword, shows)
        for name, needs in as_map(words.get("dependencies")).items():
            needed: Json = {"required": needs} if isinstance(needs, list) else needs
            there: Terms = (
                Term(term.validator, {"required": [name]}),
                Term(term.validator, needed),
            )
            missing: Terms = (Term(term.validator, {"properties": {name: False}}),)
            yield _possible(known, [there, missing], shows)
    for term in known.terms:
        if not term.holds and isinstance(term.schema, dict):
            yield _refusal(known, term.validator, term.schema, shows)


def last_cases(known: Known) -> Iterator[Cases]:
    """Yield cases by type, and by the value of each member that can have a few values only."""
    if not known.terms:
        return
    validator = known.terms[0].validator
    if len(known.types) > 1:
        yield [(Term(validator, {"type": name}),) for name in sorted(known.types)]
    if "object" in known.types:
        for name in known.named:
            values = Known(known.member(name)).values or []
            if 1 < len(values) <= _MOST_VALUES:
                yield [
                    (Term(validator, {"properties": {name: {"const": value}}}),) for value in values
                ]


def _condition(known: Known, validator: SchemaValidator, words: JsonObject, shows: Shows) -> Cases:
    condition = Term(validator, words["if"])
    met: Terms = (condition, Term(validator, words.get("then", True)))
    unmet: Terms = (condition.denied, Term(validator, words.get("else", True)))
    return _possible(known, [met, unmet], shows)


def _choice(
    known: Known, validator: SchemaValidator, words: JsonObject, keyword: str, shows: Shows
) -> Cases:
    ways = [Term(validator, part) for part in as_row(words[keyword])]
    if keyword == "anyOf":
        return _possible(known, [(way,) for way in ways], shows)
    return _possible(
        known,
        [(way, *(other.denied for other in ways if other is not way)) for way in ways],
        shows,
    )


def _refusal(known: Known, validator: SchemaValidator, words: JsonObject, shows: Shows) -> Cases:
    parts = list(clauses(words))
    return _possible(known, [(Term(validator, part, False),) for part in parts], shows)


def _possible(known: Known, cases: Cases, shows: Shows) -> Cases:
    """Leave out the impossible cases."""
    return [case for case in cases if not any(shows(known, term.denied) for term in case)]
