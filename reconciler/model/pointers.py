"""JSON Pointers (RFC 6901): tuples of tokens inside the program, strings outside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TypeAlias

Pointer: TypeAlias = tuple[str, ...]

_PLAIN_IN_YAML = re.compile(r"/[\w./~$-]*", re.ASCII)


def format_pointer(tokens: Iterable[str]) -> str:
    """Return a pointer as a string: `("a", "b/c")` is `/a/b~1c`; no tokens are the empty string."""
    return "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in tokens)


def parse_pointer(text: str) -> Pointer:
    """Return the tokens of a pointer.

    Raises `ValueError` if the string is neither empty nor begins with `/`, or
    holds a `~` that is not `~0` or `~1` (RFC 6901, section 3).
    """
    if text == "":
        return ()
    if not text.startswith("/"):
        raise ValueError(f"a JSON Pointer begins with '/': {text!r}")
    if "~" in text.replace("~0", "").replace("~1", ""):
        raise ValueError(f"in a JSON Pointer '~' is written '~0' (and '/' as '~1'): {text!r}")
    return tuple(
        token.replace("~1", "/").replace("~0", "~") for token in text.removeprefix("/").split("/")
    )


def is_within(pointer: Pointer, ancestor: Pointer) -> bool:
    """Return True if `pointer` is `ancestor` or below it."""
    return pointer[: len(ancestor)] == ancestor


def yaml_pointer(text: str) -> str:
    """Return a pointer as YAML: in quotes unless its characters need none."""
    return text if _PLAIN_IN_YAML.fullmatch(text) else json.dumps(text)
