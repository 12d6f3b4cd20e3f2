"""A YAML text by lines and positions: where a line begins and ends, and where comments do."""

from __future__ import annotations

import re
from bisect import bisect_right

BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line of YAML for libyaml; the odd ones are YAML 1.1's."""
_TRIVIA = re.compile("(?:[ \t\r\n\x85\u2028\u2029\ufeff]|#[^\r\n\x85\u2028\u2029]*)*")
_BLANKS = re.compile("[ \t]*")


class Lines:
    """One text and its lines. Positions are indices into the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = [match.end() for match in BREAK.finditer(text)]
        self._starts = [0, *found]
        first = BREAK.search(text)
        self.newline = first.group() if first else "\n"

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
        """Return how many characters stand before a position on its line."""
        return position - self.start(position)

    def is_first(self, position: int) -> bool:
        """Say whether only blanks stand before a position on its line."""
        return not self.text[self.start(position) : position].strip(" \t")

    def content(self, position: int) -> int:
        """Return the first position from this one on, on its line, that is no blank."""
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
        """Say whether the line that begins here holds a comment and nothing else."""
        return self.text.startswith("#", self.content(position))
