"""Text in columns: how wide it is, where it is cut, how it is broken into lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

LEAST_WIDTH = 40
"""Columns below which a report is laid out no narrower; the terminal wraps it then."""
WIDEST_PROSE = 100
"""Columns of a sentence, however wide the terminal: longer lines are hard to read."""
CUT = "…"
_WORD = re.compile(r"\S+")


def columns(text: str) -> int:
    """Return how many columns a terminal takes for `text`: East Asian wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(map(_columns_of, text))


def _columns_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, room: int) -> str:
    """Return `text`, its end cut off where it takes more than `room` columns."""
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
    """Return `text`, its beginning cut off where it takes more than `room` columns."""
    if columns(text) <= room:
        return text
    return cut(text[::-1], room)[::-1]


def cut_inside(text: str, room: int) -> str:
    """Return `text`, its middle cut out where it takes more than `room` columns.

    For names side by side: those that are long often differ in their ends.
    """
    if columns(text) <= room:
        return text
    end = cut_before(text, room // 2).removeprefix(CUT)
    return cut(text, room - columns(end)) + end


def folded(
    text: str, width: int, *, first: str = "", others: str = "", word: re.Pattern[str] = _WORD
) -> Iterator[str]:
    """Yield a sentence in lines of at most `width` columns, broken between words only.

    The first line begins with `first`, the others with `others`. `word` says
    what stays together. A word that is longer than a line stands on one of its
    own: ids and pointers stay whole.
    """
    width, line, empty = min(width, WIDEST_PROSE), first, True
    for piece in word.findall(text):
        if not empty and columns(line) + 1 + columns(piece) > width:
            yield line
            line, empty = others, True
        line = line + piece if empty else f"{line} {piece}"
        empty = False
    yield line


def gathered(pieces: Iterable[tuple[str, str]], width: int, indent: str) -> list[str]:
    """Return pieces in as few lines as they fit into, two spaces apart, none of them broken.

    A piece is what it says and how that is painted. Lines after the first
    begin with `indent`.
    """
    lines: list[str] = []
    taken = 0
    for plain, painted in pieces:
        if lines and taken + 2 + columns(plain) <= width:
            lines[-1] += "  " + painted
            taken += 2 + columns(plain)
        else:
            pad = indent if lines else ""
            lines.append(pad + painted)
            taken = len(pad) + columns(plain)
    return lines
