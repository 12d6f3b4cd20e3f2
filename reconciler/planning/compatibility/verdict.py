"""The verdict on a changed schema: what breaks, what widens, or that nothing does."""

from __future__ import annotations

from reconciler.model.jsontext import Json
from reconciler.model.pointers import Pointer
from reconciler.model.reason import reason
from reconciler.model.settings import UnjudgeableError
from reconciler.planning.compatibility.judge import Judge, Work
from reconciler.planning.compatibility.meaning import same_acceptance, same_meaning
from reconciler.planning.compatibility.proof.prover import is_proven
from reconciler.planning.compatibility.search.find import search
from reconciler.planning.consequences import Example, SchemaVerdict, Verdict

EFFORT = 400_000
"""The work of one search: about a second. Documented schemas take a hundredth of it."""


def verdict_on(pointer: Pointer, old: Json, new: Json, effort: int = EFFORT) -> SchemaVerdict:
    """Return the verdict on a schema at `pointer` that changes from `old` to `new`."""
    if same_meaning(old, new):
        return SchemaVerdict(pointer, Verdict.UNCHANGED)
    if same_acceptance(old, new):
        return SchemaVerdict(pointer, Verdict.COMPATIBLE)
    work = Work(effort)
    try:
        before, after = _judge(old, work, "old"), _judge(new, work, "new")
        breaks, tried = _example(before, after, work, effort)
        widens, _ = _example(after, before, work, effort)
        work.left = effort
        proven = breaks is None and is_proven(before, after)
    except UnjudgeableError as error:
        return SchemaVerdict(pointer, Verdict.SEARCHED, note=str(error))
    if breaks is not None:
        verdict = Verdict.BREAKING
    else:
        verdict = Verdict.COMPATIBLE if proven else Verdict.SEARCHED
    return SchemaVerdict(pointer, verdict, breaks, widens, tried)


def counterexample(schema: Json, rule: Json, effort: int = EFFORT) -> Example | None:
    """Return a setting that a schema accepts and another one, a rule, refuses, where one is found.

    Raises `UnjudgeableError` where either cannot be followed.
    """
    work = Work(effort)
    found, _ = _example(_judge(schema, work, "spec's"), _judge(rule, work, "rule's"), work, effort)
    return found


def _judge(schema: Json, work: Work, which: str) -> Judge:
    try:
        return Judge(schema, work)
    except UnjudgeableError as error:
        raise UnjudgeableError(f"the {which} schema cannot be judged: {error}") from None


def _example(
    accepting: Judge, refusing: Judge, work: Work, effort: int
) -> tuple[Example | None, int]:
    work.left = effort
    found = search(accepting, refusing)
    if found.setting is None:
        return None, found.tried
    (setting,) = found.setting
    _, why = reason(refusing.errors(setting))
    return Example(setting, why), found.tried
