"""Strings in columns of a terminal: their width, where they are cut, how they are folded."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

LEAST_WIDTH = 40
"""Columns of the narrowest layout; a narrower terminal wraps by itself."""
UNWRAPPED = 1_000_000
"""The width of output that is not a terminal: sentences stay on one line each."""
WIDEST_PROSE = 100
"""Columns of a sentence, however wide the terminal: longer lines are hard to read."""
CUT = "…"
_WORD = re.compile(r"\S+")
_COLOR = re.compile(r"\x1b\[[\d;]+m")


def columns(text: str) -> int:
    """Return how many columns a terminal needs: East Asian wide characters take two, color none."""
    if "\x1b" in text:
        text = _COLOR.sub("", text)
    if text.isascii():
        return len(text)
    return sum(map(_columns_of, text))


def _columns_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, room: int) -> str:
    """Return `text`, cut at its end if it takes more than `room` columns."""
    if columns(text) <= room:
        return text
    taken, kept = 1, 0
    for character in text:
        taken += _columns_of(character)
        if taken > room:
            break
        kept += 1
    return text[:kept] + CUT


def cut_before(text: str, room: int) -> str:
    """Return `text`, cut at its beginning if it takes more than `room` columns."""
    if columns(text) <= room:
        return text
    return cut(text[::-1], room)[::-1]


def cut_inside(text: str, room: int) -> str:
    """Return `text`, cut in its middle if it takes more than `room` columns.

    For names in a table: long ones often differ at their ends.
    """
    if columns(text) <= room:
        return text
    end = cut_before(text, room // 2).removeprefix(CUT)
    return cut(text, room - columns(end)) + end


def folded(
    text: str, width: int, *, first: str = "", others: str = "", word: re.Pattern[str] = _WORD
) -> Iterator[str]:
    """Yield a sentence in lines of at most `width` columns, broken between words only.

    The first line begins with `first`, the others with `others`. `word` matches
    what stays together. A word that is longer than a line gets its own line:
    ids and pointers stay whole.
    """
    width = width if width >= UNWRAPPED else min(width, WIDEST_PROSE)
    line, is_empty = first, True
    for piece in word.findall(text):
        if not is_empty and columns(line) + 1 + columns(piece) > width:
            yield line
            line, is_empty = others, True
        line = line + piece if is_empty else f"{line} {piece}"
        is_empty = False
    yield line


def folded_lines(lines: Iterable[str], width: int, indent: str = "") -> Iterator[str]:
    """Yield lines of a message, indented. Sentences are folded, lines to copy stay whole.

    A line to copy, such as a command, begins with two spaces.
    """
    for line in lines:
        if line.startswith("  "):
            yield indent + line
        else:
            yield from folded(line, width, first=indent, others=indent + "  ")
