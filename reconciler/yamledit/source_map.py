"""The position of a JSON Pointer in a YAML file. Only asked for once there is a problem."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from reconciler.model.pointers import Pointer
from reconciler.yamledit.node import LayoutError, Node, Shape
from reconciler.yamledit.source_lines import Lines


class SourceMap:
    """Lines and columns, from 1, of the values in one YAML file, which is parsed once."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text)

    @cached_property
    def _root(self) -> Node | None:
        from ruamel.yaml.error import YAMLError

        from reconciler.yamledit.layout import parsed_layout

        try:
            return parsed_layout(self._lines)
        except (YAMLError, LayoutError, RecursionError):
            return None

    @cached_property
    def _anchors(self) -> dict[str, Node]:
        nodes = self._root.below() if self._root else ()
        return {node.anchor: node for node in nodes if node.anchor}

    def place(self, pointer: Pointer, *, key: bool = False) -> tuple[int, int]:
        """Return the place of a value, or with `key` of the key before it.

        Where the pointer matches nothing it is the place of the closest value above.
        """
        if self._root is None:
            return 1, 1
        node, at_key = self._root, self._root.start
        for token in pointer:
            found = self._child(node, token)
            if found is None:
                break
            at_key, node = found
        return self._lines.place(at_key if key else node.start)

    def has(self, pointer: Pointer) -> bool:
        """Return True if the pointer matches a value."""
        return self._node(pointer) is not None

    def source(self, pointer: Pointer) -> str | None:
        """Return a scalar as the file writes it (`1.0`), or None if it is not one."""
        node = self._node(pointer)
        return node.text if node is not None and node.shape is Shape.SCALAR else None

    def _node(self, pointer: Pointer) -> Node | None:
        node = self._root
        for token in pointer:
            found = None if node is None else self._child(node, token)
            if found is None:
                return None
            node = found[1]
        return self._target(node) if node else None

    def is_outside_values(self, line: int, column: int) -> bool:
        """Return True if a position is outside of scalars, so that `#` starts a comment."""
        position = self._lines.position(line, column)
        for node in _scalars(self._root) if self._root else ():
            if node.start <= position < node.end:
                # A block scalar begins with its indicator; a comment may follow in that line.
                return node.style in ("|", ">") and position < self._lines.end(node.body)
        return True

    def _target(self, node: Node) -> Node:
        """Return the node that an alias refers to, or the node itself."""
        return self._anchors.get(node.name, node) if node.shape is Shape.ALIAS else node

    def _child(self, node: Node, token: str) -> tuple[int, Node] | None:
        """Return the position of the key, and the value, below a collection or what it merges."""
        node = self._target(node)
        if node.shape is Shape.LIST:
            if token.isdecimal() and int(token) < len(node.entries):
                element = node.entries[int(token)].value
                return element.start, element
            return None
        for entry in node.entries:
            if entry.key == token and entry.key_node and not entry.is_merge:
                return entry.key_node.start, entry.value
        merged = (
            source
            for entry in node.entries
            if entry.is_merge
            for source in self._merged(entry.value)
        )
        found = (self._child(source, token) for source in merged)
        return next((child for child in found if child is not None), None)

    def _merged(self, node: Node) -> Iterator[Node]:
        node = self._target(node)
        if node.shape is Shape.LIST:
            yield from (entry.value for entry in node.entries)
        else:
            yield node


def _scalars(root: Node) -> Iterator[Node]:
    for node in root.below():
        if node.shape is Shape.SCALAR:
            yield node
        yield from (entry.key_node for entry in node.entries if entry.key_node)
