"""The body of a PUT: live's document with the plan's changes made, and nothing else.

It begins as live and not as the file, so that a value which the plan does not
name is sent back as it came, down to the name of a field, the order of a set
and the type of a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import groupby

from reconciler.model.canonical import canonical_value, names_used, normal_spelling
from reconciler.model.errors import ReconcilerError
from reconciler.model.json_text import Json, JsonObject, compact_json, same
from reconciler.model.kinds import Kind
from reconciler.model.pointers import Pointer, format_pointer
from reconciler.model.shape import ListRule, Place, element_token, root_place, rule_at
from reconciler.planning.diff import differences, operation_between
from reconciler.planning.plan import Carried, Change, Operation
from reconciler.planning.three_way import Trees
from reconciler.planning.tree import (
    ABSENT,
    Absent,
    SetBranch,
    Tree,
    at,
    document_tree,
    json_of,
    whole_tree,
)


class BodyError(ReconcilerError):
    """A body would change more or less than its plan says: a bug in this program."""


def put_body(kind: Kind, live: JsonObject, changes: tuple[Change, ...]) -> JsonObject:
    """Return the document to PUT: live without server-managed fields, with the changes made.

    Known fields come first, in the documentation's order, under the names that
    live uses. Raises `BodyError` if the result differs from live in anything
    but the changes, and `TwoSpellingsError` as `normal_spelling` does.
    """
    body = in_documented_order(kind, _with(changes, kind, live))
    body = _named_as(names_used(kind, live), body)
    require_only(kind, live, body, changes)
    return body


def live_before(kind: Kind, body: JsonObject, changes: tuple[Change, ...]) -> JsonObject:
    """Return the live document that a body was made from: the body with the changes undone.

    Equal to it in canonical form; server-managed fields are not in it.
    """
    undone = [change.undone for change in reversed(changes)]
    return _named_as(names_used(kind, body), _with(undone, kind, body))


def _with(changes: Sequence[Change], kind: Kind, document: JsonObject) -> JsonObject:
    """Return a copy of a document in canonical spelling, with the changes made."""
    copy: Json = deepcopy(normal_spelling(kind, document))
    for group in _together(kind, changes):
        copy = _changed(copy, root_place(kind), group[0].pointer, group)
    assert isinstance(copy, dict)  # noqa: S101 - no change has an empty pointer
    return copy


def _named_as(names: Mapping[str, list[str]], document: JsonObject) -> JsonObject:
    """Return a document in canonical spelling with each field under the names given for it."""
    return {name: value for field, value in document.items() for name in names.get(field, [field])}


def in_documented_order(kind: Kind, document: JsonObject) -> JsonObject:
    """Return the document with known fields first, as the documentation orders them."""
    known = [field for field in kind.fields if field in document]
    return {field: document[field] for field in [*known, *(f for f in document if f not in known)]}


def _together(kind: Kind, changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Yield the changes in their order, those of one set together: each alone would walk it."""
    for above, group in groupby(changes, key=lambda change: change.pointer[:-1]):
        if rule_at(kind, above) is ListRule.SET:
            yield list(group)
        else:
            yield from ([change] for change in group)


def _changed(value: Json, place: Place, pointer: Pointer, group: list[Change]) -> Json:
    """Return the value with a group of changes made; `pointer` leads from here to the first."""
    change = group[0]
    if not pointer:
        return change.after
    token, rest = pointer[0], pointer[1:]
    if isinstance(value, dict) and rest:
        value[token] = _changed(value.get(token), place.member(token), rest, group)
        return value
    if isinstance(value, dict):
        for made in group:
            if made.operation is Operation.REMOVE:
                del value[made.pointer[-1]]
            else:
                value[made.pointer[-1]] = made.after
        return value
    if not isinstance(value, list):
        raise BodyError(f"the plan changes {change.path}, but live has no list or object there")
    match place.rule_for(value):
        case ListRule.SET:
            tokens = {change.pointer[-1] for change in group}
            kept = [item for item in value if _token(item, place) not in tokens]
            return kept + [made.after for made in group if made.operation is not Operation.REMOVE]
        case ListRule.KEYED:
            return _with_keyed(value, place, pointer, group)
        case ListRule.ORDERED:
            index = int(token)
            value[index] = _changed(value[index], place.element(), rest, group)
            return value


def _with_keyed(
    items: list[Json], place: Place, pointer: Pointer, group: list[Change]
) -> list[Json]:
    name, rest = pointer[0], pointer[1:]
    names = [item.get(place.key) if isinstance(item, dict) else None for item in items]
    if name not in names:
        return [*items, group[0].after]
    index = names.index(name)
    if not rest and group[0].operation is Operation.REMOVE:
        return items[:index] + items[index + 1 :]
    items[index] = _changed(items[index], place.element(), rest, group)
    return items


def _token(item: Json, place: Place) -> str:
    return element_token(canonical_value(item, place.element()))


def require_only(
    kind: Kind, live: JsonObject, body: JsonObject, changes: tuple[Change, ...]
) -> None:
    """Check that a write changes what its plan names and nothing else, not even a field's name.

    A plan sees a default as absent. Here it counts: what removes the last element of a
    list is one change, whether an empty list is the default or not.
    """
    seen, whole, result = document_tree(kind, live), whole_tree(kind, live), whole_tree(kind, body)
    named = {change.pointer for change in changes}
    made = [difference.pointer for difference in differences(whole, result)]
    wrong = [pointer for pointer in made if named.isdisjoint(_way(pointer))]
    wrong += [
        change.pointer
        for change in changes
        if not _is_made(change, at(seen, change.pointer), at(result, change.pointer))
    ]
    before, after = names_used(kind, live), names_used(kind, body)
    wrong += [(field,) for field in before.keys() & after.keys() if before[field] != after[field]]
    if wrong:
        raise BodyError(
            f"{body.get('name')}: the body to send differs from the plan at "
            f"{', '.join(sorted(map(format_pointer, wrong)))}; nothing was written. "
            "This is a bug in reconciler: please report it."
        )


def _way(pointer: Pointer) -> Iterator[Pointer]:
    """Yield the pointers that lead to a pointer, and itself."""
    return (pointer[:length] for length in range(1, len(pointer) + 1))


def _is_made(change: Change, before: Tree | Absent, after: Tree | Absent) -> bool:
    """Return True if the values before and after at its pointer differ as the change says."""
    if same(before, after) or operation_between(before, after) is not change.operation:
        return False
    return compact_json(json_of(after)) == compact_json(change.after)


def carried_by(trees: Trees, changes: tuple[Change, ...]) -> Carried:
    """Return how much of live is kept beside these changes."""
    touched = {change.pointer for change in changes}
    fields = elements = 0
    for pointer, is_element in _leaves(trees.live, ()):
        if not touched.isdisjoint(_way(pointer)):
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
