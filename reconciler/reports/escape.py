r"""Text from files and from the service, made harmless to print.

A name may hold terminal escapes, bidirectional overrides or lone surrogates.
Here they become visible escapes such as `\x1b`; nothing else changes.
"""

from __future__ import annotations

import unicodedata

_STEERING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that steer a display or cannot be encoded: control, format,
surrogate, private use, unassigned, line and paragraph separators."""


def printable(text: str, keep: str = "") -> str:
    """Return `text` with every character that could steer a terminal written as an escape.

    `keep` holds characters to leave as they are, such as a newline.
    """
    if text.isprintable():
        return text
    return "".join(
        character if character in keep or _is_plain(character) else _escaped(character)
        for character in text
    )


def _is_plain(character: str) -> bool:
    return unicodedata.category(character) not in _STEERING


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
