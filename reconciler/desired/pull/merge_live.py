"""Merges live into a file's document, which keeps its own form where both are equal.

Equal as in the comparison: the file keeps its order of sets, keyed lists and
keys, and its `1.0` where live has `1`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from reconciler.model.canonical import canonical_value, normal_spelling
from reconciler.model.json_text import Json, JsonObject, compact_json, same
from reconciler.model.kinds import Kind
from reconciler.model.pointers import Pointer, is_within
from reconciler.model.references import is_reference
from reconciler.model.shape import ListRule, Place, element_token, root_place
from reconciler.yamledit.alignment import align, is_renamed


def merge_live(
    kind: Kind,
    held: JsonObject,
    live: JsonObject,
    skipped: Collection[Pointer],
    ids: Mapping[str, str],
) -> JsonObject:
    """Return `held`, a document in canonical spelling, with live's values where they differ.

    `skipped` are places that keep the file's value. `ids` are those on the target by
    reference; a reference without one is kept.

    The id, and fields of live that neither the file nor the program knows, are
    skipped, as in the comparison. Raises `TwoSpellingsError` if live has one field
    under two names.
    """
    wanted = {
        key: value
        for key, value in normal_spelling(kind, live).items()
        if key in held or (key in kind.fields and key != "id")
    }
    if "id" in held:
        wanted["id"] = held["id"]
    return _Merging(skipped, ids).members(held, wanted, root_place(kind), (), kind.fields)


class _Merging(Struct, frozen=True):
    skipped: Collection[Pointer]
    ids: Mapping[str, str]

    def value(self, held: Json, live: Json, place: Place, pointer: Pointer) -> Json:
        if pointer in self.skipped or self.is_equal(held, live, place):
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
        found: JsonObject = {}
        for key, value in held.items():
            below = (*pointer, key)
            if key in live:
                found[key] = self.value(value, live[key], place.member(key), below)
            elif below in self.skipped:
                found[key] = value
        added = {
            key: value
            for key, value in live.items()
            if key not in held and (*pointer, key) not in self.skipped
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
        if any(is_within(one, pointer) for one in self.skipped):
            return self.elements_by_place(held, live, place, pointer)
        return self.aligned_elements(held, live, place.element())

    def set_elements(
        self, held: list[Json], live: list[Json], place: Place, pointer: Pointer
    ) -> list[Json]:
        def token(item: Json) -> str:
            meant = self.ids.get(item, item) if isinstance(item, str) else item
            return element_token(canonical_value(meant, place.element()))

        ours, theirs = {token(item) for item in held}, {token(item): item for item in live}
        kept = [
            item
            for item in held
            if token(item) in theirs
            or (*pointer, token(item)) in self.skipped
            or (is_reference(item) and item not in self.ids)
        ]
        added = [
            item
            for name, item in theirs.items()
            if name not in ours and (*pointer, name) not in self.skipped
        ]
        return [*kept, *added]

    def keyed_elements(
        self, held: list[Json], live: list[Json], place: Place, pointer: Pointer
    ) -> list[Json]:
        ours, theirs = _by_name(held, place.key), _by_name(live, place.key)
        added = {
            name: item
            for name, item in theirs.items()
            if name not in ours and (*pointer, name) not in self.skipped
        }
        found: list[Json] = []
        for name, item in ours.items():
            if name in theirs:
                found.append(self.value(item, theirs[name], place.element(), (*pointer, name)))
            elif (*pointer, name) in self.skipped:
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
        """Merge an ordered list by index, since a place in it is skipped."""
        return [
            self.value(held[index], item, place.element(), (*pointer, str(index)))
            if index < len(held)
            else item
            for index, item in enumerate(live)
        ]

    def aligned_elements(self, held: list[Json], live: list[Json], place: Place) -> list[Json]:
        def text(item: Json) -> str:
            return compact_json(canonical_value(item, place))

        within = _Merging((), self.ids)  # no place in here is skipped
        return [
            live[theirs] if ours is None else within.value(held[ours], live[theirs], place, ())
            for ours, theirs in align(held, live, text)
            if theirs is not None
        ]


def inserted(members: JsonObject, added: JsonObject, order: Sequence[str]) -> JsonObject:
    """Return the members and the added ones, each after what precedes it in `order`."""
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
