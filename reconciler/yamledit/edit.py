"""A YAML text made to mean another document, with only the differing parts of it changed.

Comments, anchors, merge keys, quotes, indentation, the order of keys and every
line that is not concerned stay as they are. A part that stands in two places by
an alias is written out where only one of them changes. What comes out is parsed
again before anybody gets it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from reconciler.model.errors import InputError, ReconcilerError
from reconciler.model.json_text import Json, JsonObject, compact_json, same
from reconciler.yamledit.alignment import align
from reconciler.yamledit.comments import without_deep_comments
from reconciler.yamledit.entries import Addition, change_entries
from reconciler.yamledit.layout import Entry, Node, Shape, layout_of
from reconciler.yamledit.parse import parse_yaml
from reconciler.yamledit.patch import Patching, Slot
from reconciler.yamledit.source_lines import Lines
from reconciler.yamledit.writer import Style


class EditError(ReconcilerError):
    """A text could not be edited so that it means what it should. A fault of this program."""


def edited(text: str, wanted: JsonObject, file: str) -> str:
    """Return the text of a spec file, edited so that it parses as `wanted`.

    Where it already does it comes back as it is. New members stand where `wanted`
    has them among their neighbours. Raises `InputError` where the text is not
    a mapping that parses, `UnwritableError` where no YAML text can hold
    `wanted`, and `EditError` where the result would mean something else.
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
        f"{file}: it could not be edited so that it holds what it should, and was left as it is. "
        "This is a fault of reconciler itself: please report it."
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
    """Return a text that means `value`, edited so that it means `wanted`."""
    root = layout_of(lines)
    editing = _Editing(Patching(lines, style_of(lines, root)))
    slot = Slot(root, root.start, root.start, root.is_flow, is_root=True)
    editing.value(slot, value, wanted)
    return editing.patching.result()


def style_of(lines: Lines, root: Node) -> Style:
    """Return how a text indents, by what it does most often."""
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
    default = Style()
    return Style(_most(members, default.members), _most(dashes, default.dashes), quotes)


def _most(steps: Counter[int], default: int) -> int:
    return steps.most_common(1)[0][0] if steps else default


@dataclass
class _Editing:
    """One walk through the text, in its order, so that an anchor is met before its aliases.

    `anchors` holds what each anchor stands for after the edit; one that is gone
    is missing. `moved` names those that stand for something else than before.
    """

    patching: Patching
    anchors: dict[str, Json] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)

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
        """Note what an anchor stands for from here on."""
        if anchor:
            self.anchors[anchor] = new
            (self.moved.discard if same(old, new) else self.moved.add)(anchor)

    def forget(self, node: Node) -> None:
        """Note that the anchors within a node are no longer there."""
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
        """Note what the anchors in a node that means the same stand for; no: an alias moved."""
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
                self.value(self.patching.slot(slot, entry), old[entry.key], new[entry.key])
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
        """Return the members that a merge brings after the edit; None where it must be undone."""
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
                self.value(self.patching.slot(slot, last), old[old_index], new[new_index])
        if kept:
            change_entries(self.patching, slot, kept, added)
        else:
            self.patching.replace(slot, new)


def can_enter(node: Node, new: Json) -> bool:
    """Say whether a collection can be edited part by part."""
    return bool(node.entries) and bool(new) and not node.is_whole


def _under(first: JsonObject | None, second: JsonObject | None) -> JsonObject | None:
    """Return both objects as one in which the first's members win; None where either is."""
    return None if first is None or second is None else {**second, **first}
