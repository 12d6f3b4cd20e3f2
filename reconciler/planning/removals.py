"""What a difference takes away from the live document, element by element.

A removal is a list element, a whole field or a property that live holds and
would hold no more. A value that is replaced by another is none, unless it was
a list or an object whose content goes.
"""

from __future__ import annotations

from collections import Counter

from reconciler.model.json_text import compact_json
from reconciler.model.pointers import format_pointer
from reconciler.planning.diff import Difference
from reconciler.planning.tree import ABSENT, Absent, KeyedBranch, SetBranch, Tree, plain


def taken_away(difference: Difference) -> tuple[str, ...]:
    """Name every element that live loses, as JSON Pointers; none where nothing is lost.

    An element of an ordered list has no key: it is named by the list's pointer
    and its value.
    """
    before, after = difference.before, difference.after
    place = format_pointer(difference.pointer)
    if before is ABSENT:
        return ()
    if isinstance(before, SetBranch | KeyedBranch):
        lost = _lost(list(before.items()), after)
    elif isinstance(before, list):
        lost = _lost([(compact_json(plain(item)), item) for item in before], after)
    else:
        return (place,) if after is ABSENT or isinstance(before, dict) else ()
    if lost:
        return tuple(place + format_pointer([name]) for name in lost)
    return (place,) if after is ABSENT else ()


def _lost(elements: list[tuple[str, Tree]], after: Tree | Absent) -> list[str]:
    """Return the names of the elements that have no equal in `after`, each equal used once."""
    kept: list[Tree] = []
    if isinstance(after, SetBranch | KeyedBranch):
        kept = list(after.values())
    elif isinstance(after, list):
        kept = after
    left = Counter(compact_json(plain(item)) for item in kept)
    lost = []
    for name, item in elements:
        text = compact_json(plain(item))
        if left[text]:
            left[text] -= 1
        else:
            lost.append(name)
    return lost
