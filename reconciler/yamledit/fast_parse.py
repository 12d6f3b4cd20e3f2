"""A fast parser for YAML with plain JSON values only, as in most specs.

It takes the C parser's events as they come, where a load makes nodes of them
first. At whatever needs a second look (an anchor, a tag, a date, a duplicate key,
an error) it gives up, and `yamledit.parse` reads the text with every check.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from _ruamel_yaml import CParser  # type: ignore[import-not-found]  # what ruamel.yaml.clib installs
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from reconciler.model.json_text import MAX_DEPTH, InexactNumberError, Json, JsonObject, exact_float
from reconciler.yamledit.parser_events import HIDDEN, Following
from reconciler.yamledit.plain_scalars import STR, tag_of_plain

LONGEST = 2_000_000
"""The most characters of a file: a longer one may contain too many values."""

_QUESTION = re.compile(r"[\[{,]\s*\?\S")
"""A string that begins with a question mark, which libyaml takes for an indicator."""

_WORDS: dict[str, Json] = {"": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")


class NotPlainError(Exception):
    """The content needs the full parser."""


def plain_json(text: str) -> Json:
    """Return the value of a YAML string. Raises `NotPlainError` for all but plain content."""
    if len(text) > LONGEST or (not text.isascii() and any(one in text for one in HIDDEN)):
        raise NotPlainError
    if "?" in text and _QUESTION.search(text):
        raise NotPlainError
    try:
        return _document(text)
    except (YAMLError, RecursionError):
        raise NotPlainError from None


def _document(text: str) -> Json:
    following = CParser(text).get_event
    following()  # the stream's start
    start = following()
    if type(start) is not DocumentStartEvent or start.version is not None or start.tags:
        raise NotPlainError
    value = _value(following(), following, 0)
    if type(following()) is not DocumentEndEvent or type(following()) is not StreamEndEvent:
        raise NotPlainError
    return value


def _value(event: Any, following: Following, depth: int) -> Json:
    """Return the value that begins with an event, at that depth."""
    kind = type(event)
    if kind is AliasEvent or event.anchor is not None or event.ctag is not None:
        raise NotPlainError
    if kind is ScalarEvent:
        return event.value if event.style else _plain_scalar(event.value)
    if depth == MAX_DEPTH:
        raise NotPlainError
    return (_mapping if kind is MappingStartEvent else _sequence)(following, depth + 1)


def _mapping(following: Following, depth: int) -> JsonObject:
    found: JsonObject = {}
    while type(event := following()) is not MappingEndEvent:
        key = _value(event, following, depth)
        if type(key) is not str or key in found:
            raise NotPlainError
        found[key] = _value(following(), following, depth)
    return found


def _sequence(following: Following, depth: int) -> list[Json]:
    found: list[Json] = []
    while type(event := following()) is not SequenceEndEvent:
        found.append(_value(event, following, depth))
    return found


@lru_cache(maxsize=16_384)
def _plain_scalar(text: str) -> Json:
    """Return the value of a scalar without quotes; specs repeat most of theirs.

    Raises `NotPlainError` for other types, such as a date.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        try:
            return exact_float(text)
        except InexactNumberError:
            raise NotPlainError from None
    if tag_of_plain(text) != STR:
        raise NotPlainError
    return text
