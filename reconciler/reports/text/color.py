"""Colors of text for a terminal."""

from __future__ import annotations

from msgspec import Struct

_CODES = {"red": 31, "green": 32, "yellow": 33, "magenta": 35, "cyan": 36, "bold": 1, "dim": 2}


class TerminalStyle(Struct, frozen=True):
    """Paints text, if there is color."""

    color: bool

    def paint(self, text: str, *names: str) -> str:
        """Return `text` in these colors and weights; unchanged without color."""
        if not self.color or not text:
            return text
        return f"\x1b[{';'.join(str(_CODES[name]) for name in names)}m{text}\x1b[0m"
