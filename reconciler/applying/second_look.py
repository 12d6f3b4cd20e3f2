"""After the run: detecting that another client overwrote what this run wrote.

Without ETags a client that had read the document before this run's write can
overwrite it, and neither notices. What it overwrote in a shared list is written
again; anything else is reported.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from reconciler.applying.update import Update
from reconciler.applying.write import SpecWrite
from reconciler.model.pointers import Pointer, is_within
from reconciler.model.specs import LiveSpec
from reconciler.planning.body import put_body
from reconciler.planning.plan import Change, Operation, PlannedSpec
from reconciler.planning.rebase import undone_changes
from reconciler.planning.results import Outcome, Result


async def second_look(write: SpecWrite, outcome: Outcome) -> Outcome | None:
    """Read a written spec once more; return its outcome if it changed."""
    try:
        now = await _read_settled(write)
        if now is None:
            message = "it was written and verified, and does not exist on the target any more."
            return replace(outcome, result=Result.FAILED, message=message)
        undone = undone_changes(write.spec, now.document)
        if undone and all(_is_shared(change.pointer, write.spec) for change in undone):
            return await _write_again(write, outcome, now, undone)
    except Exception as error:
        message = f"it was written and verified, and could not be read once more: {error}"
        return replace(outcome, result=Result.FAILED, message=message)
    if undone:
        return _gone(outcome, now, undone)
    if outcome.result is Result.LOST and _only_added_beside(outcome, write.spec):
        return replace(outcome, result=Result.APPLIED, message="", unconverged=())
    return None


def _what_happened(outcome: Outcome, now: LiveSpec, undone: Sequence[Change]) -> str:
    """Report that a write was lost; the previous document proves no other client."""
    paths = ", ".join(change.path for change in undone)
    if now.fingerprint == outcome.before:
        return f"after the write of {paths} the target returns the previous document again"
    return f"another client overwrote {paths} right after the write"


async def _read_settled(write: SpecWrite) -> LiveSpec | None:
    """Read the spec; several times if the write is not in it, since a replica may be behind."""
    attempts = write.service.settings.attempts
    for attempt in range(1, attempts):
        now = await write.read()
        if now is not None and not undone_changes(write.spec, now.document):
            return now
        await write.pause(attempt)
    return await write.read()


async def _write_again(
    write: SpecWrite, outcome: Outcome, now: LiveSpec, undone: Sequence[Change]
) -> Outcome | None:
    spec = replace(
        write.spec,
        changes=tuple(undone),
        body=put_body(now.kind, now.document, tuple(undone)),
        live=now,
    )
    happened = _what_happened(outcome, now, undone)
    again = await Update(write.service, spec, write.hooks, write.taken).run()
    if again.result is Result.IN_ORDER:
        return None
    ids = (*outcome.request_ids, *again.request_ids)
    if not again.is_good:
        return replace(_gone(outcome, now, undone, again.message), request_ids=ids)
    return replace(
        outcome,
        result=Result.APPLIED,
        message=f"{happened}; written again.",
        unconverged=(),
        after=again.after,
        request_ids=ids,
    )


def _gone(outcome: Outcome, now: LiveSpec, undone: Sequence[Change], further: str = "") -> Outcome:
    is_previous = now.fingerprint == outcome.before
    return replace(
        outcome,
        result=Result.RESIDUAL if is_previous else Result.LOST,
        message=f"{_what_happened(outcome, now, undone)}. {further}".strip(),
        unconverged=tuple(undone),
    )


def _is_shared(pointer: Pointer, spec: PlannedSpec) -> bool:
    return any(is_within(pointer, shared) for shared in spec.shared)


def _only_added_beside(outcome: Outcome, spec: PlannedSpec) -> bool:
    """Return True if other clients did no more than add to shared lists."""
    return all(
        change.operation is Operation.REMOVE and _is_shared(change.pointer, spec)
        for change in outcome.unconverged
    )
