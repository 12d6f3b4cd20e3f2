"""Strings that a regular expression matches, short ones and of every kind that it names.

A sampler, no decision: whoever takes a sample checks it. What it does not know
(lookarounds, back references) it leaves out of the sample.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

PALETTE = "aA0bZz95 -_./:@x"
"""The characters that a class is represented by, beside those that the patterns name."""

_MOST_COPIES = 300
_MOST_SAMPLES = 60
_GROUP_MARK = re.compile(r"\?(?:P<\w+>|<\w+>|[:>]|[aiLmsux]+(?:-[imsx]+)?:|(?:<?[=!]))")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{(\d*)(,?)(\d*)\})[?+]?")
_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\d{1,3}|.)", re.DOTALL)
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_NOTHING_WIDE = frozenset("AbBZ")

Choose: TypeAlias = Callable[[int], int]
"""Takes how many ways there are at this point, and returns the one to go."""


@dataclass(frozen=True)
class _Either:
    """One of several nodes."""

    ways: tuple[_Node, ...]


@dataclass(frozen=True)
class _Row:
    """Nodes one after the other."""

    parts: tuple[_Node, ...]


@dataclass(frozen=True)
class _Times:
    """A node so many times over."""

    node: _Node
    counts: tuple[int, ...]


_Node: TypeAlias = str | _Either | _Row | _Times


def samples(pattern: str, lengths: Collection[int] = (), palette: str | None = None) -> list[str]:
    """Return strings that `re.search` most likely finds the pattern in.

    The first is the shortest; the others differ from it in one choice each.
    `lengths` are tried wherever the pattern leaves a number of copies open, the
    characters of `palette` wherever it leaves the character open.
    """
    palette = palette_of([pattern]) if palette is None else palette
    try:
        re.compile(pattern)
        node, _ = _alternatives(_Reader(pattern, sorted(set(lengths)), palette), 0)
    except (re.error, RecursionError, IndexError):
        return []
    made: dict[str, None] = {}
    ways: list[int] = []
    made[_written(node, _recording(ways))] = None
    most = max(ways, default=1)
    for chosen in range(1, min(most, 8)):
        made[_written(node, lambda count, way=chosen: min(way, count - 1))] = None  # type: ignore[misc]
    for place, count in enumerate(ways):
        for way in range(1, count):
            if len(made) >= _MOST_SAMPLES:
                return list(made)
            made[_written(node, _differing(place, way))] = None
    return list(made)


def _recording(ways: list[int]) -> Choose:
    def choose(count: int) -> int:
        ways.append(count)
        return 0

    return choose


def _differing(place: int, way: int) -> Choose:
    seen = -1

    def choose(count: int) -> int:
        nonlocal seen
        seen += 1
        return min(way, count - 1) if seen == place else 0

    return choose


def _written(node: _Node, choose: Choose) -> str:
    match node:
        case str():
            return node[choose(len(node))] if node else ""
        case _Either(ways):
            return _written(ways[choose(len(ways))], choose)
        case _Row(parts):
            return "".join(_written(part, choose) for part in parts)
        case _Times(inner, counts):
            return "".join(_written(inner, choose) for _ in range(counts[choose(len(counts))]))


@dataclass(frozen=True)
class _Reader:
    pattern: str
    lengths: Sequence[int]
    palette: str


def _alternatives(reader: _Reader, at: int) -> tuple[_Node, int]:
    ways: list[_Node] = []
    parts: list[_Node] = []
    pattern = reader.pattern
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            ways.append(_Row(tuple(parts)))
            parts, at = [], at + 1
            continue
        node, at = _atom(reader, at)
        node, at = _repeated(reader, node, at)
        parts.append(node)
    ways.append(_Row(tuple(parts)))
    return (_Either(tuple(ways)) if len(ways) > 1 else ways[0]), at


def _atom(reader: _Reader, at: int) -> tuple[_Node, int]:
    pattern = reader.pattern
    sign = pattern[at]
    if sign == "(":
        return _group(reader, at)
    if sign in "^$":
        return "", at + 1
    for form in (_CLASS, _ESCAPE):
        if found := form.match(pattern, at):
            return _characters(reader, found[0]), found.end()
    return (_characters(reader, sign) if sign == "." else sign), at + 1


def _group(reader: _Reader, at: int) -> tuple[_Node, int]:
    mark = _GROUP_MARK.match(reader.pattern, at + 1)
    if mark is None and reader.pattern.startswith("?", at + 1):
        return "", reader.pattern.index(")", at) + 1  # flags, a comment, a back reference
    node, end = _alternatives(reader, mark.end() if mark else at + 1)
    looks_around = mark is not None and mark[0][-1] in "=!"
    return ("" if looks_around else node), end + 1


def _characters(reader: _Reader, text: str) -> str:
    """Return the characters that represent a class, an escape or a dot, the likeliest first."""
    if text[0] == "\\" and (text[1] in _NOTHING_WIDE or text[1] in "123456789"):
        return ""
    form = re.compile(text)
    return "".join(c for c in reader.palette if form.fullmatch(c)) or next(
        (chr(code) for code in range(0x250) if form.fullmatch(chr(code))), ""
    )


def _repeated(reader: _Reader, node: _Node, at: int) -> tuple[_Node, int]:
    found = _QUANTIFIER.match(reader.pattern, at)
    if found is None:
        return node, at
    low, high = _limits(found)
    counts = {low, min(low + 1, high), *(n for n in reader.lengths if low <= n <= high)}
    if high <= _MOST_COPIES:
        counts |= {high, max(low, high - 1)}
    ordered = tuple(sorted(count for count in counts if count <= _MOST_COPIES))
    return _Times(node, ordered or (0,)), found.end()


def _limits(found: re.Match[str]) -> tuple[int, int]:
    endless = 1 << 30
    match found[0][0]:
        case "*":
            return 0, endless
        case "+":
            return 1, endless
        case "?":
            return 0, 1
    low = int(found[1] or 0)
    if not found[2]:
        return low, low
    return low, int(found[3]) if found[3] else endless


def palette_of(patterns: Collection[str]) -> str:
    """Return the characters that tell these patterns apart: theirs, and the next ones over."""
    own = {
        chr(code)
        for pattern in patterns
        for sign in pattern
        for code in (ord(sign) - 1, ord(sign), ord(sign) + 1)
        if 32 <= code < 0xD800
    }
    return PALETTE + "".join(sorted(own - set(PALETTE)))
