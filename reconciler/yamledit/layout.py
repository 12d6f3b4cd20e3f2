"""A YAML file as a tree of nodes with their positions.

Built from the parser's events, so that an alias has a node of its own and
no character is lost. `json_values` turns the tree into a JSON value.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from reconciler.model.json_text import MAX_DEPTH
from reconciler.yamledit.node import Entry, LayoutError, Node, Shape
from reconciler.yamledit.parser_events import Following, with_events
from reconciler.yamledit.source_lines import Lines

PROPERTY = re.compile(r"&[0-9A-Za-z_-]+|![^\s\]\[{},]*")
"""An anchor or a tag."""
MERGE = "<<"


def layout_of(lines: Lines) -> Node:
    """Return the root node of YAML that contains a document and has been parsed before."""
    root = parsed_layout(lines)
    assert root is not None  # noqa: S101 - it was parsed before
    return root


def parsed_layout(lines: Lines) -> Node | None:
    """Return the root node of a YAML string; None if it contains no document.

    Raises `YAMLError` for what is not YAML, and `LayoutError` for more than one
    document, another version of YAML, or nesting beyond `MAX_DEPTH`.
    """
    return with_events(lines.text, lambda following: _Building(lines, following).document())


class _Building(Struct):
    lines: Lines
    following: Following

    def document(self) -> Node | None:
        self.following()  # the start of the stream
        start = self.following()
        if isinstance(start, StreamEndEvent):
            return None
        if start.version not in (None, (1, 2)):
            version = ".".join(map(str, start.version))
            message, fix = f"YAML {version} is not supported.", "Delete the line: 1.2 is read."
            raise LayoutError(start.start_mark.index, message, fix, "syntax")
        root = self.node(self.following(), 0)
        self.following()  # the end of the document
        event = self.following()
        if isinstance(event, DocumentStartEvent):
            message, fix = "a second document begins here.", "Move it to a file of its own."
            raise LayoutError(event.start_mark.index, message, fix, "syntax")
        return root

    def node(self, event: Any, depth: int) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, AliasEvent):
            return Node(Shape.ALIAS, start, start, end, name=event.anchor)
        tag = str(event.ctag) if event.ctag is not None else ""
        node = Node(Shape.SCALAR, start, start, end, event.anchor or "", tag=tag)
        properties, node.body = self.properties(node)
        if isinstance(event, ScalarEvent):
            node.text, node.style = event.value, event.style or ""
            if not node.text and not node.style:  # the parsers differ in where an empty value is
                node.body = node.end = properties
            else:
                node.end = self.block_end(node) if node.is_block else end
            return node
        if depth == MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} levels deep."
            raise LayoutError(start, message, "Flatten it.", "depth")
        node.is_flow = event.flow_style
        node.end = node.body
        if isinstance(event, SequenceStartEvent):
            self.sequence(node, depth + 1)
        else:
            self.mapping(node, depth + 1)
        return node

    def properties(self, node: Node) -> tuple[int, int]:
        """Return where a node's anchor and tag end, and where what follows them begins."""
        end = position = node.start
        for _ in range(bool(node.anchor) + bool(node.tag)):
            found = PROPERTY.match(self.lines.text, position)
            if found is not None:
                end = found.end()
                position = self.lines.skip(end)
        return end, position

    def block_end(self, node: Node) -> int:
        """Return where a block scalar ends, without trailing blank lines that it drops."""
        text, header = self.lines.text, self.lines.end(node.body)
        if "+" in text[node.body : header].partition(" ")[0]:
            return node.end
        content = len(text[header : node.end].rstrip(" \t\r\n"))
        return self.lines.after(header + content) if content else header

    def sequence(self, node: Node, depth: int) -> None:
        node.shape = Shape.LIST
        position = node.body
        while not isinstance(event := self.following(), SequenceEndEvent):
            value = self.node(event, depth)
            dash = self.lines.skip(position)
            if not node.is_flow:
                _put_empty(value, dash + 1)
            entry = Entry(value.start, value.start, value)
            node.entries.append(entry if node.is_flow else Entry(dash, dash + 1, value))
            position = node.end = value.end
        node.end = event.end_mark.index if node.is_flow else node.end

    def mapping(self, node: Node, depth: int) -> None:
        """Read members. A pair in a list without braces, and keys that are aliases, stay whole."""
        node.shape = Shape.OBJECT
        text, position = self.lines.text, node.body
        is_bare = node.is_flow and text[position] != "{"
        node.is_whole = is_bare
        position += node.is_flow and not is_bare
        while not isinstance(event := self.following(), MappingEndEvent):
            begin = self.lines.skip(position)
            begin = self.lines.skip(begin + 1) if node.is_flow and text[begin] == "," else begin
            key, value = self.node(event, depth), self.node(self.following(), depth)
            colon = self.lines.skip(key.end)
            has_colon = text.startswith(":", colon)
            entry = Entry(begin, colon + 1 if has_colon else key.end, value, key)
            _put_empty(value, entry.after)
            entry.has_colon = has_colon
            entry.is_merge = key.text == MERGE and key.style == "" and not key.tag
            entry.is_explicit = text[begin] == "?" and begin < key.start
            if entry.is_explicit and key.start == begin + 1:  # libyaml's reading, not YAML 1.2's
                message = "a string that begins with ? within braces or brackets."
                raise LayoutError(begin, message, "Quote it.", "syntax")
            node.entries.append(entry)
            node.is_whole |= key.shape is not Shape.SCALAR
            position = node.end = max(value.end, entry.after)
        node.end = event.end_mark.index if node.is_flow and not is_bare else node.end


def _put_empty(value: Node, position: int) -> None:
    """Place an empty value behind its colon or its dash."""
    if value.start == value.end and value.shape is Shape.SCALAR and not value.style:
        value.start = value.body = value.end = position
