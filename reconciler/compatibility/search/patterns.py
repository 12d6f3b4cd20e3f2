"""Strings that a regular expression matches, short ones and of every kind that it names.

These are samples: the caller checks that the pattern matches them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct, field

from reconciler.model.character_sets import Ranges
from reconciler.model.patterns import pattern_tree
from reconciler.model.regex_syntax import (
    BackReference,
    Chars,
    Concatenation,
    Either,
    Group,
    Look,
    Node,
    Times,
)

PALETTE = "aA0bZz95 -_./:@x"
"""The characters that a class is represented by, beside those that the patterns name."""

_MOST_COPIES = 300
_MOST_GROUPS = 20
"""Copies of what is more than one character: groups within groups multiply."""
_MOST_SAMPLES = 60

Choose: TypeAlias = Callable[[int], int]
"""Takes how many ways there are at this point, and returns the one to go."""


@lru_cache(maxsize=512)
def samples(pattern: str, lengths: frozenset[int], palette: str) -> list[str]:
    """Return strings that the pattern most likely matches.

    The first is the shortest; the others differ from it in one choice each.
    `lengths` are tried wherever the pattern leaves a number of copies open, the
    characters of `palette` wherever it leaves the character open.
    """
    tree = pattern_tree(pattern)
    if tree is None:
        return []
    writer = _Writer(tuple(sorted(lengths)), palette)
    ways: list[int] = []
    made = {writer.text(tree, _recording(ways)): None}
    for chosen in range(1, min(max(ways, default=1), 8)):
        made[writer.text(tree, _everywhere(chosen))] = None
    for place, count in enumerate(ways):
        for way in range(1, count):
            if len(made) >= _MOST_SAMPLES:
                return list(made)
            made[writer.text(tree, _differing(place, way))] = None
    return list(made)


class _Writer(Struct, frozen=True):
    """Writes strings of a tree, choosing from numbers of copies and from characters."""

    lengths: tuple[int, ...]
    palette: str
    groups: dict[int, str] = field(default_factory=dict)

    def text(self, node: Node, choose: Choose) -> str:
        """Return one text, each choice being made by `choose`."""
        match node:
            case Chars(ranges):
                options = _characters(ranges, self.palette)
                return options[choose(len(options))] if options else ""
            case Either(ways):
                return self.text(ways[choose(len(ways))], choose)
            case Concatenation(parts):
                return "".join(self.text(part, choose) for part in parts)
            case Times(inner, low, high):
                counts = self._counts(
                    low, high, _MOST_COPIES if isinstance(inner, Chars) else _MOST_GROUPS
                )
                return "".join(self.text(inner, choose) for _ in range(counts[choose(len(counts))]))
            case Group(inner, number):
                text = self.groups[number] = self.text(inner, choose)
                return text
            case BackReference(group):
                return self.groups.get(group, "")
            case Look(inner, ahead=False, holds=True):
                return self.text(inner, choose)
            case _:
                return ""

    def _counts(self, low: int, high: int, most: int) -> list[int]:
        counts = {low, low + 1, high - 1, high, *self.lengths}
        return sorted(n for n in counts if low <= n <= min(high, most)) or [most]


@lru_cache(maxsize=512)
def _characters(ranges: Ranges, palette: str) -> str:
    """Return the characters that represent a set, the likeliest first."""
    known = "".join(
        sign for sign in palette if any(low <= ord(sign) <= high for low, high in ranges)
    )
    return known or (chr(ranges[0][0]) if ranges else "")


def _recording(ways: list[int]) -> Choose:
    def choose(count: int) -> int:
        ways.append(count)
        return 0

    return choose


def _everywhere(way: int) -> Choose:
    return lambda count: min(way, count - 1)


def _differing(place: int, way: int) -> Choose:
    seen = -1

    def choose(count: int) -> int:
        nonlocal seen
        seen += 1
        return min(way, count - 1) if seen == place else 0

    return choose


def palette_of(patterns: Collection[str]) -> str:
    """Return the characters that distinguish these patterns: theirs, and their neighbors."""
    own = {
        chr(code)
        for pattern in patterns
        for sign in pattern
        for code in (ord(sign) - 1, ord(sign), ord(sign) + 1)
        if 32 <= code < 0xD800
    }
    return PALETTE + "".join(sorted(own - set(PALETTE)))
