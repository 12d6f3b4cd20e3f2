"""Collects the changes to a YAML string, and replaces one value with another."""

from __future__ import annotations

import re

from msgspec import Struct, field
from msgspec.structs import replace

from reconciler.model.json_text import Json
from reconciler.yamledit.node import Entry, Node, Shape
from reconciler.yamledit.scalars import is_block_text, scalar_text
from reconciler.yamledit.source_lines import Lines
from reconciler.yamledit.writer import YamlStyle, block, flow, inline, member_lines

_HEADER = re.compile(r"(?:[ \t]*[&!]\S*)*([ \t]+#.*)?[ \t]*")
"""What may follow a colon or a dash if its block begins on the next line."""

_BESIDE = re.compile(r"[ \t]+#[^\r\n]*")


class Slot(Struct, frozen=True):
    """A place for a value: an entry, and the collection that it is in."""

    entry: Entry
    above: Node | None
    """None for the root, which is the value of an entry of its own."""

    @property
    def node(self) -> Node:
        """The node that is there."""
        return self.entry.value

    @property
    def in_flow(self) -> bool:
        """True within brackets or braces; the root is in its own."""
        return (self.above or self.node).is_flow


class Patching(Struct):
    """The changes so far. Those at one position are made in the order in which they were added."""

    lines: Lines
    style: YamlStyle
    _made: list[tuple[int, int, str]] = field(default_factory=list)

    def result(self) -> str:
        """Return the text with all changes made."""
        parts, position = [], 0
        for start, end, text in sorted(self._made, key=lambda change: change[:2]):
            parts += [self.lines.text[position:start], text]
            position = end
        return "".join([*parts, self.lines.text[position:]])

    def put(self, start: int, end: int, text: str) -> None:
        """Replace a range with a string, in which a line break is a line feed."""
        self._made.append((start, end, text.replace("\n", self.lines.newline)))

    def spreads(self, node: Node) -> bool:
        """Return True unless the collections within a collection are on one line each."""
        inner = [entry.value for entry in node.entries if entry.value.entries]
        return not inner or any(self.spans_lines(value) for value in inner)

    def flow_column(self, slot: Slot) -> int:
        """Return the column of a closing bracket on a line of its own.

        It has to be indented further than the key or the dash (YAML 1.2, section 7.4).
        """
        column = self.lines.column(slot.entry.start)
        return column if slot.in_flow else column + self.style.members

    def spans_lines(self, node: Node) -> bool:
        """Return True if a node does not end on the line on which it begins."""
        return self.lines.start(node.start) != self.lines.start(node.end)

    def replace(self, slot: Slot, new: Json) -> None:
        """Replace a node with a value; the node's anchor and the line's comment are kept."""
        node = slot.node
        if slot.above is None:
            self._replace_root(slot, new)
        elif slot.entry.is_explicit and not slot.entry.has_colon and not slot.in_flow:
            self._add_value(slot, new)
        elif node.is_block or (not slot.in_flow and self._wants_lines(slot, new)):
            self._replace_block(slot, new)
        else:
            self._replace_inline(slot, new)

    def style_before_comments(self, position: int, column: int) -> YamlStyle:
        """Return the style of what is written into a column above the line at a position.

        A comment below that is indented further would become part of a block scalar.
        """
        lines = self.lines
        while position < len(lines.text):
            content = lines.content(position)
            if lines.is_comment(position):
                if lines.column(content) > column:
                    return replace(self.style, has_block_scalars=False)
            elif content != lines.end(position):
                break
            position = lines.after(position)
        return self.style

    def _style_at(self, slot: Slot) -> YamlStyle:
        below = self.lines.after(self.content_end(slot.node))
        return self.style_before_comments(below, self.lines.column(slot.entry.start))

    def _wants_lines(self, slot: Slot, new: Json) -> bool:
        """Return True if a value is written below its key; brackets on one line stay."""
        if isinstance(new, str):
            return is_block_text(new) and self._style_at(slot).has_block_scalars
        node = slot.node
        stays = node.is_flow and node.entries and not self.spans_lines(node)
        return isinstance(new, dict | list) and bool(new) and not stays

    def _replace_root(self, slot: Slot, new: Json) -> None:
        node, column = slot.node, self.lines.column(slot.node.body)
        assert isinstance(new, dict)  # noqa: S101 - a spec is an object
        if node.is_flow:
            self.put(node.body, node.end, flow(new, self.style, column))
            return
        style = self.style_before_comments(self.lines.after(self.content_end(node)), column)
        text = "\n".join(member_lines(new, column, style)).lstrip(" ") or "{}"
        self.put(node.body, self.content_end(node), text)

    def _add_value(self, slot: Slot, new: Json) -> None:
        """Write a value below a key behind a question mark that has none."""
        column, end = self.lines.column(slot.entry.start), self.lines.end(slot.node.end)
        made = block(new, column, self._style_at(slot), in_list=False)
        head = f" {made.head}" if made.head else ""
        self.put(end, end, "\n".join(["", f"{' ' * column}:{head}", *made.lines]))

    def _replace_inline(self, slot: Slot, new: Json) -> None:
        node = slot.node
        start = node.start if node.tag else node.body
        text = self._inline_text(slot, new)
        if node.anchor and node.tag:
            text = f"&{node.anchor} {text}"
        if not slot.entry.has_colon:
            text = f": {text}"
        elif self.lines.text[start - 1 : start] not in ("", " ", "\t", "\n", "\r", "[", "{", ","):
            text = f" {text}"
        self.put(start, node.end, text)

    def _inline_text(self, slot: Slot, new: Json) -> str:
        lines, node = self.lines, slot.node
        if isinstance(new, dict | list):
            if not slot.in_flow and not new:
                return inline(new)
            within = slot.above is None or self.spreads(slot.above)
            spreads = self.spans_lines(node) if node.entries else within
            if slot.in_flow and lines.is_first(slot.entry.start) and spreads:
                return flow(new, self.style, self.flow_column(slot))
            return flow(new, self.style)
        quote = '"' if slot.in_flow and self.style.quotes_keys else slot.node.style
        return scalar_text(new, quote, in_flow=slot.in_flow)

    def _replace_block(self, slot: Slot, new: Json) -> None:
        """Write a value that has lines of its own, or replaces one that had."""
        column = self.lines.column(slot.entry.start)
        in_list = slot.above is not None and slot.above.shape is Shape.LIST
        made = block(new, column, self._style_at(slot), in_list=in_list)
        comment = self._comment(slot)
        anchor = f" &{slot.node.anchor}" if slot.node.anchor else ""
        head, below = made.head, list(made.lines)
        if made.is_compact and (comment or anchor):
            head, below = "", [" " * (column + 2) + head, *below]
        text = anchor + (f" {head}" if head else "") + comment
        self.put(slot.entry.after, self.content_end(slot.node), "\n".join([text, *below]))

    def _comment(self, slot: Slot) -> str:
        """Return the comment beside the key, the dash or the old value, with its blanks."""
        node, lines = slot.node, self.lines
        rest = lines.text[slot.entry.after : lines.end(slot.entry.after)]
        header = _HEADER.fullmatch(rest)
        if header is not None:
            return header.group(1) or ""
        if node.style in ("|", ">"):
            found = _BESIDE.search(lines.text, node.body, lines.end(node.body))
        else:
            found = None if node.is_block else _BESIDE.match(lines.text, node.end)
        return found.group() if found else ""

    def content_end(self, node: Node) -> int:
        """Return where the last line of a node ends, before its break."""
        end, text = node.end, self.lines.text
        if end > node.start and self.lines.start(end) == end:
            return end - (2 if text[end - 2 : end] == "\r\n" else 1)
        return self.lines.end(end)
