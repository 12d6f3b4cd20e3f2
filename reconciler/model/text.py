r"""Text from files and from the service, made harmless to print.

A name may hold terminal escapes, bidirectional overrides or lone surrogates.
Here they become visible escapes such as `\x1b`; nothing else changes.
"""

from __future__ import annotations


def escape_control(text: str, keep: str = "") -> str:
    """Return `text` with every character that could steer a terminal written as an escape.

    Those are the ones that Unicode counts as control, format, surrogate,
    private, unassigned or separator, but for the space. `keep` holds characters
    to leave as they are, such as a newline.
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character in keep else _escaped(character)
        for character in text
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
