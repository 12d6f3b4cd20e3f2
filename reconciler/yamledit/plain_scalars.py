"""The type of a scalar without quotes in YAML 1.2: a string, or another type."""

from __future__ import annotations

from functools import cache
from typing import Any

from ruamel.yaml.resolver import implicit_resolvers

TAG = "tag:yaml.org,2002:"
STR = TAG + "str"
NULL = TAG + "null"


def tag_of_plain(text: str) -> str:
    """Return the tag that a scalar without quotes has by its text, such as `…:int`."""
    if not text:
        return NULL
    for rule, tag in _rules().get(text[0], ()):
        if rule.match(text):
            return tag
    return STR


@cache
def _rules() -> dict[str, list[tuple[Any, str]]]:
    """Return the patterns of scalars that YAML 1.2 does not read as strings, by first character."""
    rules: dict[str, list[tuple[Any, str]]] = {}
    for versions, tag, rule, firsts in implicit_resolvers:
        if (1, 2) in versions:
            for first in firsts:
                rules.setdefault(first, []).append((rule, str(tag)))
    return rules
