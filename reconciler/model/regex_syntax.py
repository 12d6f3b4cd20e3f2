r"""An ECMA-262 regular expression as a tree of what it matches.

Whether a pattern is valid is decided by `regress` (see `patterns`). This parser
reads valid patterns only, and returns None for what it does not know:
modifiers, `\k<name>`, and the set notation of the `v` flag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

from reconciler.model.character_sets import (
    CLASSES,
    LINE_ENDS,
    Ranges,
    inverse,
    property_ranges,
    union,
)

UNLIMITED = 1 << 30
"""The upper limit of a repetition without one."""


class Chars(Struct, frozen=True):
    """One character out of a set."""

    ranges: Ranges


class Either(Struct, frozen=True):
    """One of several alternatives."""

    ways: tuple[Node, ...]


class Concatenation(Struct, frozen=True):
    """Nodes one after the other."""

    parts: tuple[Node, ...]


class Times(Struct, frozen=True):
    """A node repeated, from `low` to `high` times."""

    node: Node
    low: int
    high: int


class Group(Struct, frozen=True):
    """A node whose match a back reference may repeat; groups count from 1."""

    node: Node
    number: int


class Look(Struct, frozen=True):
    """What must (`holds`) or must not match here, ahead or behind, without being consumed."""

    node: Node
    ahead: bool
    holds: bool


class Mark(Struct, frozen=True):
    """A position: `^`, `$`, `b` for a word boundary, `B` for its opposite."""

    sign: str


class BackReference(Struct, frozen=True):
    """The string that a group matched, by the group's number."""

    group: int


Node: TypeAlias = Chars | Either | Concatenation | Times | Group | Look | Mark | BackReference

_GROUP = re.compile(r"\((?:\?(?:(?P<look><?[=!])|<[^>=!]+>|(?P<plain>:)))?")
_LIMITS = {"*": (0, UNLIMITED), "+": (1, UNLIMITED), "?": (0, 1)}
_QUANTIFIER = re.compile(r"(?:[*+?]|\{(\d+)(,?)(\d*)\})\??")
_HEX = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))")
_BRACED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
_LOW_SURROGATE = re.compile(r"\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_PROPERTY = re.compile(r"\\[pP]\{[^}]*\}")
_DECIMAL = re.compile(r"\\([1-9]\d*)")
_CONTROL = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}


class _UnknownSyntaxError(Exception):
    """The pattern uses what this parser does not know."""


@lru_cache(maxsize=1024)
def parse_pattern(pattern: str, *, unicode: bool) -> Node | None:
    """Return the tree of a valid pattern, or None if it uses what this parser does not know.

    `unicode`: the pattern is read with the `u` flag.
    """
    try:
        parser = _Parser(pattern, unicode)
        node = parser.alternatives()
    except (_UnknownSyntaxError, RecursionError, IndexError, ValueError):
        return None
    return node if parser.at == len(pattern) else None


class _Parser:
    """Reads one pattern from left to right; `at` is the position of what comes next."""

    def __init__(self, pattern: str, unicode: bool) -> None:
        self._pattern = pattern
        self._unicode = unicode
        self._groups = len(re.findall(r"(?<!\\)\((?!\?)|\(\?<(?![=!])", pattern))
        self._opened = 0
        self.at = 0

    def alternatives(self) -> Node:
        ways: list[Node] = []
        parts: list[Node] = []
        while self.at < len(self._pattern) and self._pattern[self.at] != ")":
            if self._pattern[self.at] == "|":
                ways.append(Concatenation(tuple(parts)))
                parts, self.at = [], self.at + 1
                continue
            parts.append(self._repeated(self._atom()))
        ways.append(Concatenation(tuple(parts)))
        return Either(tuple(ways)) if len(ways) > 1 else ways[0]

    def _take(self, form: re.Pattern[str]) -> re.Match[str] | None:
        """Return what a form matches here, and move behind it."""
        found = form.match(self._pattern, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def _atom(self) -> Node:
        sign = self._pattern[self.at]
        if sign == "(":
            return self._group()
        if sign == "[":
            return Chars(self._class())
        if sign == "\\":
            return self._escape()
        self.at += 1
        if sign in "^$":
            return Mark(sign)
        if sign == ".":
            return Chars(inverse(LINE_ENDS))
        return Chars(((ord(sign), ord(sign)),))

    def _group(self) -> Node:
        opened = self._take(_GROUP)
        assert opened is not None  # noqa: S101 - it begins with a parenthesis
        if opened[0] == "(" and self._pattern.startswith("?", self.at):
            raise _UnknownSyntaxError
        look, is_plain = opened["look"], opened["plain"]
        if not look and not is_plain:
            self._opened += 1
        number = self._opened
        node = self.alternatives()
        if self._pattern[self.at] != ")":
            raise _UnknownSyntaxError
        self.at += 1
        if look:
            return Look(node, ahead=look[0] != "<", holds=look[-1] == "=")
        return node if is_plain else Group(node, number)

    def _repeated(self, node: Node) -> Node:
        found = self._take(_QUANTIFIER)
        return node if found is None else Times(node, *_limits(found))

    def _escape(self) -> Node:
        sign = self._pattern[self.at + 1]
        if sign in "bB":
            self.at += 2
            return Mark(sign)
        if number := self._take(_DECIMAL):
            if int(number[1]) > self._groups:
                raise _UnknownSyntaxError  # an octal escape of old scripts
            return BackReference(int(number[1]))
        if sign == "k":
            raise _UnknownSyntaxError
        return Chars(self._escaped())

    def _escaped(self) -> Ranges:
        """Read an escape for a set of characters, inside a class or outside."""
        sign = self._pattern[self.at + 1]
        if sign in CLASSES:
            self.at += 2
            return CLASSES[sign]
        if self._unicode and (named := self._take(_PROPERTY)):
            return property_ranges(named[0])
        code = self._code()
        return ((code, code),)

    def _code(self) -> int:
        """Read one character, escaped or plain, and return its code point."""
        sign = self._pattern[self.at]
        if sign != "\\":
            self.at += 1
            return ord(sign)
        if found := self._take(_HEX):
            return self._pair(int(found[1] or found[2], 16))
        if self._unicode and (found := self._take(_BRACED)):
            return int(found[1], 16)
        sign = self._pattern[self.at + 1]
        if sign == "c":
            self.at += 3
            return ord(self._pattern[self.at - 1]) % 32
        if sign.isdigit() and (sign != "0" or self._pattern[self.at + 2 : self.at + 3].isdigit()):
            raise _UnknownSyntaxError  # an octal escape of old scripts
        self.at += 2
        return _CONTROL.get(sign, ord(sign))

    def _pair(self, code: int) -> int:
        """Return the code point of a surrogate pair, if a second half follows the first."""
        if 0xD800 <= code < 0xDC00 and (low := self._take(_LOW_SURROGATE)):
            return 0x10000 + ((code - 0xD800) << 10) + int(low[1], 16) - 0xDC00
        return code

    def _class(self) -> Ranges:
        self.at += 1
        is_negative = self._pattern.startswith("^", self.at)
        self.at += is_negative
        found: list[tuple[int, int]] = []
        while self._pattern[self.at] != "]":
            first = self._class_atom()
            is_range = self._pattern[self.at] == "-" and self._pattern[self.at + 1] != "]"
            if not is_range:
                found += first
                continue
            self.at += 1
            last = self._class_atom()
            if len(first) == len(last) == 1 and first[0][0] == first[0][1]:
                found.append((first[0][0], last[0][1]))
            else:  # `[\w-.]`: a hyphen beside a class is itself
                found += [*first, (45, 45), *last]
        self.at += 1
        ranges = union(found)
        return inverse(ranges) if is_negative else ranges

    def _class_atom(self) -> Ranges:
        if self._pattern.startswith("\\b", self.at):
            self.at += 2
            return ((8, 8),)
        if self._pattern[self.at] == "\\":
            return self._escaped()
        code = self._code()
        return ((code, code),)


def nodes_of(tree: Node) -> Iterator[Node]:
    """Yield a node and every node within it."""
    yield tree
    match tree:
        case Either(inner) | Concatenation(inner):
            for node in inner:
                yield from nodes_of(node)
        case Times(node) | Group(node) | Look(node):
            yield from nodes_of(node)


def match_lengths(node: Node) -> tuple[int, int]:
    """Return the least and the most characters that a node consumes, capped at `UNLIMITED`."""
    match node:
        case Chars():
            return 1, 1
        case Either(ways):
            lows, highs = zip(*map(match_lengths, ways), strict=True)
            return min(lows), max(highs)
        case Concatenation(parts):
            found = [match_lengths(part) for part in parts]
            return sum(low for low, _ in found), min(sum(high for _, high in found), UNLIMITED)
        case Group(inner):
            return match_lengths(inner)
        case Times(inner, low, high):
            least, most = match_lengths(inner)
            return least * low, min(most * high, UNLIMITED)
        case BackReference():
            return 0, UNLIMITED
    return 0, 0


def _limits(found: re.Match[str]) -> tuple[int, int]:
    if found[0][0] in _LIMITS:
        return _LIMITS[found[0][0]]
    low = int(found[1])
    if not found[2]:
        return low, low
    return low, int(found[3]) if found[3] else UNLIMITED
