"""What the target should hold: the file's document, less what the file leaves to others.

One rule, two uses: what is taken over from live here is no difference to the
comparison, and for the same reason the body of a PUT carries it.
"""

from __future__ import annotations

from collections.abc import Collection

from reconciler.model.specs import Directives
from reconciler.planning.tree import (
    Absent,
    KeyedBranch,
    SetBranch,
    Tree,
    at,
    with_value,
)

Document = dict[str, Tree]


def target_tree(
    desired: Document, live: Document, base: Document | None, directives: Directives
) -> Document:
    """Return the tree that live becomes when everything in the file is carried out.

    In the order of DESIGN's rules: unknown fields are carried forward (see
    `unknown_fields`; the caller has put them into `desired`), a shared list is
    live and desired together less what the repo took out, and an ignored place
    is as live has it.
    """
    wanted: Tree | Absent = desired
    for pointer in directives.shared:
        merged = shared_branch(at(desired, pointer), at(live, pointer), at(base or {}, pointer))
        wanted = with_value(wanted, pointer, merged)
    for pointer in directives.ignore:
        wanted = with_value(wanted, pointer, at(live, pointer))
    assert isinstance(wanted, dict)  # noqa: S101 - no pointer is empty
    return wanted


def shared_branch(
    desired: Tree | Absent, live: Tree | Absent, base: Tree | Absent
) -> Tree | Absent:
    """Merge a shared list three ways: live and desired, less what the repo took out since base.

    The order is live's, then what is new.

    An element that both sides hold is as the file has it. Where live or the
    file has no such list, or one of another shape, there is nothing to merge
    and the file's value stands.
    """
    if type(desired) is not type(live) or not isinstance(desired, SetBranch | KeyedBranch):
        return desired
    assert isinstance(live, type(desired))  # noqa: S101 - for the type checker
    taken_out = set(base) - set(desired) if isinstance(base, type(desired)) else set()
    merged = type(desired)(
        (token, desired.get(token, element))
        for token, element in live.items()
        if token not in taken_out
    )
    merged.update((token, element) for token, element in desired.items() if token not in merged)
    return merged


def unknown_fields(
    desired: Document, live: Document, base: Document | None, known: Collection[str]
) -> tuple[str, ...]:
    """Name the top-level fields of live that neither the file nor the program knows.

    They are carried forward, so that a field which the service adds tomorrow is
    not dropped. A field that the file held at the base is one that its author
    knows, and took out.
    """
    return tuple(
        field
        for field in live
        if field not in desired and field not in known and field not in (base or {})
    )
