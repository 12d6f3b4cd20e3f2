"""How much of live the body of a PUT keeps as it is."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.planning.plan import Carried, Change
from reconciler.planning.three_way import Trees
from reconciler.planning.tree import ABSENT, SetBranch, Tree, at


def carried_by(trees: Trees, changes: tuple[Change, ...]) -> Carried:
    """Return how much of live is kept beside these changes."""
    touched = {change.pointer for change in changes}
    fields = elements = 0
    for pointer, is_element in _leaves(trees.live, ()):
        if any(pointer[:length] in touched for length in range(1, len(pointer) + 1)):
            continue
        fields += 1
        elements += is_element and at(trees.desired, pointer) is ABSENT
    return Carried(fields, elements, trees.unknown)


def _leaves(tree: Tree, pointer: tuple[str, ...]) -> Iterable[tuple[tuple[str, ...], bool]]:
    if not isinstance(tree, dict) or not tree:
        yield pointer, False
    elif isinstance(tree, SetBranch):
        yield from (((*pointer, token), True) for token in tree)
    else:
        for token, branch in tree.items():
            yield from _leaves(branch, (*pointer, token))
