"""Rows cut into blocks: groups of changes, a few unchanged rows around them, and folds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from reconciler.model.pointers import Pointer, format_pointer
from reconciler.planning.plan import Action, Change, Origin
from reconciler.reports.view.side_by_side import (
    DiffRow,
    RowState,
    around_changes,
    change_rows,
    document_rows,
)
from reconciler.reports.view.specs import ShownSpec

AROUND = 3
"""Unchanged rows before and after a change that are not folded."""
LEAST_FOLD = 4
"""Fewer unchanged rows than this are not folded."""


class Block(Struct, frozen=True):
    """Neighboring rows: unchanged ones, or those of changes with one origin below one pointer."""

    rows: Sequence[DiffRow]
    changes: tuple[Change, ...] = ()
    is_folded: bool = False

    @property
    def origin(self) -> Origin:
        """Who made these changes."""
        return self.changes[0].origin

    @property
    def path(self) -> str:
        """The pointer of the change, or the one that contains all of several changes."""
        first = self.changes[0]
        return first.path if len(self.changes) == 1 else format_pointer(first.pointer[:-1])


def change_blocks(changes: Sequence[Change]) -> list[Block]:
    """Return changes without their document, each as a block."""
    return [Block(tuple(change_rows(change)), (change,)) for change in changes]


def document_blocks(entry: ShownSpec) -> list[Block]:
    """Return the document of a spec as blocks; those skipped in a new one are among its changes."""
    spec = entry.spec
    rows = document_rows(spec.kind, entry.before, spec.body or {})
    changes = (*spec.changes, *spec.skipped) if spec.action is Action.CREATE else spec.changes
    owned = [*zip(rows, _owners(rows, changes), strict=True)]
    runs = [[*run] for _, run in groupby(owned, lambda pair: _place(pair[1]))]
    found: list[Block] = []
    for number, run in enumerate(runs):
        run_rows = tuple(row for row, _ in run)
        owners = {change.pointer: change for _, change in run if change is not None}
        if owners:
            found.append(Block(run_rows, tuple(owners.values())))
        else:
            first, last = number == 0, number == len(runs) - 1
            before, hidden, after = around_changes(
                run_rows, AROUND, least=LEAST_FOLD, first=first, last=last
            )
            parts = Block(before), Block(hidden, is_folded=True), Block(after)
            found += [part for part in parts if part.rows]
    return found


def _place(change: Change | None) -> tuple[Origin, Pointer] | None:
    """Return what changes of one block have in common."""
    return None if change is None else (change.origin, change.pointer[:-1])


def _owners(rows: Sequence[DiffRow], changes: Sequence[Change]) -> Iterator[Change | None]:
    """Yield the change of each row; a row without one belongs to the next change, or the last."""
    by_pointer = {change.pointer: change for change in changes}
    for is_same, run in groupby(rows, lambda row: row.state is RowState.SAME):
        own = [None if is_same else _change_above(row.pointer, by_pointer) for row in run]
        following = next(filter(None, reversed(own)), None if is_same else changes[0])
        owners = []
        for change in reversed(own):
            following = change or following
            owners.append(following)
        yield from reversed(owners)


def _change_above(pointer: Pointer, by_pointer: dict[Pointer, Change]) -> Change | None:
    for length in range(len(pointer), 0, -1):
        if pointer[:length] in by_pointer:
            return by_pointer[pointer[:length]]
    return None
