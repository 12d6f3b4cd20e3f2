"""The verdict on a changed schema: what breaks, what widens, or that nothing does."""

from __future__ import annotations

from reconciler.compatibility.equivalence import same_acceptance, same_meaning
from reconciler.compatibility.proof.prover import is_proven
from reconciler.compatibility.search.counterexample import search
from reconciler.compatibility.validator import Judge, Work
from reconciler.model.json_text import Json
from reconciler.model.pointers import Pointer
from reconciler.model.schema_reasons import explain_error
from reconciler.model.schema_validation import UnsupportedSchemaError
from reconciler.model.verdicts import CompatibilityLevel, Example, SchemaVerdict

EFFORT = 400_000
"""The work of one search: about a second. Documented schemas take a hundredth of it."""


def verdict_on(pointer: Pointer, old: Json, new: Json, effort: int = EFFORT) -> SchemaVerdict:
    """Return the verdict on a schema at `pointer` that changes from `old` to `new`."""
    try:
        return _verdict_on(pointer, old, new, effort)
    except UnsupportedSchemaError as error:
        return SchemaVerdict(pointer, CompatibilityLevel.SEARCHED, note=str(error))
    except RecursionError:
        return SchemaVerdict(pointer, CompatibilityLevel.SEARCHED, note="it nests too deeply")


def _verdict_on(pointer: Pointer, old: Json, new: Json, effort: int) -> SchemaVerdict:
    if same_meaning(old, new):
        return SchemaVerdict(pointer, CompatibilityLevel.UNCHANGED)
    if same_acceptance(old, new):
        return SchemaVerdict(pointer, CompatibilityLevel.COMPATIBLE)
    work = Work(effort)
    before, after = _judge(old, work, "old"), _judge(new, work, "new")
    breaks, tried = _example(before, after, work, effort)
    widens = _other_way(before, after, work, effort)
    if breaks is not None:
        return SchemaVerdict(pointer, CompatibilityLevel.BREAKING, breaks, widens, tried)
    verdict = (
        CompatibilityLevel.COMPATIBLE
        if _is_proven(before, after, work, effort)
        else CompatibilityLevel.SEARCHED
    )
    return SchemaVerdict(pointer, verdict, None, widens, tried)


def _other_way(before: Judge, after: Judge, work: Work, effort: int) -> Example | None:
    """Return a setting that becomes possible: for information, so that no failure counts."""
    try:
        return _example(after, before, work, effort)[0]
    except UnsupportedSchemaError:
        return None


def _is_proven(before: Judge, after: Judge, work: Work, effort: int) -> bool:
    work.left = effort
    try:
        return is_proven(before, after)
    except UnsupportedSchemaError:
        return False


def counterexample(schema: Json, rule: Json, effort: int = EFFORT) -> Example | None:
    """Return a setting that a schema accepts and another one, a rule, refuses, where one is found.

    Raises `UnsupportedSchemaError` where either cannot be followed.
    """
    work = Work(effort)
    found, _ = _example(_judge(schema, work, "spec's"), _judge(rule, work, "rule's"), work, effort)
    return found


def _judge(schema: Json, work: Work, which: str) -> Judge:
    try:
        return Judge(schema, work)
    except UnsupportedSchemaError as error:
        raise UnsupportedSchemaError(f"the {which} schema cannot be judged: {error}") from None


def _example(
    accepting: Judge, refusing: Judge, work: Work, effort: int
) -> tuple[Example | None, int]:
    work.left = effort
    try:
        found = search(accepting, refusing)
    except RecursionError:
        raise UnsupportedSchemaError("it nests too deeply") from None
    if found.setting is None:
        return None, found.tried
    (setting,) = found.setting
    _, why = explain_error(refusing.errors(setting))
    return Example(setting, why), found.tried
