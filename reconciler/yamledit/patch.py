"""The changes of a text, and the writing of one value in the place of another."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from reconciler.model.json_text import Json
from reconciler.yamledit.layout import Entry, Node, Shape
from reconciler.yamledit.scalars import is_block_text, scalar_text
from reconciler.yamledit.source_lines import Lines
from reconciler.yamledit.writer import Style, block, flow, inline, member_lines

_HEADER = re.compile(r"[ \t]*(?:[&!]\S*[ \t]*)*(#.*)?")
"""What may follow a colon or a dash whose block begins on the next line."""


@dataclass(frozen=True)
class Slot:
    """A place for a value: `after` a colon or a dash of an entry that begins at `start`."""

    node: Node
    start: int
    after: int
    in_flow: bool
    in_list: bool = False
    has_colon: bool = True
    is_root: bool = False


@dataclass
class Patching:
    """The changes so far. Those at one position are made in the order in which they came."""

    lines: Lines
    style: Style
    _made: list[tuple[int, int, str]] = field(default_factory=list)

    def result(self) -> str:
        """Return the text with all changes made."""
        parts, position = [], 0
        for start, end, text in sorted(self._made, key=lambda change: change[:2]):
            parts += [self.lines.text[position:start], text]
            position = end
        return "".join([*parts, self.lines.text[position:]])

    def put(self, start: int, end: int, text: str) -> None:
        """Put a text, in which a line break is a line feed, in the place of what stands there."""
        self._made.append((start, end, text.replace("\n", self.lines.newline)))

    def slot(self, above: Slot, entry: Entry) -> Slot:
        """Return the place of an entry's value."""
        return Slot(
            entry.value,
            entry.start,
            entry.after,
            above.node.is_flow,
            above.node.shape is Shape.LIST,
            entry.has_colon,
        )

    def replace(self, slot: Slot, new: Json) -> None:
        """Write a value in the place of a node; the node's anchor and the line's comment stay."""
        node = slot.node
        if slot.is_root:
            self._replace_root(slot, new)
        elif node.is_block or (not slot.in_flow and _wants_lines(node, new)):
            self._replace_block(slot, new)
        else:
            self._replace_inline(slot, new)

    def _replace_root(self, slot: Slot, new: Json) -> None:
        node, column = slot.node, self.lines.column(slot.node.body)
        assert isinstance(new, dict)  # noqa: S101 - a spec is an object
        if node.is_flow:
            self.put(node.body, node.end, flow(new, self.style, column))
            return
        text = "\n".join(member_lines(new, column, self.style)).lstrip(" ") or "{}"
        self.put(node.body, self.content_end(node), text)

    def _replace_inline(self, slot: Slot, new: Json) -> None:
        node = slot.node
        start = node.start if node.tag else node.body
        text = self._inline_text(slot, new)
        if node.anchor and node.tag:
            text = f"&{node.anchor} {text}"
        if not slot.has_colon:
            text = f": {text}"
        elif self.lines.text[start - 1 : start] not in ("", " ", "\t", "\n", "\r", "[", "{", ","):
            text = f" {text}"
        self.put(start, node.end, text)

    def _inline_text(self, slot: Slot, new: Json) -> str:
        lines, node = self.lines, slot.node
        if isinstance(new, dict | list):
            if not slot.in_flow and not new:
                return inline(new)
            has_own_line = slot.in_flow and lines.is_first(slot.start)
            if has_own_line or lines.start(node.start) != lines.start(node.end):
                return flow(new, self.style, lines.column(lines.content(lines.start(slot.start))))
            return flow(new, self.style)
        quote = '"' if slot.in_flow and self.style.quotes_keys else slot.node.style
        return scalar_text(new, quote, in_flow=slot.in_flow)

    def _replace_block(self, slot: Slot, new: Json) -> None:
        """Write a value that has lines of its own, or that stands where one had."""
        column = self.lines.column(slot.start)
        made = block(new, column, self.style, in_list=slot.in_list)
        comment = self._comment(slot)
        anchor = f" &{slot.node.anchor}" if slot.node.anchor else ""
        head, below = made.head, list(made.lines)
        if made.is_compact and (comment or anchor):
            head, below = "", [" " * (column + 2) + head, *below]
        text = anchor + (f" {head}" if head else "") + (f" {comment}" if comment else "")
        self.put(slot.after, self.content_end(slot.node), "\n".join([text, *below]))

    def _comment(self, slot: Slot) -> str:
        """Return the comment on the line of the key or the dash, or behind the old value."""
        node = slot.node
        rest = self.lines.text[slot.after : self.lines.end(slot.after)]
        header = _HEADER.fullmatch(rest)
        if header is not None:
            return header.group(1) or ""
        if node.style in ("|", ">"):
            _, mark, comment = self.lines.text[node.body : self.lines.end(node.body)].partition(
                " #"
            )
            return f"#{comment}" if mark else ""
        return "" if node.is_block else self.lines.comment(node.end)

    def content_end(self, node: Node) -> int:
        """Return where the last line of a node ends, before its break."""
        end, text = node.end, self.lines.text
        if end > node.start and self.lines.start(end) == end:
            return end - (2 if text[end - 2 : end] == "\r\n" else 1)
        return self.lines.end(end)


def _wants_lines(node: Node, new: Json) -> bool:
    """Say whether a value is written below its key; brackets that hold something stay brackets."""
    if isinstance(new, str):
        return is_block_text(new)
    return isinstance(new, dict | list) and bool(new) and not (node.is_flow and node.entries)
