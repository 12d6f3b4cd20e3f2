"""Keeping secrets, and what steers a terminal, out of every text that the client raises."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

REDACTED = "[redacted]"

_TOKEN = re.compile(r"(?i:\bbearer\s+)[\w.~+/=-]{20,}|\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?")
"""Something that reads like a bearer token or a JSON Web Token, known to us or not."""

_SHORTEST_SECRET = 4
"""Below this a value is no secret, and hiding it would only garble messages."""

_LOOKED_AT = 64 * 1024
"""How much of a body an excerpt is made from, in bytes: far more than is shown."""


class Secrets:
    """The secret values that this process knows. It grows as tokens are fetched."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._forms: set[str] = set()
        for value in values:
            self.add(value)

    def add(self, value: str) -> None:
        """Remember a value, and the forms that it takes in URLs, forms and JSON."""
        if len(value) >= _SHORTEST_SECRET:
            self._forms |= {value, quote(value, safe=""), quote_plus(value)}
            self._forms.add(json.dumps(value)[1:-1])

    def redact(self, text: str) -> str:
        """Return `text` without any known secret, and without what looks like a token."""
        for form in sorted(self._forms, key=len, reverse=True):
            text = text.replace(form, REDACTED)
        return _TOKEN.sub(REDACTED, text)

    def excerpt(self, text: str | bytes, limit: int = 200) -> str:
        """Return the beginning of `text`: redacted, on one line, harmless to print."""
        if isinstance(text, bytes):
            text = text[:_LOOKED_AT].decode("utf-8", "backslashreplace")
        line = " ".join(self.redact(text[:_LOOKED_AT]).split())
        shown = line if len(line) <= limit else line[:limit] + "…"
        return "".join(c if c.isprintable() else _escaped(c) for c in shown)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
