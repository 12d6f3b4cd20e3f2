"""One JSON value as YAML, in the plain style if that is safe."""

from __future__ import annotations

import json
import re

from reconciler.model.json_text import Json
from reconciler.model.text import escape_control

_PLAIN = re.compile(r"[A-Za-z_/$.][\w /.$@,()'+-]*")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_URL = re.compile(r"https?://[\w./#?=&%-]+")
_WORDS_OF_YAML = frozenset({"true", "false", "null", "yes", "no", "on", "off", ".inf", ".nan"})


def value_text(value: Json) -> str:
    """Return a scalar, an empty list or an empty object as one line.

    A string that YAML would read as another type is quoted, so that `"1.0"` and
    `1.0` look different.
    """
    if isinstance(value, str) and _is_plain(value):
        return value
    return escape_control(json.dumps(value, ensure_ascii=False))


def text_lines(value: Json) -> tuple[str, list[str]] | None:
    """Return the indicator and the lines of a string of several lines as a YAML block.

    None for everything else, and for a string that a block cannot represent.
    """
    if not isinstance(value, str) or "\n" not in value.strip("\n"):
        return None
    ends = value.endswith("\n")
    lines = value.removesuffix("\n").split("\n")
    if lines[0][:1].isspace() or not lines[0] or not lines[-1]:
        return None
    if any(not line.isprintable() or line != line.rstrip() for line in lines):
        return None
    return "|" if ends else "|-", lines


def _is_plain(text: str) -> bool:
    if _UUID.fullmatch(text) or _URL.fullmatch(text):
        return True
    plain = _PLAIN.fullmatch(text) is not None and text == text.strip()
    return plain and escape_control(text) == text and text.lower() not in _WORDS_OF_YAML
