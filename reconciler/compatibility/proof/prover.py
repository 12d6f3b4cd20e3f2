"""The proof that one schema accepts everything that another accepts.

What is known of a value (the old schema accepts it) must imply every clause of
the new schema. Each clause follows by a rule of its own; where one does not,
what is known is split into cases. Each step holds for every value, so a
proof is one; that there is none says nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from reconciler.compatibility.proof import Proof
from reconciler.compatibility.proof.cases import Cases, last_cases, open_cases
from reconciler.compatibility.proof.drafts import in_one_form, readings, same_integers
from reconciler.compatibility.proof.facts import Known
from reconciler.compatibility.proof.rules import follows
from reconciler.compatibility.proof.terms import Term, Terms, clauses
from reconciler.compatibility.validator import OutOfWorkError, SchemaValidator, Work
from reconciler.model.json_text import Json, JsonObject

_STEP = 8
"""The work of looking at one term, in calls of jsonschema-rs."""

_SPLITS = 8
"""How often what is known is split into cases, one within the other."""

_DEEPEST = 40
_ROUNDS = 6


def prove(old: SchemaValidator, new: SchemaValidator) -> Proof:
    """Look for a proof that `new` accepts everything that `old` accepts.

    Raises `UnsupportedSchemaError` if a schema cannot be followed.
    """
    if not same_integers(old, new):
        return Proof.NONE
    try:
        shown = all(_is_proven(old, new, as_jsonschema=each) for each in readings(old, new))
    except (OutOfWorkError, RecursionError):
        return Proof.RAN_OUT
    return Proof.FOUND if shown else Proof.NONE


def _is_proven(old: SchemaValidator, new: SchemaValidator, *, as_jsonschema: bool) -> bool:
    before, after = (in_one_form(each, as_jsonschema=as_jsonschema) for each in (old, new))
    if before is None or after is None:
        return False
    return Prover(before.work).proves(
        (Term(before, before.schema),), Term(after, after.schema), _SPLITS
    )


class Prover:
    """One proof: the work that it may still take, and what it has assumed on the way."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._depth = 0
        self._assumed: dict[object, int] = {}
        self._checking: set[object] = set()
        self._answers: dict[object, bool] = {}
        self._leaned = 0
        """How often an answer has rested on where in the proof the question came up."""

    def proves(self, terms: Terms, goal: Term, splits: int) -> bool:
        """Return True if the goal follows for every value of which all these terms are known.

        With no `splits` only what plainly follows counts. Raises
        `OutOfWorkError` where the proof takes too much work.
        """
        self._work.spend(_STEP * len(terms))
        known, cases = self._settled(Known(terms), splits)
        if known is None or self.shows(known, goal, splits):
            return True
        if not splits:
            return False
        if len(known.types) == 1 and any(
            all(self._is_empty(terms, splits - 1) for terms in places)
            for places in known.needed(*known.types)
        ):
            return True
        for each in (*cases, *last_cases(known)):
            return all(self.proves((*known.terms, *case), goal, splits - 1) for case in each)
        return False

    def _is_empty(self, terms: Terms, splits: int) -> bool:
        """Return True if no member or element is such that all this is known of it."""
        if not terms:
            return False
        nothing = Term(terms[0].validator, False)
        question = Known(terms).keys, nothing.key, splits
        return self._remembered(question, lambda: self.proves_inside(terms, nothing, splits))

    def _remembered(self, question: object, find: Callable[[], bool]) -> bool:
        """Return an answer that was found, if it holds wherever in the proof it came up."""
        if question not in self._answers:
            before = self._leaned
            answer = find()
            if self._leaned != before:
                return answer
            self._answers[question] = answer
        return self._answers[question]

    def proves_inside(self, terms: Terms, goal: Term, splits: int) -> bool:
        """Return True if it follows for a member or an element of the value."""
        self._depth += 1
        try:
            if self._depth >= _DEEPEST:
                self._leaned += 1
                return False
            return self.proves(terms, goal, splits)
        finally:
            self._depth -= 1

    def is_impossible_inside(self, terms: Terms) -> bool:
        """Return True if there is obviously no member or element of which all this is known."""
        self._depth += 1
        try:
            return self._is_impossible(Known(terms))
        finally:
            self._depth -= 1

    def shows(self, known: Known, goal: Term, splits: int = 0) -> bool:
        """Return True if the goal follows directly from what is known."""
        schema = goal.schema
        if goal.key in known.keys or isinstance(schema, bool):
            return goal.key in known.keys or schema is goal.holds
        question = known.keys, goal.key, splits
        return self._remembered(question, lambda: self._is_shown(known, goal, schema, splits))

    def _is_shown(self, known: Known, goal: Term, schema: Json, splits: int) -> bool:
        self._work.spend(_STEP)
        if known.values is not None and goal.is_decided:
            return all(map(goal.fits, known.values))
        if not goal.holds:
            return self.proves((*known.terms, goal.denied), Term(goal.validator, False), splits)
        assert isinstance(schema, dict)  # noqa: S101 - check_schema has looked
        return self._by_induction(known, goal) or self._by_clauses(known, goal, schema, splits)

    def _by_induction(self, known: Known, goal: Term) -> bool:
        """Return True if this is being proven already, of a value that contains this one.

        A value has parts that are smaller than itself, and they end.
        """
        outer = self._assumed.get((known.keys, goal.key))
        self._leaned += outer is not None
        return outer is not None and outer < self._depth

    def _by_clauses(self, known: Known, goal: Term, schema: JsonObject, splits: int) -> bool:
        claim = known.keys, goal.key
        if claim in self._assumed:
            return False  # a circle within one value proves nothing
        self._assumed[claim] = self._depth
        try:
            return all(
                follows(self, known, goal.validator, clause, splits) for clause in clauses(schema)
            )
        finally:
            del self._assumed[claim]

    def _settled(self, known: Known, splits: int) -> tuple[Known | None, list[Cases]]:
        """Return what is known with all that directly follows, and the open cases.

        None if there is no such value.
        """
        if self._is_impossible(known):
            return None, []
        still_open: list[Cases] = []
        for _ in range(_ROUNDS if splits else 0):
            following: list[Term] = []
            still_open = []
            for cases in open_cases(known, self.shows):
                if len(cases) == 1:
                    following += [term for term in cases[0] if term.key not in known.keys]
                elif not any(all(term.key in known.keys for term in case) for case in cases):
                    still_open.append(cases)
                if not cases:
                    return None, []
            if not following:
                break
            known = Known((*known.terms, *following))
            if self._is_impossible(known):
                return None, []
        return known, still_open

    def _is_impossible(self, known: Known) -> bool:
        """Return True if there is obviously no value of which all this is known."""
        if known.is_impossible:
            return True
        if known.keys in self._checking or self._depth > _DEEPEST:
            self._leaned += 1
            return False
        self._checking.add(known.keys)
        try:
            return not self._types(known) or any(
                all(self.shows(known, Term(term.validator, part)) for part in clauses(term.schema))
                for term in known.terms
                if not term.holds and isinstance(term.schema, dict)
            )
        finally:
            self._checking.discard(known.keys)

    def _types(self, known: Known) -> set[str]:
        """Return the types that the value may have, considering its required contents too."""
        return {
            name
            for name in known.types
            if not any(all(map(self.is_impossible_inside, places)) for places in known.needed(name))
        }
