"""A node of a YAML file, with its positions. `layout` builds the tree of them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from msgspec import Struct, field

from reconciler.model.checks import CheckName


class Shape(Enum):
    """The type of a node."""

    SCALAR = "scalar"
    ALIAS = "alias"
    LIST = "list"
    OBJECT = "object"


class LayoutError(ValueError):
    """Valid YAML that is not supported, from `position` on."""

    def __init__(self, position: int, message: str, fix: str, check: CheckName) -> None:
        super().__init__(message)
        self.position = position
        self.fix = fix
        self.check = check


class Node(Struct, eq=False):
    """A node: its positions, its type, and the nodes below it."""

    shape: Shape
    start: int
    """Where it begins, its anchor and tag included."""
    body: int
    """Where it begins behind its anchor and tag."""
    end: int
    """Where it ends; a block collection ends where its last entry does."""
    anchor: str = ""
    name: str = ""
    """The anchor that an alias names."""
    tag: str = ""
    text: str = ""
    """The string of a scalar, without quotes and escapes."""
    style: str = ""
    """A scalar's quote, `|` or `>`; empty for a plain one."""
    is_flow: bool = False
    is_whole: bool = False
    """Its entries cannot be edited one by one: see `_Building.mapping`."""
    entries: list[Entry] = field(default_factory=list)

    @property
    def is_block(self) -> bool:
        """Return True for a block collection and for a block scalar, which have their own lines."""
        return self.style in ("|", ">") or (bool(self.entries) and not self.is_flow)

    def below(self) -> Iterator[Node]:
        """Yield this node and every node within it, in document order."""
        yield self
        for entry in self.entries:
            yield from entry.value.below()


class Entry(Struct, eq=False):
    """An element of a list or a member of an object."""

    start: int
    """Where its dash or its key begins, or the question mark before the key."""
    after: int
    """Behind its dash or its colon."""
    value: Node
    key_node: Node | None = None
    is_merge: bool = False
    is_explicit: bool = False
    """A question mark precedes the key."""
    has_colon: bool = True

    @property
    def key(self) -> str:
        """The key's value; empty for an element, and for a key that is not a scalar."""
        return self.key_node.text if self.key_node else ""

    @property
    def key_anchor(self) -> str:
        """The anchor of the key."""
        return self.key_node.anchor if self.key_node else ""
