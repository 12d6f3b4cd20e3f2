"""The removals of a difference from the live document, element by element.

A removal is a list element, a whole field or a property that live has and would
no longer have. A scalar that another one replaces is not a removal; null is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from reconciler.model.json_text import same
from reconciler.model.pointers import Pointer, format_pointer
from reconciler.planning.tree import ABSENT, Absent, KeyedBranch, SetBranch, Tree, canonical_text


def removed_elements(
    pointer: Pointer, before: Tree | Absent, after: Tree | Absent
) -> tuple[str, ...]:
    """Return every element that live loses where `after` replaces `before`, as JSON Pointers.

    An element of an ordered list has no key: it is named by the list's pointer
    and its value.
    """
    if before is ABSENT:
        return ()
    if isinstance(before, SetBranch | KeyedBranch):
        lost = _lost_tokens(before, after)
    elif isinstance(before, list):
        kept = after if isinstance(after, list) else _elements(after)
        lost = [canonical_text(before[index]) for index in lost_indexes(before, kept)]
    else:
        lost = []
        if isinstance(before, dict):
            after = None
    if lost:
        return tuple(format_pointer((*pointer, token)) for token in lost)
    return (format_pointer(pointer),) if after is ABSENT or after is None else ()


def lost_indexes(before: Sequence[Tree], after: Sequence[Tree]) -> list[int]:
    """Return the indexes of the elements of an ordered list that the other list does not hold.

    An element is held by an equal one anywhere, or at its own index by one that
    only adds to it; each element of `after` holds one.
    """
    old, new = ([canonical_text(item) for item in items] for items in (before, after))
    free = defaultdict[str, list[int]](list)
    for index, text in enumerate(new):
        if old[index : index + 1] != [text]:
            free[text].append(index)
    rest = []
    for index, text in enumerate(old):
        if new[index : index + 1] == [text]:
            continue
        if free[text]:
            free[text].pop()
        else:
            rest.append(index)
    unused = {index for indexes in free.values() for index in indexes}
    return [i for i in rest if not (i in unused and _only_adds(before[i], after[i]))]


def _only_adds(before: Tree, after: Tree) -> bool:
    """Return True if `after` has everything that `before` has."""
    if isinstance(before, dict) and isinstance(after, dict) and type(before) is type(after):
        return all(
            name in after and _only_adds(member, after[name]) for name, member in before.items()
        )
    if isinstance(before, list) and isinstance(after, list):
        return not lost_indexes(before, after)
    return same(before, after)


def _lost_tokens(before: SetBranch | KeyedBranch, after: Tree | Absent) -> list[str]:
    held = _elements(after)
    if isinstance(before, SetBranch) and isinstance(after, str):
        held = [after]  # in a schema, the type "string" is the type ["string"]
    tokens = sorted(before)
    lost = {tokens[index] for index in lost_indexes(_elements(before), held)}
    return [token for token in before if token in lost]


def _elements(tree: Tree | Absent) -> Sequence[Tree]:
    """Return the elements of a list; those of one whose order does not matter in one order."""
    if isinstance(tree, SetBranch | KeyedBranch):
        return [tree[token] for token in sorted(tree)]
    return tree if isinstance(tree, list) else ()
