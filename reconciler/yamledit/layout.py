"""Where every part of a YAML text stands: a tree of nodes with their positions.

Built from the parser's events, so that an alias has a place of its own and
nothing of the text is lost. The values are `parse_yaml`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from _ruamel_yaml import CParser  # type: ignore[import-not-found]  # what ruamel.yaml.clib installs
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from reconciler.yamledit.source_lines import Lines

PROPERTY = re.compile(r"&[0-9A-Za-z_-]+|![^\s\]\[{},]*")
"""An anchor or a tag."""
MERGE = "<<"


class Shape(Enum):
    """What a node is in the text."""

    SCALAR = "scalar"
    ALIAS = "alias"
    LIST = "list"
    OBJECT = "object"


@dataclass(eq=False)
class Node:
    """A node of the text: `[start, end)`, and `body` where its anchor and tag are over.

    `name` is an alias's name, `anchor` the node's own. `style` is a scalar's
    quote, `|` or `>`, and nothing for a plain one. A block collection ends where its last
    entry does; `is_whole` says that its parts cannot be edited one by one.
    """

    shape: Shape
    start: int
    body: int
    end: int
    anchor: str = ""
    name: str = ""
    style: str = ""
    has_tag: bool = False
    is_flow: bool = False
    is_whole: bool = False
    entries: list[Entry] = field(default_factory=list)

    @property
    def is_block(self) -> bool:
        """Say whether the node has lines of its own: a block collection or a block scalar."""
        return self.style in ("|", ">") or (bool(self.entries) and not self.is_flow)

    def below(self) -> Iterator[Node]:
        """Yield this node and every node within it, in the order of the text."""
        yield self
        for entry in self.entries:
            yield from entry.value.below()


@dataclass(eq=False)
class Entry:
    """An element or a member: it begins at `start` (its dash, its key), its value after `after`.

    A member is explicit where a question mark stands before its key.
    """

    start: int
    after: int
    value: Node
    key: str = ""
    key_anchor: str = ""
    is_merge: bool = False
    is_explicit: bool = False
    has_colon: bool = True


def layout_of(lines: Lines) -> Node:
    """Return the root node of a text that `parse_yaml` reads and that is not empty."""
    following = CParser(lines.text).get_event
    while not isinstance(following(), DocumentStartEvent):
        pass
    return _Building(lines, following).node(following())


@dataclass
class _Building:
    lines: Lines
    following: Callable[[], Any]

    def node(self, event: Any) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, AliasEvent):
            return Node(Shape.ALIAS, start, start, end, name=event.anchor)
        node = Node(Shape.SCALAR, start, start, end, event.anchor or "")
        node.has_tag = event.ctag is not None
        node.body = self.body(node)
        if isinstance(event, ScalarEvent):
            node.body = min(node.body, end)
            node.style = event.style or ""
            node.end = self.block_end(node) if node.is_block else end
        else:
            node.is_flow = event.flow_style
            node.end = node.body
            if isinstance(event, SequenceStartEvent):
                self.sequence(node)
            else:
                self.mapping(node)
        return node

    def body(self, node: Node) -> int:
        """Return where a node begins once its anchor and its tag are over."""
        position = node.start
        for _ in range(bool(node.anchor) + node.has_tag):
            found = PROPERTY.match(self.lines.text, position)
            if found is not None:
                position = self.lines.skip(found.end())
        return position

    def block_end(self, node: Node) -> int:
        """Return where a block scalar ends, without the blank lines that are not its content."""
        text, header = self.lines.text, self.lines.end(node.body)
        if "+" in text[node.body : header].partition(" ")[0]:
            return node.end
        content = len(text[header : node.end].rstrip(" \t\r\n\x85\u2028\u2029"))
        return self.lines.after(header + content) if content else header

    def sequence(self, node: Node) -> None:
        node.shape = Shape.LIST
        position = node.body
        while not isinstance(event := self.following(), SequenceEndEvent):
            value = self.node(event)
            dash = self.lines.skip(position)
            entry = Entry(value.start, value.start, value)
            node.entries.append(entry if node.is_flow else Entry(dash, dash + 1, value))
            position = node.end = value.end
        node.end = event.end_mark.index if node.is_flow else node.end

    def mapping(self, node: Node) -> None:
        node.shape = Shape.OBJECT
        text, position = self.lines.text, node.body
        is_bare = node.is_flow and text[position] != "{"
        node.is_whole = is_bare
        position += node.is_flow and not is_bare
        while not isinstance(event := self.following(), MappingEndEvent):
            begin = self.lines.skip(position)
            begin = self.lines.skip(begin + 1) if node.is_flow and text[begin] == "," else begin
            key, value = self.node(event), self.node(self.following())
            colon = self.lines.skip(key.end)
            has_colon = text.startswith(":", colon)
            if not has_colon:  # the parser puts the nothing that follows anywhere
                value.start = value.body = value.end = key.end
            entry = Entry(begin, colon + 1 if has_colon else key.end, value, has_colon=has_colon)
            entry.key, entry.key_anchor = getattr(event, "value", ""), key.anchor
            entry.is_merge = entry.key == MERGE and key.style == ""
            node.entries.append(entry)
            entry.is_explicit = text[begin] == "?" and begin < key.start
            node.is_whole |= key.shape is Shape.ALIAS or (entry.is_explicit and not has_colon)
            position = node.end = max(value.end, entry.after)
        node.end = event.end_mark.index if node.is_flow and not is_bare else node.end
