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
    try:
        return _verdict_on(pointer, old, new, effort)
    except UnjudgeableError as error:
        return SchemaVerdict(pointer, Verdict.SEARCHED, note=str(error))
    except RecursionError:
        return SchemaVerdict(pointer, Verdict.SEARCHED, note="it nests too deeply")


def _verdict_on(pointer: Pointer, old: Json, new: Json, effort: int) -> SchemaVerdict:
    if same_meaning(old, new):
        return SchemaVerdict(pointer, Verdict.UNCHANGED)
    if same_acceptance(old, new):
        return SchemaVerdict(pointer, Verdict.COMPATIBLE)
    work = Work(effort)
    before, after = _judge(old, work, "old"), _judge(new, work, "new")
    breaks, tried = _example(before, after, work, effort)
    widens = _other_way(before, after, work, effort)
    if breaks is not None:
        return SchemaVerdict(pointer, Verdict.BREAKING, breaks, widens, tried)
    verdict = Verdict.COMPATIBLE if _is_proven(before, after, work, effort) else Verdict.SEARCHED
    return SchemaVerdict(pointer, verdict, None, widens, tried)


def _other_way(before: Judge, after: Judge, work: Work, effort: int) -> Example | None:
    """Return a setting that becomes possible: for information, so that no failure counts."""
    try:
        return _example(after, before, work, effort)[0]
    except UnjudgeableError:
        return None


def _is_proven(before: Judge, after: Judge, work: Work, effort: int) -> bool:
    work.left = effort
    try:
        return is_proven(before, after)
    except UnjudgeableError:
        return False


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
    try:
        found = search(accepting, refusing)
    except RecursionError:
        raise UnjudgeableError("it nests too deeply") from None
    if found.setting is None:
        return None, found.tried
    (setting,) = found.setting
    _, why = reason(refusing.errors(setting))
    return Example(setting, why), found.tried
