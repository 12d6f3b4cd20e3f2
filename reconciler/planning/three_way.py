"""The three-way merge of base, desired and live: the target tree and the origin of changes.

DESIGN, "Three-way merge". What the merge keeps from live is not a difference to
the comparison, and for the same reason the body of a PUT carries it.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from reconciler.model.canonical import TwoSpellingsError, defaults_of
from reconciler.model.json_text import same
from reconciler.model.pointers import Pointer
from reconciler.model.shape import place_at
from reconciler.model.specs import Directives, LiveSpec, Spec
from reconciler.planning.plan import Origin
from reconciler.planning.tree import (
    ABSENT,
    Absent,
    KeyedBranch,
    SetBranch,
    Tree,
    WholeList,
    at,
    document_tree,
    tree_of,
    with_member,
)

Document = dict[str, Tree]


class Trees(Struct, frozen=True):
    """The trees that an update is computed from."""

    base: Document | None
    """The spec at the base, None where it has none."""
    live: Document
    """The live tree."""
    desired: Document
    """The tree of the file, with the `unknown` fields of live."""
    target: Document
    """The tree that the target should have."""
    unknown: tuple[str, ...]
    """Top-level fields of live that neither the file nor this program knows."""


def trees_of(spec: Spec, live: LiveSpec, base: Spec | None) -> Trees:
    """Return the trees of a spec; `base` is None where it has none.

    Raises `TwoSpellingsError` where a document holds one field under two names.
    """
    kind = spec.kind
    base_tree = document_tree(kind, base.document) if base else None
    live_tree = document_tree(kind, live.document)
    desired_tree = document_tree(kind, spec.document)
    # A field that the service adds tomorrow is not dropped; one that the base has was removed.
    known = {*kind.fields, *desired_tree, *(base_tree or ())}
    unknown = tuple(field for field in live_tree if field not in known)
    desired_tree.update((name, live_tree[name]) for name in unknown)
    target = target_tree(desired_tree, live_tree, base_tree, spec.directives)
    for pointer, default in defaults_of(kind, target.get("name")):
        if same(at(target, pointer), tree_of(default, place_at(kind, pointer))):
            target = _without(target, pointer)
    return Trees(base_tree, live_tree, desired_tree, target, unknown)


def is_settled(spec: Spec, live: LiveSpec, base: Spec | None) -> bool:
    """Return True if a plan would not change live, without computing any change."""
    try:
        if live.is_equal(spec):
            return True
    except TwoSpellingsError:
        return False
    more = live.spelled.keys() - spec.document.keys()
    if not (spec.directives.shared or spec.directives.ignore or more):
        return False  # no part of live can be kept
    trees = trees_of(spec, live, base)
    return same(trees.live, trees.target)


def target_tree(
    desired: Document, live: Document, base: Document | None, directives: Directives
) -> Document:
    """Return the tree that live becomes when the whole file is applied.

    Unknown fields are kept (the caller has added them to `desired`), a shared
    list is live and desired together less what the repository removed, and an
    ignored place is as live has it.
    """
    target: Tree | Absent = desired
    for pointer in directives.shared:
        ours = at(desired, pointer)
        merged = _shared(ours, at(live, pointer), at(base or {}, pointer))
        if merged is not ours:
            target = _as_live(target, _replaced(live, pointer, merged), pointer)
    return keep_live(target, live, directives.ignore)


def keep_live(tree: Tree | Absent, live: Document, pointers: Iterable[Pointer]) -> Document:
    """Return a document's tree with what live has at these pointers."""
    for pointer in pointers:
        tree = _as_live(tree, live, pointer)
    assert isinstance(tree, dict)  # noqa: S101 - no pointer is empty
    return tree


def origin_of(
    base: Tree | Absent,
    desired: Tree | Absent,
    live: Tree | Absent,
    *,
    has_base: bool,
    since: Iterable[Tree | Absent] = (),
) -> Origin:
    """Return the origin of a difference between desired and live at one pointer.

    `since` are the values that the file held in commits after the base: live has one
    of them after an apply that was not recorded, which is no change on the target.
    """
    if not has_base:
        return Origin.UNKNOWN
    if same(base, live):
        return Origin.REPO
    if not same(base, desired) and any(same(value, live) for value in since):
        return Origin.REPO
    return Origin.DRIFT if same(base, desired) else Origin.CONFLICT


def _shared(desired: Tree | Absent, live: Tree | Absent, base: Tree | Absent) -> Tree | Absent:
    """Merge a shared list: live and desired, less what the repository removed since base.

    The order is live's, then what is new; an element that both sides hold is as
    the file has it. A list that the file no longer has is an empty one, unless
    nothing of others would stay. Where live has no such list the file's value stays.
    """
    if not isinstance(live, SetBranch | KeyedBranch):
        return desired
    ours = type(live)() if desired is ABSENT or desired is None else desired
    if type(ours) is not type(live):
        return desired
    assert isinstance(ours, dict)  # noqa: S101 - for the type checker
    removed = set(base) - set(ours) if isinstance(base, type(live)) else set()
    merged = type(live)(
        (token, ours.get(token, element)) for token, element in live.items() if token not in removed
    )
    merged.update((token, element) for token, element in ours.items() if token not in merged)
    return merged if merged or ours is desired else desired


def _without(tree: Document, pointer: Pointer) -> Document:
    """Return a document's tree without what a pointer leads to."""
    found = _replaced(tree, pointer, ABSENT)
    assert isinstance(found, dict)  # noqa: S101 - no pointer is empty
    return found


def _replaced(tree: Tree | Absent, pointer: Pointer, value: Tree | Absent) -> Tree | Absent:
    """Return the tree with another value at a pointer that leads to one."""
    if not pointer:
        return value
    below = at(tree, pointer[:1])
    return with_member(tree, pointer[0], _replaced(below, pointer[1:], value))


def _as_live(desired: Tree | Absent, live: Tree | Absent, pointer: Pointer) -> Tree | Absent:
    """Return `desired` with what live has at a pointer, and nothing where it has nothing.

    A container on the way that is missing, or of another type, takes live's
    type. An element of a list that only one side has is one value: it is sent
    or kept whole, never without its key. A list with two elements of one name
    cannot be matched: it is kept as a whole.
    """
    if not pointer:
        return live
    token, rest = pointer[0], pointer[1:]
    is_live = at(live, pointer) is not ABSENT
    if not is_live and at(desired, pointer) is ABSENT:
        return desired
    if isinstance(desired, WholeList) or isinstance(live, WholeList):
        return live if is_live else desired
    if is_live and type(desired) is not type(live):
        assert isinstance(live, dict | list)  # noqa: S101 - something is below it
        desired = type(live)()
    ours = at(desired, (token,))
    theirs = at(live, (token,)) if type(live) is type(desired) else ABSENT
    is_list = isinstance(desired, list | SetBranch | KeyedBranch)
    if rest and is_list and (ours is ABSENT or theirs is ABSENT):
        value = theirs if ours is ABSENT else ours
    else:
        value = _as_live(ours, theirs, rest)
    if isinstance(desired, list) and isinstance(live, list) and ours is ABSENT:
        assert not isinstance(value, Absent)  # noqa: S101 - live has it
        return type(desired)([*desired, *live[len(desired) : int(token)], value])
    return with_member(desired, token, value)
