"""A regular expression as a tree: what it is made of, for those who make up texts or count.

What it does not know (back references, flags) it reads as nothing. Whoever
relies on the tree checks what comes of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

ENDLESS = 1 << 30
"""The most copies where a pattern names no limit."""

_GROUP_MARK = re.compile(r"\?(?:P<\w+>|<\w+>|[:>]|[aiLmsux]+(?:-[imsx]+)?:|(?:<?[=!]))")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{(\d*)(,?)(\d*)\})[?+]?")
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\d{1,3}|.)", re.DOTALL)
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_NOTHING_WIDE = frozenset("AbBZ123456789")


@dataclass(frozen=True)
class Sign:
    """One character of those that a text of the pattern's, such as `[a-z]`, stands for."""

    text: str


@dataclass(frozen=True)
class Either:
    """One of several nodes."""

    ways: tuple[Node, ...]


@dataclass(frozen=True)
class Row:
    """Nodes one after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Times:
    """A node so many times over, from `low` to `high`."""

    node: Node
    low: int
    high: int


@dataclass(frozen=True)
class Around:
    """What must or must not stand there, without being part of the match."""

    node: Node


Node: TypeAlias = Sign | Either | Row | Times | Around
_NOTHING = Row(())


def pattern_tree(pattern: str) -> Node | None:
    """Return the tree of a regular expression, None where it is none or cannot be read."""
    try:
        re.compile(pattern)
        node, end = _alternatives(pattern, 0)
    except (re.error, RecursionError, IndexError, ValueError, OverflowError):
        return None
    return node if end == len(pattern) else None


def _alternatives(pattern: str, at: int) -> tuple[Node, int]:
    ways: list[Node] = []
    parts: list[Node] = []
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            ways.append(Row(tuple(parts)))
            parts, at = [], at + 1
            continue
        node, at = _atom(pattern, at)
        node, at = _repeated(pattern, node, at)
        parts.append(node)
    ways.append(Row(tuple(parts)))
    return (Either(tuple(ways)) if len(ways) > 1 else ways[0]), at


def _atom(pattern: str, at: int) -> tuple[Node, int]:
    sign = pattern[at]
    if sign == "(":
        return _group(pattern, at)
    if sign in "^$":
        return _NOTHING, at + 1
    for form in (_CLASS, _ESCAPE):
        if found := form.match(pattern, at):
            text = found[0]
            is_wide = text[0] != "\\" or text[1] not in _NOTHING_WIDE
            return (Sign(text) if is_wide else _NOTHING), found.end()
    return Sign(sign if sign == "." else re.escape(sign)), at + 1


def _group(pattern: str, at: int) -> tuple[Node, int]:
    mark = _GROUP_MARK.match(pattern, at + 1)
    if mark is None and pattern.startswith("?", at + 1):
        return _NOTHING, pattern.index(")", at) + 1  # flags, a comment, a back reference
    node, end = _alternatives(pattern, mark.end() if mark else at + 1)
    looks_around = mark is not None and mark[0][-1] in "=!"
    return (Around(node) if looks_around else node), end + 1


def _repeated(pattern: str, node: Node, at: int) -> tuple[Node, int]:
    found = _QUANTIFIER.match(pattern, at)
    if found is None:
        return node, at
    return Times(node, *_limits(found)), found.end()


def _limits(found: re.Match[str]) -> tuple[int, int]:
    match found[0][0]:
        case "*":
            return 0, ENDLESS
        case "+":
            return 1, ENDLESS
        case "?":
            return 0, 1
    low = int(found[1] or 0)
    if not found[2]:
        return low, low
    return low, int(found[3]) if found[3] else ENDLESS
