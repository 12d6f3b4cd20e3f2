"""A document as a tree of named branches, the form in which documents are compared.

A set becomes a branch with one leaf per element, a keyed list one with a branch
per element, so that a JSON Pointer identifies an element by its own key and its
position in the list does not matter. An ordered list stays one value.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from reconciler.model.canonical import canonical_value, comparable, normal_spelling
from reconciler.model.json_text import Json, JsonObject, compact_json
from reconciler.model.kinds import Kind
from reconciler.model.pointers import Pointer
from reconciler.model.shape import ListRule, Place, element_token, root_place

Tree: TypeAlias = "bool | int | float | str | list[Tree] | dict[str, Tree] | None"


class SetBranch(dict[str, Tree]):
    """The elements of a set by their tokens."""


class KeyedBranch(dict[str, Tree]):
    """The elements of a keyed list by their names."""


class WholeList(list[Tree]):
    """A list that should be keyed but has two elements of one name, or one without."""


class Absent:
    """The type of `ABSENT`: a pointer leads to nothing, not even null."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()


def document_tree(kind: Kind, document: JsonObject) -> dict[str, Tree]:
    """Return the tree of a document as it is compared; see `model.canonical.comparable`.

    Raises `TwoSpellingsError` if a field has two names with different values.
    """
    return _tree(kind, comparable(kind, document))


def whole_tree(kind: Kind, document: JsonObject) -> dict[str, Tree]:
    """Return the tree of a document with the kind's defaults; otherwise as `document_tree`."""
    return _tree(kind, normal_spelling(kind, document))


def _tree(kind: Kind, spelled: JsonObject) -> dict[str, Tree]:
    place = root_place(kind)
    return {key: tree_of(value, place.member(key)) for key, value in spelled.items()}


def tree_of(value: Json, place: Place) -> Tree:
    """Return the tree of a value at `place`, with numbers in canonical form."""
    if isinstance(value, dict):
        return {key: tree_of(member, place.member(key)) for key, member in value.items()}
    if isinstance(value, list):
        element = place.element()
        match place.rule_for(value):
            case ListRule.SET:
                elements = [canonical_value(item, element) for item in value]
                return SetBranch((element_token(item), item) for item in elements)
            case ListRule.KEYED:
                branch = KeyedBranch()
                for item in value:
                    assert isinstance(item, dict)  # noqa: S101 - rule_for has looked
                    branch[str(item[place.key])] = tree_of(item, element)
                return branch
            case ListRule.ORDERED:
                items = [tree_of(item, element) for item in value]
                return items if place.rule is ListRule.ORDERED else WholeList(items)
    return canonical_value(value, place)


def json_of(tree: Tree | Absent) -> Json:
    """Return the JSON value of a tree, with sets and keyed lists as lists; None for `ABSENT`."""
    if isinstance(tree, Absent):
        return None
    if isinstance(tree, SetBranch | KeyedBranch):
        return [json_of(item) for item in tree.values()]
    if isinstance(tree, dict):
        return {key: json_of(member) for key, member in tree.items()}
    if isinstance(tree, list):
        return [json_of(item) for item in tree]
    return tree


def canonical_text(tree: Tree) -> str:
    """Return a tree as compact JSON that is equal for equal trees, and only for those."""
    return compact_json(_canonical(tree))


def _canonical(tree: Tree) -> Json:
    if isinstance(tree, SetBranch | KeyedBranch):
        return [_canonical(tree[token]) for token in sorted(tree)]
    if isinstance(tree, dict):
        return {key: _canonical(member) for key, member in tree.items()}
    if isinstance(tree, list):
        return [_canonical(item) for item in tree]
    return tree


def at(tree: Tree | Absent, pointer: Pointer) -> Tree | Absent:
    """Return the value at a pointer, or `ABSENT`."""
    for token in pointer:
        if isinstance(tree, dict):
            tree = tree.get(token, ABSENT)
        elif isinstance(tree, list) and token.isdecimal() and int(token) < len(tree):
            tree = tree[int(token)]
        else:
            return ABSENT
    return tree


def with_member(tree: Tree | Absent, token: str, value: Tree | Absent) -> Tree:
    """Return a copy of a dict or list tree with `value` at a token; `ABSENT` removes it.

    An element of an ordered list is not removed: those after it would get other indexes.
    """
    if isinstance(tree, list):
        if isinstance(value, Absent):
            return tree
        return type(tree)([*tree[: int(token)], value, *tree[int(token) + 1 :]])
    assert isinstance(tree, dict)  # noqa: S101 - a leaf has no members
    branch = type(tree)(tree)
    if isinstance(value, Absent):
        branch.pop(token, None)
    else:
        branch[token] = value
    return branch
