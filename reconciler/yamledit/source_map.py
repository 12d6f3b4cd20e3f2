"""Where in a YAML text a JSON Pointer stands. Only asked once there is something to say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from reconciler.model.pointers import Pointer


class SourceMap:
    """Lines and columns (1-based) of the values in one YAML text, found by composing it once."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _root(self) -> Any:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError

        try:
            return YAML(typ="safe", pure=False).compose(self.text)
        except (YAMLError, RecursionError):
            return None

    def place(self, pointer: Pointer, *, key: bool = False) -> tuple[int, int]:
        """Return the place of a value, or with `key` of the key before it.

        Where the pointer leads nowhere it is the place of what is nearest above.
        """
        node, at_key = self._root, self._root
        if node is None:
            return 1, 1
        for token in pointer:
            found = _child(node, token)
            if found is None:
                break
            at_key, node = found
        mark = (at_key if key else node).start_mark
        return mark.line + 1, mark.column + 1

    def has(self, pointer: Pointer) -> bool:
        """Say whether the pointer leads somewhere."""
        return self._node(pointer) is not None

    def source(self, pointer: Pointer) -> str | None:
        """Return a scalar as the file writes it (`1.0`), or None where there is none."""
        node = self._node(pointer)
        return node.value if node is not None and isinstance(node.value, str) else None

    def _node(self, pointer: Pointer) -> Any:
        node = self._root
        for token in pointer:
            found = None if node is None else _child(node, token)
            if found is None:
                return None
            node = found[1]
        return node

    def is_outside_values(self, line: int, column: int) -> bool:
        """Say whether a place is in no scalar: what looks like a comment there is one."""
        before = (line - 1, column - 1)
        for node in _scalars(self._root, set()):
            start, end = node.start_mark, node.end_mark
            if (start.line, start.column) <= before < (end.line, end.column):
                # A block scalar begins with its indicator; a comment may follow in that line.
                return node.style in ("|", ">") and line - 1 == start.line
        return True


def _scalars(node: Any, seen: set[int]) -> Iterator[Any]:
    from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, SequenceNode):
        for element in node.value:
            yield from _scalars(element, seen)
    elif isinstance(node, MappingNode):
        for pair in node.value:
            for part in pair:
                yield from _scalars(part, seen)


def _child(node: Any, token: str) -> tuple[Any, Any] | None:
    """Return the key's and the value's node below a collection, through merge keys."""
    from ruamel.yaml.nodes import MappingNode, SequenceNode

    if isinstance(node, SequenceNode):
        if token.isdecimal() and int(token) < len(node.value):
            element = node.value[int(token)]
            return element, element
        return None
    if not isinstance(node, MappingNode):
        return None
    for key, value in node.value:
        if key.value == token:
            return key, value
    return next(
        (found for merged in _merged(node) if (found := _child(merged, token)) is not None), None
    )


def _merged(node: Any) -> Iterator[Any]:
    from ruamel.yaml.nodes import SequenceNode

    for key, value in node.value:
        if key.tag == "tag:yaml.org,2002:merge":
            yield from value.value if isinstance(value, SequenceNode) else [value]
