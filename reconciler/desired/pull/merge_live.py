"""A file's document made equal to live, keeping the file's own form wherever both are equal.

Equal means what the comparison means by it: the order of a set, of a keyed
list's names and of keys is the file's, and so is `1.0` where live says `1`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from reconciler.model.canonical import canonical_value, normal_spelling
from reconciler.model.json_text import Json, JsonObject, compact_json, same
from reconciler.model.kinds import Kind
from reconciler.model.pointers import Pointer, is_within
from reconciler.model.references import is_reference
from reconciler.model.shape import ListRule, Place, element_token, root_place
from reconciler.yamledit.alignment import align, is_renamed

Value = TypeVar("Value")


@dataclass(frozen=True)
class MergeOptions:
    """What a pull leaves as the file has it, and what the file's references stand for.

    A reference that stands for nothing yet is left too: the target cannot have it.
    """

    left: Collection[Pointer] = ()
    ids: Mapping[str, str] = field(default_factory=dict)


def merge_live(kind: Kind, held: JsonObject, live: JsonObject, reserve: MergeOptions) -> JsonObject:
    """Return `held`, a document in canonical spelling, with live's values where they differ.

    The id, and fields of live that neither the file nor the program knows, are
    left alone: they are no difference to the comparison either. Raises
    `TwoSpellingsError` where live holds one field under two names.
    """
    wanted = {
        key: value
        for key, value in normal_spelling(kind, live).items()
        if key in held or (key in kind.fields and key != "id")
    }
    if "id" in held:
        wanted["id"] = held["id"]
    return _Taking(reserve).members(held, wanted, root_place(kind), (), kind.fields)


@dataclass(frozen=True)
class _Taking:
    reserve: MergeOptions

    def value(self, held: Json, live: Json, place: Place, pointer: Pointer) -> Json:
        if pointer in self.reserve.left or self.is_equal(held, live, place):
            return held
        if isinstance(held, dict) and isinstance(live, dict):
            return self.members(held, live, place, pointer, tuple(live))
        if isinstance(held, list) and isinstance(live, list):
            return self.elements(held, live, place, pointer)
        return live

    def is_equal(self, held: Json, live: Json, place: Place) -> bool:
        return same(canonical_value(held, place), canonical_value(live, place))

    def members(
        self,
        held: JsonObject,
        live: JsonObject,
        place: Place,
        pointer: Pointer,
        order: Sequence[str],
    ) -> JsonObject:
        left = self.reserve.left
        found: JsonObject = {}
        for key, value in held.items():
            below = (*pointer, key)
            if key in live:
                found[key] = self.value(value, live[key], place.member(key), below)
            elif below in left:
                found[key] = value
        added = {
            key: value
            for key, value in live.items()
            if key not in held and (*pointer, key) not in left
        }
        return inserted(found, added, order)

    def elements(
        self, held: list[Json], live: list[Json], place: Place, pointer: Pointer
    ) -> list[Json]:
        rules = {place.rule_for(held), place.rule_for(live)}
        if rules == {ListRule.SET}:
            return self.set_elements(held, live, place, pointer)
        if rules == {ListRule.KEYED}:
            return self.keyed_elements(held, live, place, pointer)
        if any(is_within(left, pointer) for left in self.reserve.left):
            return self.elements_by_place(held, live, place, pointer)
        return self.aligned_elements(held, live, place.element())

    def set_elements(
        self, held: list[Json], live: list[Json], place: Place, pointer: Pointer
    ) -> list[Json]:
        def token(item: Json) -> str:
            meant = self.reserve.ids.get(item, item) if isinstance(item, str) else item
            return element_token(canonical_value(meant, place.element()))

        ours, theirs = {token(item) for item in held}, {token(item): item for item in live}
        left, ids = self.reserve.left, self.reserve.ids
        kept = [
            item
            for item in held
            if token(item) in theirs
            or (*pointer, token(item)) in left
            or (is_reference(item) and item not in ids)
        ]
        added = [
            item
            for name, item in theirs.items()
            if name not in ours and (*pointer, name) not in left
        ]
        return [*kept, *added]

    def keyed_elements(
        self, held: list[Json], live: list[Json], place: Place, pointer: Pointer
    ) -> list[Json]:
        ours, theirs = _by_name(held, place.key), _by_name(live, place.key)
        left = self.reserve.left
        added = {
            name: item
            for name, item in theirs.items()
            if name not in ours and (*pointer, name) not in left
        }
        found: list[Json] = []
        for name, item in ours.items():
            if name in theirs:
                found.append(self.value(item, theirs[name], place.element(), (*pointer, name)))
            elif (*pointer, name) in left:
                found.append(item)
            else:  # a renamed element keeps its place
                renamed = next((key for key in added if is_renamed(item, added[key])), None)
                if renamed is not None:
                    taken = added.pop(renamed)
                    found.append(self.value(item, taken, place.element(), (*pointer, renamed)))
        return [*found, *added.values()]

    def elements_by_place(
        self, held: list[Json], live: list[Json], place: Place, pointer: Pointer
    ) -> list[Json]:
        """Take an ordered list of which something is left alone, so that its indices count."""
        return [
            self.value(held[index], item, place.element(), (*pointer, str(index)))
            if index < len(held)
            else item
            for index, item in enumerate(live)
        ]

    def aligned_elements(self, held: list[Json], live: list[Json], place: Place) -> list[Json]:
        def text(item: Json) -> str:
            return compact_json(canonical_value(item, place))

        within = _Taking(MergeOptions(ids=self.reserve.ids))  # nothing in here is left alone
        return [
            live[theirs] if ours is None else within.value(held[ours], live[theirs], place, ())
            for ours, theirs in align(held, live, text)
            if theirs is not None
        ]


def inserted(
    members: Mapping[str, Value], added: Mapping[str, Value], order: Sequence[str]
) -> dict[str, Value]:
    """Return the members and the added ones, each behind what comes before it in `order`."""
    keys = list(members)
    ranks = {key: rank for rank, key in enumerate(order)}
    for key in sorted(added, key=lambda key: ranks.get(key, len(ranks))):
        before = [
            index
            for index, other in enumerate(keys)
            if ranks.get(other, len(ranks)) < ranks.get(key, len(ranks))
        ]
        keys.insert(before[-1] + 1 if before else 0, key)
    both = {**members, **added}
    return {key: both[key] for key in keys}


def _by_name(items: list[Json], key: str) -> dict[str, Json]:
    return {str(item[key]): item for item in items if isinstance(item, dict)}
