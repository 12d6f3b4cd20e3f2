"""Lines for a terminal: their color, and what fits on one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from reconciler.reports.text.wrap import LEAST_WIDTH, UNWRAPPED, WIDEST_PROSE, columns, folded

_CODES = {"red": 31, "green": 32, "yellow": 33, "magenta": 35, "cyan": 36, "bold": 1, "dim": 2}


class Layout(Struct, frozen=True):
    """The columns of a terminal, and whether it shows color."""

    width: int
    color: bool = False

    @classmethod
    def of(cls, width: int, color: bool) -> Layout:
        """Return the layout for a terminal; a narrower one than the narrowest wraps by itself."""
        return cls(max(width, LEAST_WIDTH), color)

    @property
    def value_width(self) -> int:
        """The columns for values: output that is not a terminal shows no more of them."""
        return self.width if self.width < UNWRAPPED else WIDEST_PROSE

    def paint(self, text: str, *tones: str) -> str:
        """Return `text` in these colors and weights; unchanged without color."""
        if not self.color or not text or not tones:
            return text
        return f"\x1b[{';'.join(str(_CODES[tone]) for tone in tones)}m{text}\x1b[0m"

    def folded(self, text: str, *tones: str, first: str = "", others: str = "  ") -> Iterator[str]:
        """Yield a sentence in lines, as `wrap.folded` does, each of them in these colors."""
        for line in folded(text, self.width, first=first, others=others):
            yield self.paint(line, *tones)

    def gathered(self, pieces: Iterable[str], indent: str) -> list[str]:
        """Return pieces in as few lines as they fit into, two spaces apart, none of them broken.

        Lines after the first begin with `indent`.
        """
        lines: list[str] = []
        for piece in pieces:
            if lines and columns(f"{lines[-1]}  {piece}") <= self.width:
                lines[-1] += f"  {piece}"
            else:
                lines.append(indent + piece if lines else piece)
        return lines
