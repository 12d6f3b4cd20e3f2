"""Rows cut into blocks: groups of changes, a few unchanged rows around them, and folds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeAlias

from msgspec import Struct

from reconciler.model.pointers import Pointer, format_pointer
from reconciler.planning.plan import Action, Change, Origin
from reconciler.reports.view.side_by_side import DiffRow, RowState, change_rows, document_rows
from reconciler.reports.view.specs import ShownSpec

AROUND = 3
"""Unchanged rows before and after a change that are not folded."""
LEAST_FOLD = 4
"""Fewer unchanged rows than this are not folded."""


class Block(Struct, frozen=True):
    """Neighboring rows: unchanged ones, or those of changes with one origin below one pointer."""

    rows: tuple[DiffRow, ...]
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
    owners = _owners(rows, changes)
    runs = [
        (key, list(numbers))
        for key, numbers in groupby(range(len(rows)), lambda number: _group_key(owners[number]))
    ]
    found: list[Block] = []
    for place, (key, numbers) in enumerate(runs):
        run = tuple(rows[number] for number in numbers)
        if key is None:
            found += _unchanged(run, first=place == 0, last=place == len(runs) - 1)
        else:
            owned = dict.fromkeys(owner for n in numbers if (owner := owners[n]) is not None)
            found.append(Block(run, tuple(changes[owner] for owner, _ in owned)))
    return found


Owner: TypeAlias = "tuple[int, tuple[Origin, Pointer]]"


def _group_key(owner: Owner | None) -> tuple[Origin, Pointer] | None:
    return None if owner is None else owner[1]


def _owners(rows: Sequence[DiffRow], changes: Sequence[Change]) -> list[Owner | None]:
    """Find the change of each row; a row without one belongs to the next change, or the last."""
    by_pointer = {change.pointer: number for number, change in enumerate(changes)}
    owners: list[Owner | None] = []
    for is_same, run in groupby(rows, lambda row: row.state is RowState.SAME):
        if is_same:
            owners += [None for _ in run]
            continue
        own = [_change_above(row.pointer, by_pointer) for row in run]
        current = next((number for number in reversed(own) if number is not None), 0)
        filled: list[Owner | None] = []
        for number in reversed(own):
            current = current if number is None else number
            filled.append((current, (changes[current].origin, changes[current].pointer[:-1])))
        owners += reversed(filled)
    return owners


def _change_above(pointer: Pointer, by_pointer: dict[Pointer, int]) -> int | None:
    for length in range(len(pointer), 0, -1):
        if pointer[:length] in by_pointer:
            return by_pointer[pointer[:length]]
    return None


def _unchanged(run: tuple[DiffRow, ...], *, first: bool, last: bool) -> Iterator[Block]:
    start = 0 if first else AROUND
    end = len(run) if last else len(run) - AROUND
    if end - start < LEAST_FOLD:
        yield Block(run)
        return
    if start:
        yield Block(run[:start])
    yield Block(run[start:end], is_folded=True)
    if end < len(run):
        yield Block(run[end:])
