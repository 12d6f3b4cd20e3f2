"""Edits YAML so that it parses as another document, changing only the parts that differ.

Comments, anchors, merge keys, quotes, indentation, the order of keys and all
other lines are unchanged. A part that an alias repeats is written out where only
one of the places changes. The result is parsed again before it is returned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct, field

from reconciler.model.errors import InputError, ReconcilerError
from reconciler.model.json_text import Json, JsonObject, compact_json, same
from reconciler.yamledit.alignment import align
from reconciler.yamledit.comments import without_deep_comments
from reconciler.yamledit.entries import Addition, change_entries
from reconciler.yamledit.layout import layout_of
from reconciler.yamledit.node import Entry, Node, Shape
from reconciler.yamledit.parse import parse_yaml
from reconciler.yamledit.patch import Patching, Slot
from reconciler.yamledit.source_lines import Lines
from reconciler.yamledit.writer import YamlStyle


class EditError(ReconcilerError):
    """An edit did not result in the requested document: a bug in this program."""


def edited(text: str, wanted: JsonObject, file: str) -> str:
    """Return the text of a spec file, edited so that it parses as `wanted`.

    If it already does, it is returned unchanged. New members are inserted where
    `wanted` has them among their neighbours. Raises `InputError` if the text does
    not parse, `UnwritableError` if YAML cannot represent `wanted`, and `EditError`
    if the result would parse as something else.
    """
    parsed = parse_yaml(text, file)
    if parsed.problems:
        raise InputError(parsed.problems)
    if same(parsed.value, wanted):
        return text
    for candidate in _attempts(text, parsed.value, wanted, file):
        if same(parse_yaml(candidate, file).value, wanted):
            return candidate
    raise EditError(
        f"{file} could not be edited and is unchanged. Edit it by hand, and please report this bug."
    )


def _attempts(text: str, value: Json, wanted: JsonObject, file: str) -> Iterator[str]:
    """Yield the edited text, then with comments moved out of the way of block scalars."""
    yield from _candidates(text, value, wanted, file)
    lines = Lines(text)
    moved = without_deep_comments(lines, layout_of(lines))
    if same(parse_yaml(moved, file).value, value):
        yield from _candidates(moved, value, wanted, file)


def _candidates(text: str, value: Json, wanted: JsonObject, file: str) -> Iterator[str]:
    """Yield the edited text, first without a last line break where there was none."""
    lines = Lines(text)
    if lines.start(len(text)) == len(text):
        yield _edited(lines, value, wanted)
    else:
        ended = Lines(text + lines.newline)
        # Without its last line break a block scalar may mean something else.
        for before in (value, parse_yaml(ended.text, file).value):
            whole = _edited(ended, before, wanted)
            yield whole.removesuffix(lines.newline)
            yield whole


def _edited(lines: Lines, value: Json, wanted: JsonObject) -> str:
    """Return YAML for `value`, edited so that it parses as `wanted`."""
    root = layout_of(lines)
    editing = _Editing(Patching(lines, style_of(lines, root)))
    slot = Slot(Entry(root.start, root.start, root), None)
    editing.value(slot, value, wanted)
    return editing.patching.result()


def style_of(lines: Lines, root: Node) -> YamlStyle:
    """Return the indentation that is used most often."""
    members: Counter[int] = Counter()
    dashes: Counter[int] = Counter()
    for node in root.below():
        if node.shape is not Shape.OBJECT or node.is_flow:
            continue
        for entry in node.entries:
            value = entry.value
            if value.entries and not value.is_flow:
                step = lines.column(value.entries[0].start) - lines.column(entry.start)
                (members if value.shape is Shape.OBJECT else dashes)[step] += 1
    quotes = root.is_flow and lines.text.startswith('"', lines.skip(root.body + 1))
    default = YamlStyle()
    return YamlStyle(_most(members, default.members), _most(dashes, default.dashes), quotes)


def _most(steps: Counter[int], default: int) -> int:
    return steps.most_common(1)[0][0] if steps else default


class _Editing(Struct):
    """One pass through the text, in order, so that an anchor comes before its aliases."""

    patching: Patching
    anchors: dict[str, Json] = field(default_factory=dict)
    """The value of each anchor after the edit; removed ones are missing."""
    moved: set[str] = field(default_factory=set)
    """The anchors whose value changes."""

    def value(self, slot: Slot, old: Json, new: Json) -> None:
        """Make the node of a slot, which means `old`, mean `new`."""
        node = slot.node
        if node.shape is Shape.ALIAS:
            if not self.stands_for(node, new):
                self.patching.replace(slot, new)
            return
        if isinstance(old, dict) and isinstance(new, dict) and can_enter(node, new):
            self.members(slot, old, new)
        elif isinstance(old, list) and isinstance(new, list) and can_enter(node, new):
            self.elements(slot, old, new)
        elif not (same(old, new) and self.remember(node, old)):
            self.forget(node)
            self.patching.replace(slot, new)
        self.define(node.anchor, old, new)

    def define(self, anchor: str, old: Json, new: Json) -> None:
        """Record the value of an anchor from here on."""
        if anchor:
            self.anchors[anchor] = new
            (self.moved.discard if same(old, new) else self.moved.add)(anchor)

    def forget(self, node: Node) -> None:
        """Record that the anchors within a node are removed."""
        for inner in node.below():
            self.drop(inner.anchor)
            for entry in inner.entries:
                self.drop(entry.key_anchor)

    def drop(self, anchor: str) -> None:
        if anchor:
            self.anchors.pop(anchor, None)
            self.moved.add(anchor)

    def stands_for(self, alias: Node, value: Json) -> bool:
        return alias.name in self.anchors and same(self.anchors[alias.name], value)

    def remember(self, node: Node, value: Json) -> bool:
        """Record the anchors in an unchanged node; return False if an alias in it changed."""
        if any(inner.name in self.moved for inner in node.below() if inner.name):
            return False
        for index, entry in enumerate(node.entries):
            self.define(entry.key_anchor, entry.key, entry.key)
            if isinstance(value, list):
                self.remember(entry.value, value[index])
            elif isinstance(value, dict) and entry.key in value:
                self.remember(entry.value, value[entry.key])
        self.define(node.anchor, value, value)
        return True

    def members(self, slot: Slot, old: JsonObject, new: JsonObject) -> None:
        merged: JsonObject | None = {}
        kept: list[Entry] = []
        for entry in slot.node.entries:
            if entry.is_merge:
                merged = _under(merged, self.merged(entry.value, old))
                self.forget(entry.value)
            elif entry.key in new:
                kept.append(entry)
                self.define(entry.key_anchor, entry.key, entry.key)
                self.value(Slot(entry, slot.node), old[entry.key], new[entry.key])
            else:
                self.drop(entry.key_anchor)
                self.forget(entry.value)
        if merged is not None and all(key in new for key in merged):
            kept += [entry for entry in slot.node.entries if entry.is_merge]
        else:
            merged = {}
        if not kept:
            self.patching.replace(slot, new)
            return
        own = {entry.key: entry for entry in kept if not entry.is_merge}
        first = slot.node.entries[0]
        last = first if first.is_merge and first in kept else None
        added: list[Addition] = []
        for key, value in new.items():
            if key in own:
                last = own[key]
            elif not (key in merged and same(merged[key], value)):
                added.append(Addition(last, value, key))
        change_entries(self.patching, slot, kept, added)

    def merged(self, node: Node, old: JsonObject) -> JsonObject | None:
        """Return the members that a merge adds after the edit; None if it must be undone."""
        if node.shape is Shape.ALIAS:
            value = self.anchors.get(node.name)
            return value if isinstance(value, dict) else None
        found: JsonObject | None = {}
        if node.shape is Shape.LIST:
            for entry in node.entries:
                found = _under(found, self.merged(entry.value, old))
            return found
        if any(inner.name for inner in node.below()):
            return None
        return {entry.key: old[entry.key] for entry in node.entries}

    def elements(self, slot: Slot, old: list[Json], new: list[Json]) -> None:
        entries = slot.node.entries
        kept: list[Entry] = []
        added: list[Addition] = []
        last: Entry | None = None
        for old_index, new_index in align(old, new, compact_json):
            if old_index is None:
                assert new_index is not None  # noqa: S101 - a pair has at least one
                added.append(Addition(last, new[new_index]))
                continue
            last = entries[old_index]
            if new_index is None:
                self.forget(last.value)
            else:
                kept.append(last)
                self.value(Slot(last, slot.node), old[old_index], new[new_index])
        if kept:
            change_entries(self.patching, slot, kept, added)
        else:
            self.patching.replace(slot, new)


def can_enter(node: Node, new: Json) -> bool:
    """Return True if a collection can be edited entry by entry."""
    return bool(node.entries) and bool(new) and not node.is_whole


def _under(first: JsonObject | None, second: JsonObject | None) -> JsonObject | None:
    """Return both objects as one in which the first's members win; None if either is None."""
    return None if first is None or second is None else {**second, **first}
