"""Sets of characters, as ranges of code points: those that ECMA-262 has escapes for."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

LAST_CODE_POINT = 0x10FFFF

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Code points as sorted, disjoint, inclusive ranges."""


def inverse(ranges: Ranges) -> Ranges:
    """Return all other characters."""
    found, start = [], 0
    for low, high in ranges:
        if start < low:
            found.append((start, low - 1))
        start = high + 1
    if start <= LAST_CODE_POINT:
        found.append((start, LAST_CODE_POINT))
    return tuple(found)


def union(ranges: list[tuple[int, int]]) -> Ranges:
    """Return ranges, which may overlap, as sorted and disjoint ones."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


_DIGITS: Ranges = ((48, 57),)
_WORDS: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACES: Ranges = (
    *((9, 13), (32, 32), (160, 160), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029)),
    *((0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)),
)
CLASSES = {"d": _DIGITS, "w": _WORDS, "s": _SPACES}
CLASSES |= {name.upper(): inverse(ranges) for name, ranges in CLASSES.items()}
LINE_ENDS: Ranges = ((10, 10), (13, 13), (0x2028, 0x2029))


@lru_cache(maxsize=32)
def property_ranges(escape: str) -> Ranges:
    r"""Return the characters of a `\p{…}`, which `regress` knows."""
    from regress import Regex

    everything = "".join(
        chr(code) for code in range(LAST_CODE_POINT + 1) if not 0xD800 <= code < 0xE000
    )
    encoded = everything.encode()  # a match's range counts bytes
    matches = Regex(f"{escape}+", "u").find_iter(everything) or ()
    runs = [encoded[found.range()].decode() for found in matches]
    return union([(ord(run[0]), ord(run[-1])) for run in runs])
