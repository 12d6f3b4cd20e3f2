"""Writes a JSON scalar as YAML that this and other parsers read as the same value."""

from __future__ import annotations

import re

from reconciler.model.json_text import Json


class UnwritableError(ValueError):
    """A value that YAML cannot represent."""


MAX_KEY = 512
"""The most characters of a key before its colon; YAML's own limit is 1024."""

_PLAIN = re.compile(r"[\w/.$()<+^;\\-][^\n]*")
_NO_PLAIN = re.compile(
    r"""
      [-?:](?:\s|$) | ---(?:\s|$) | \.\.\.(?:\s|$)      # YAML structure
    | .*(?::(?:\s|$) | \s\# | \s$ | \t)
    | [<=]{1,2}$
    | ~$ | (?:null|true|false|yes|no|on|off|y|n)$       # YAML 1.1 and 1.2
    | [-+]?(?:[0-9][0-9_]*)?\.?[0-9_]*(?:e[-+]?[0-9]+)?$
    | [-+]?\.(?:inf|nan)$
    | [-+]?0[xob][0-9a-f_]+$
    | [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$ # 1.1's base 60
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[t\s].*)?$       # a date
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NOT_IN_FLOW = frozenset(",[]{}?:")
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def scalar_text(value: Json, style: str = "", *, in_flow: bool = False) -> str:
    """Return a scalar on one line. `style` is the quote to keep where the text allows it.

    Raises `UnwritableError` for a lone surrogate.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        digits, mark, exponent = repr(value).partition("e")
        # YAML 1.1 takes a number without a point for a string.
        return digits + (".0" if mark and "." not in digits else "") + mark + exponent
    if isinstance(value, int):
        return repr(value)
    assert isinstance(value, str)  # noqa: S101 - collections have no scalar's text
    if style == "" and is_plain(value, in_flow=in_flow):
        return value
    can_be_single = value.isprintable()
    needs_escapes = '"' in value or "\\" in value
    if can_be_single and (style == "'" or (style != '"' and needs_escapes)):
        return "'" + value.replace("'", "''") + "'"
    return quoted(value)


def quoted(text: str) -> str:
    """Return a string in double quotes, with everything escaped that is not printable.

    Raises `UnwritableError` for a lone surrogate.
    """
    return f'"{"".join(map(_escaped, text))}"'


def is_plain(text: str, *, in_flow: bool = False) -> bool:
    """Return True if every parser reads a string without quotes as this string."""
    return (
        text.isprintable()
        and _PLAIN.fullmatch(text) is not None
        and _NO_PLAIN.match(text) is None
        and not (in_flow and not _NOT_IN_FLOW.isdisjoint(text))
    )


def is_block_text(text: str) -> bool:
    """Return True if a string of several lines can be written as a literal block."""
    lines = text.removesuffix("\n").split("\n")
    return (
        len(lines) > 1
        and bool(lines[0])
        and bool(lines[-1])
        and lines[0][0] != " "
        and all(_is_block_line(line) for line in lines)
    )


def _is_block_line(line: str) -> bool:
    return line.replace("\t", " ").isprintable() and line == line.rstrip() and line[:1] != "\t"


def _escaped(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if character.isprintable():
        return character
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        raise UnwritableError(f"half a character (U+{code:04X}) cannot be written in YAML")
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
