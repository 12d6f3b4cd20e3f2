"""The verdict on a changed schema: what breaks, what widens, or that nothing does."""

from __future__ import annotations

from reconciler.compatibility.equivalence import refers_plainly, same_acceptance, same_meaning
from reconciler.compatibility.proof import Proof
from reconciler.compatibility.search.counterexample import SearchResult, search
from reconciler.compatibility.stand_ins import describe
from reconciler.compatibility.unknown_formats import new_formats, without_formats
from reconciler.compatibility.validator import SchemaValidator, Work
from reconciler.model.json_text import Json
from reconciler.model.pointers import Pointer
from reconciler.model.schema_reasons import explain_error
from reconciler.model.schema_validation import UnsupportedSchemaError
from reconciler.model.verdicts import CompatibilityLevel, Example, SchemaVerdict

EFFORT = 250_000
"""The work of a whole search, and of a proof: some tenths of a second each, in microseconds.

Documented schemas take a hundredth of it.
"""

_BRIEFLY = 8
"""The share of it before a proof is tried, and for what is for information."""


def verdict_on(pointer: Pointer, old: Json, new: Json, effort: int = EFFORT) -> SchemaVerdict:
    """Return the verdict on a schema at `pointer` that changes from `old` to `new`."""
    try:
        return _verdict_on(pointer, old, new, effort)
    except UnsupportedSchemaError as error:
        return SchemaVerdict(pointer, CompatibilityLevel.SEARCHED, note=str(error))
    except RecursionError:
        return SchemaVerdict(pointer, CompatibilityLevel.SEARCHED, note="it nests too deeply")


def _verdict_on(pointer: Pointer, old: Json, new: Json, effort: int) -> SchemaVerdict:
    if same_acceptance(old, new):
        is_same = same_meaning(old, new)
        level = CompatibilityLevel.UNCHANGED if is_same else CompatibilityLevel.COMPATIBLE
        return SchemaVerdict(pointer, level)
    work = Work(effort)
    before, after = _validator(old, work, "old"), _validator(new, work, "new")
    widens = _other_way(before, after, work, effort)
    found = _search(before, after, work, effort // _BRIEFLY)
    proof = Proof.NONE if found.instance else _prove(before, after, work, effort)
    if found.is_cut and proof is not Proof.FOUND:
        found = _search(before, after, work, effort)
    breaks, tried = _example(found, after), found.tried
    if breaks is not None:
        return SchemaVerdict(pointer, CompatibilityLevel.BREAKING, breaks, widens, tried)
    if proof is Proof.FOUND:
        return SchemaVerdict(pointer, CompatibilityLevel.COMPATIBLE, None, widens, tried)
    if formats := _only_formats(before, after, work, effort):
        note = f"format {', '.join(formats)} added: whether it is enforced is not known"
        return SchemaVerdict(pointer, CompatibilityLevel.FORMAT, None, widens, tried, note)
    note = _what_ran_out(found, proof)
    return SchemaVerdict(pointer, CompatibilityLevel.SEARCHED, None, widens, tried, note)


def _what_ran_out(found: SearchResult, proof: Proof) -> str:
    parts = ["the search ran out of work"] if found.is_cut else []
    parts += ["the proof ran out of steps"] if proof is Proof.RAN_OUT else []
    return " and ".join(parts)


def _only_formats(
    before: SchemaValidator, after: SchemaValidator, work: Work, effort: int
) -> list[str]:
    """Return the formats that are new and not enforced here, if nothing else breaks."""
    formats = new_formats(before, after)
    if not formats or not refers_plainly(after.schema):
        return []
    plain = _validator(without_formats(after.schema, formats), work, "new")
    if same_acceptance(before.schema, plain.schema):
        return formats
    return formats if _prove(before, plain, work, effort // 2) is Proof.FOUND else []


def _other_way(
    before: SchemaValidator, after: SchemaValidator, work: Work, effort: int
) -> Example | None:
    """Return an instance that becomes possible: for information, so that no failure counts."""
    try:
        return _example(_search(after, before, work, effort // _BRIEFLY), before)
    except UnsupportedSchemaError:
        return None


def _prove(before: SchemaValidator, after: SchemaValidator, work: Work, effort: int) -> Proof:
    from reconciler.compatibility.proof.prover import prove  # what breaks needs no proof

    work.left = effort
    try:
        return prove(before, after)
    except UnsupportedSchemaError:
        return Proof.NONE


def counterexample(schema: Json, rule: Json) -> Example | None:
    """Return an instance that a schema accepts and a rule rejects, if one is found.

    Raises `UnsupportedSchemaError` if either cannot be followed.
    """
    work = Work(EFFORT)
    refusing = _validator(rule, work, "rule's")
    return _example(_search(_validator(schema, work, "spec's"), refusing, work, EFFORT), refusing)


def _validator(schema: Json, work: Work, which: str) -> SchemaValidator:
    try:
        return SchemaValidator(schema, work)
    except UnsupportedSchemaError as error:
        raise UnsupportedSchemaError(f"the {which} schema cannot be compared: {error}") from None


def _search(
    accepting: SchemaValidator, refusing: SchemaValidator, work: Work, effort: int
) -> SearchResult:
    work.left = effort
    try:
        return search(accepting, refusing)
    except RecursionError:
        raise UnsupportedSchemaError("it nests too deeply") from None


def _example(found: SearchResult, refusing: SchemaValidator) -> Example | None:
    if found.instance is None:
        return None
    (instance,) = found.instance
    return example(instance, refusing)


def example(instance: Json, refusing: SchemaValidator) -> Example:
    """Return an instance as an example, described if it is too long, with why it is rejected."""
    _, why = explain_error(refusing.errors(instance))
    words = describe(instance)
    return Example(None if words else instance, why, words)
