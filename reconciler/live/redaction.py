"""Keeps secrets, and control characters, out of every string that the client raises."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from urllib.parse import quote, quote_plus

from reconciler.model.text import escape_control

REDACTED = "[redacted]"

_TOKEN = re.compile(r"(?i:\bbearer\s+)[\w.~+/=-]{20,}|\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?")
"""Matches a bearer token or a JSON Web Token, known or not."""

_SHORTEST_SECRET = 4
"""A shorter value is no secret, and hiding it would only garble messages."""

_PIECE = 12
"""A part of a secret that has so many characters is hidden: a response may be cut off."""

_LOOKED_AT = 64 * 1024
"""How much of a body an excerpt is made from, in bytes: far more than is shown."""

_CHARACTER = re.compile(
    r"\\u(?P<json>[0-9A-Fa-f]{4})|%(?P<url>[0-9A-Fa-f]{2})"
    r"|&#x(?P<hex>[0-9A-Fa-f]{1,6});|&#(?P<decimal>[0-9]{1,7});|(?s:.)"
)
"""One character as JSON, a URL or HTML may write it."""

_BETWEEN = frozenset(" \t\r\n\f\v\\\"'+,")
"""Characters allowed between those of a secret that was escaped, quoted or wrapped."""


class Secrets:
    """The secret values that this process knows. It grows as tokens are fetched."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._forms: set[str] = set()
        self._pieces: dict[int, set[str]] = {}
        for value in values:
            self.add(value)

    def add(self, value: str) -> None:
        """Remember a value, to hide it whole or in part, however it is escaped or split."""
        if len(value) < _SHORTEST_SECRET:
            return
        self._forms |= {value, quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1]}
        plain = "".join(character for character, _, _ in _characters(value))
        length = min(_PIECE, len(plain))
        pieces = {plain[at : at + length] for at in range(len(plain) - length + 1)}
        self._pieces.setdefault(length, set()).update(pieces - {""})

    def redact(self, text: str) -> str:
        """Return `text` without any known secret, and without what looks like a token."""
        for form in sorted(self._forms, key=len, reverse=True):
            text = text.replace(form, REDACTED)
        return _TOKEN.sub(REDACTED, self._without_pieces(text))

    def _without_pieces(self, text: str) -> str:
        """Return `text` without the secrets that are escaped, split or cut off in it."""
        characters = list(_characters(text)) if self._pieces else []
        plain = "".join(character for character, _, _ in characters)
        hidden = bytearray(len(plain))
        for length, pieces in self._pieces.items():
            for at in range(len(plain) - length + 1):
                if plain[at : at + length] in pieces:
                    hidden[at : at + length] = b"\1" * length
        shown, end = [], 0
        for is_hidden, run in groupby(range(len(plain)), key=hidden.__getitem__):
            if is_hidden:
                places = list(run)
                shown += [text[end : characters[places[0]][1]], REDACTED]
                end = characters[places[-1]][2]
        return "".join([*shown, text[end:]])

    def excerpt(self, text: str | bytes, limit: int = 200) -> str:
        """Return the beginning of `text`: redacted, on one line, harmless to print."""
        if isinstance(text, bytes):
            text = text[:_LOOKED_AT].decode("utf-8", "backslashreplace")
        line = " ".join(self.redact(text[:_LOOKED_AT]).split())
        return escape_control(line if len(line) <= limit else line[:limit] + "…")


def _characters(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each character that counts, unescaped, with its start and its end in `text`."""
    for match in _CHARACTER.finditer(text):
        digits = match["json"] or match["url"] or match["hex"]
        number = int(digits, 16) if digits else int(match["decimal"] or "-1")
        character = chr(number) if 0 <= number <= 0x10FFFF else match[0]
        if character not in _BETWEEN:
            yield character, match.start(), match.end()
