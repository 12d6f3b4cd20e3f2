"""The parser events of a YAML string, from the parser that can read it.

libyaml is fast and implements YAML 1.1. Two things that YAML 1.2 allows are
worked around here: libyaml refuses a colon in an unquoted string inside braces
or brackets (`{url: https://…}`), so such a file is parsed by ruamel.yaml's own
parser, some fifty times slower; and it takes NEL, U+2028 and U+2029 for line
ends, so they are hidden from it, as a byte order mark in the text is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

from _ruamel_yaml import CParser  # type: ignore[import-not-found]  # what ruamel.yaml.clib installs
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import ScalarEvent

Following: TypeAlias = Callable[[], Any]
"""Returns the parser's next event; raises `YAMLError` at the first that is not YAML."""
Built = TypeVar("Built")

LONGEST_FOR_PYTHON = 300_000
"""Characters that ruamel.yaml's own parser reads within some ten seconds."""

HIDDEN = "\x85\u2028\u2029\ufeff"
"""Line ends of YAML 1.1 that are ordinary characters in 1.2 (section 5.4 of either), and a byte
order mark that is not the file's first, which libyaml drops and does not count."""
_HALF = re.compile("[\ud800-\udfff]")
_PRIVATE = range(0xE000, 0xF900)
_TOO_OLD_FOR = frozenset(
    {
        "found unexpected ':'",
        "did not find expected node content",
        "did not find expected ',' or '}'",
        "did not find expected ',' or ']'",
    }
)
"""Errors of libyaml in braces and brackets that YAML 1.2 may allow."""


def with_events(text: str, build: Callable[[Following], Built]) -> Built:
    """Return the result of `build` for the events of a string; it may be called twice.

    Marks count positions in `text`; their lines are libyaml's. Raises
    `YAMLError` for what is not YAML, and what `build` raises.
    """
    hidden = _hidden(text)
    parsed = text.translate({ord(one): other for one, other in hidden.items()})
    shown = str.maketrans({other: one for one, other in hidden.items()})
    try:
        return build(_showing(CParser(parsed).get_event, shown))
    except MarkedYAMLError as error:
        if error.problem not in _TOO_OLD_FOR or len(text) > LONGEST_FOR_PYTHON:
            raise
        refused = error
    return build(_showing(_python_events(parsed, refused), shown))


def _hidden(text: str) -> dict[str, str]:
    """Return an unused character for each one in the text that is hidden."""
    free: Iterator[str] = (chr(code) for code in _PRIVATE if chr(code) not in text)
    return {one: next(free, " ") for one in HIDDEN if one in text}


def _showing(following: Following, shown: dict[int, str]) -> Following:
    """Return events in whose scalars the hidden characters are as they were."""
    if not shown:
        return following

    def showing() -> Any:
        event = following()
        if isinstance(event, ScalarEvent):
            event.value = event.value.translate(shown)
        return event

    return showing


def _python_events(text: str, refused: MarkedYAMLError) -> Following:
    """Return the events of ruamel.yaml's parser, or `refused` where it is not strict.

    It takes `[a:]` for a string, which YAML 1.2 takes for a mapping (section 7.3.3), and an
    escape for half of a character.
    """
    events, error = _recorded(text)
    remaining = iter(events)

    def following() -> Any:
        event = next(remaining, None)
        if event is None:
            raise error or refused
        if isinstance(event, ScalarEvent):
            is_mapping = not event.style and event.value.endswith(":")
            if is_mapping or _HALF.search(event.value):
                raise refused
        return event

    return following


@lru_cache(maxsize=4)
def _recorded(text: str) -> tuple[list[Any], YAMLError | None]:
    """Return the events of a string and the error that ends them; an edit needs them often."""
    from ruamel.yaml import YAML

    _, parser = YAML(typ="safe", pure=True).get_constructor_parser(text)
    events: list[Any] = []
    try:
        while parser.check_event():
            events.append(parser.get_event())
    except YAMLError as error:
        return events, error
    except (ArithmeticError, LookupError, ValueError):
        return events, None  # an escape for no character, or half a directive
    return events, None
