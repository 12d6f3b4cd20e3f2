r"""Strings in messages: counts and lists in words, and content made safe to print.

A name may hold terminal escapes, bidirectional overrides or lone surrogates.
`escape_control` turns them into visible escapes such as `\x1b`; nothing else changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from unicodedata import combining, is_normalized


def plural(number: int, noun: str) -> str:
    """Return a count with its noun: `1 spec`, `2 specs`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def join_limited(names: Sequence[str], limit: int) -> str:
    """Return names joined by commas: all of them, or the first `limit` and `and N more`."""
    if len(names) <= limit:
        return ", ".join(names)
    return f"{', '.join(names[:limit])} and {len(names) - limit:,} more"


def timestamp(milliseconds: int) -> str:
    """Return a time of the service's (epoch milliseconds) as ISO 8601, or as it came if absurd."""
    try:
        return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (OverflowError, ValueError, OSError):
        return str(milliseconds)


def is_printable_ascii(text: str) -> bool:
    """Return True for text that an HTTP header can hold as it is, and that no terminal obeys."""
    return text.isascii() and text.isprintable()


def escape_control(text: str, keep: str = "") -> str:
    """Return `text` with every character that could steer a terminal written as an escape.

    These are the characters that Unicode classifies as control, format, surrogate,
    private use, unassigned or separator, except the space. `keep` lists characters
    to leave unchanged, such as a newline. A spelling that only looks like the usual
    one is escaped too: `e` and U+0301 look like `é`, which is another string.
    """
    if is_printable_ascii(text):
        return text
    is_usual = is_normalized("NFC", text)
    return "".join(
        character
        if character in keep
        or (character.isprintable() and (is_usual or not _is_unusual(character)))
        else _escaped(character)
        for character in text
    )


def _is_unusual(character: str) -> bool:
    """Return True for a mark that belongs to the character before it, or for a second spelling."""
    return combining(character) > 0 or not is_normalized("NFC", character)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
