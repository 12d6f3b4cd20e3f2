"""The lines of a YAML file: where one begins and ends, and where its comment begins."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter

BREAK = re.compile("\r\n|[\n\r]")
"""What ends a line of YAML 1.2 (section 5.4)."""
_TRIVIA = re.compile("(?:[ \t\r\n]|#[^\r\n]*)*")
_BLANKS = re.compile("[ \t]*")


def lines_of(text: str) -> list[str]:
    """Return the lines of a string, without their ends."""
    return BREAK.split(text)


class Lines:
    """One string and its lines. Positions are indices into the string."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = [*BREAK.finditer(text)]
        self._starts = [0, *(match.end() for match in found)]
        ends = Counter(match.group() for match in found)
        self.newline = max(ends, key=ends.__getitem__) if ends else "\n"
        """What ends most lines, and so every line that is added."""

    def place(self, position: int) -> tuple[int, int]:
        """Return line and column of a position, from 1."""
        number = bisect_right(self._starts, position)
        return number, position - self._starts[number - 1] + 1

    def position(self, line: int, column: int) -> int:
        """Return the position of a line and column, from 1."""
        return self._starts[line - 1] + column - 1

    def start(self, position: int) -> int:
        """Return where the line that holds a position begins."""
        return self._starts[bisect_right(self._starts, position) - 1]

    def after(self, position: int) -> int:
        """Return where the next line begins, or the end of the text."""
        index = bisect_right(self._starts, position)
        return self._starts[index] if index < len(self._starts) else len(self.text)

    def end(self, position: int) -> int:
        """Return where the line that holds a position ends, before its break."""
        found = BREAK.search(self.text, position)
        return found.start() if found else len(self.text)

    def column(self, position: int) -> int:
        """Return the number of characters before a position on its line."""
        return position - self.start(position)

    def is_first(self, position: int) -> bool:
        """Return True if only blanks come before a position on its line."""
        return not self.text[self.start(position) : position].strip(" \t")

    def content(self, position: int) -> int:
        """Return the first position from this one on, on its line, that is not a blank."""
        found = _BLANKS.match(self.text, position)
        assert found is not None  # noqa: S101 - it matches nothing too
        return found.end()

    def skip(self, position: int) -> int:
        """Return the first position from this one on that is neither white space nor a comment."""
        found = _TRIVIA.match(self.text, position)
        assert found is not None  # noqa: S101 - it matches nothing too
        return found.end()

    def comment(self, position: int) -> str:
        """Return the comment that is all that follows on the line, or nothing."""
        rest = self.text[position : self.end(position)].strip(" \t")
        return rest if rest.startswith("#") else ""

    def is_comment(self, position: int) -> bool:
        """Return True if the line that begins here is a comment and nothing else."""
        return self.text.startswith("#", self.content(position))
