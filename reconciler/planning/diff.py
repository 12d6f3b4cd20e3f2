"""The structural difference of two trees: the changes that turn the first into the second.

An ordered list is one value, and is entered only for display, if both sides have
the same number of objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from reconciler.model.json_text import same
from reconciler.model.pointers import Pointer, format_pointer
from reconciler.planning.plan import Change, Operation, Origin
from reconciler.planning.removals import lost_indexes, removed_elements
from reconciler.planning.tree import ABSENT, Absent, Tree, at, canonical_text, json_of

Branch: TypeAlias = dict[str, Tree]


class Difference(Struct, frozen=True):
    """One place where two trees differ.

    An ordered list is one value: only for display is it entered.
    """

    operation: Operation
    pointer: Pointer
    anchor: Pointer
    """Where the origin is determined: the pointer, or the outermost ordered list around it."""
    before: Tree | Absent
    after: Tree | Absent
    removed: tuple[str, ...]
    """The elements that `first` loses. Those of an ordered list are decided by the whole list, and
    are with the first difference of the element that is removed."""

    def change(self, origin: Origin) -> Change:
        """Return the change of that origin."""
        before, after = json_of(self.before), json_of(self.after)
        return Change(self.operation, self.pointer, before, after, origin, self.removed)


def differences(first: dict[str, Tree], second: dict[str, Tree]) -> list[Difference]:
    """Return every difference of two trees, in the order of the documents."""
    if same(first, second):
        return []
    found = list(_between(first, second))
    order = {token: index for index, token in enumerate([*first, *second])}
    return sorted(found, key=lambda each: (order[each.pointer[0]], each.pointer))


def _between(first: Branch, second: Branch) -> Iterator[Difference]:
    for pointer in _differing_paths(first, second):
        before, after = at(first, pointer), at(second, pointer)
        if type(before) is list and type(after) is list and _alike(before, after):
            yield from _in_list(before, after, pointer)
        else:
            removed = removed_elements(pointer, before, after)
            yield Difference(
                operation_between(before, after), pointer, pointer, before, after, removed
            )


def _in_list(before: list[Tree], after: list[Tree], pointer: Pointer) -> Iterator[Difference]:
    """Yield the differences of an ordered list's elements, which are objects on both sides."""
    lost = lost_indexes(before, after)
    for index, (old, new) in enumerate(zip(before, after, strict=True)):
        assert isinstance(old, dict)  # noqa: S101 - _alike has looked
        assert isinstance(new, dict)  # noqa: S101
        removed: tuple[str, ...] = ()
        if index in lost:
            removed = (format_pointer((*pointer, canonical_text(old))),)
        for difference in sorted(_between(old, new), key=lambda found: found.pointer):
            below = (*pointer, str(index), *difference.pointer)
            yield replace(difference, pointer=below, anchor=pointer, removed=removed)
            removed = ()


def _alike(first: list[Tree], second: list[Tree]) -> bool:
    return len(first) == len(second) and all(type(item) is dict for item in [*first, *second])


def operation_between(before: Tree | Absent, after: Tree | Absent) -> Operation:
    """Return what turns one value into another one."""
    if before is ABSENT:
        return Operation.ADD
    return Operation.REMOVE if after is ABSENT else Operation.REPLACE


def _differing_paths(first: Branch, second: Branch, above: Pointer = ()) -> Iterator[Pointer]:
    """Yield where two branches differ: a leaf, an ordered list, or what only one of them has."""
    for token in dict.fromkeys([*first, *second]):
        old, new = first.get(token, ABSENT), second.get(token, ABSENT)
        if same(old, new):
            continue
        if isinstance(old, dict) and isinstance(new, dict) and type(old) is type(new):
            yield from _differing_paths(old, new, (*above, token))
        else:
            yield (*above, token)
