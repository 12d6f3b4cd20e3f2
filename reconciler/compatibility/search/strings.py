"""Strings that two schemas may distinguish: by length, by pattern, by format, by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from reconciler.compatibility.pattern_inclusion import example_of, joined, lengths_from
from reconciler.compatibility.search.patterns import palette_of, samples
from reconciler.compatibility.search.subschemas import View
from reconciler.compatibility.stand_ins import LONGEST_CLAIM, LONGEST_STRING, string_of
from reconciler.compatibility.validator import SchemaValidator
from reconciler.model.json_text import Json, compact_json
from reconciler.model.languages import Language, both
from reconciler.model.patterns import pattern_language

_PLAIN = ("", "a", "A", "0", " ", "a b", "é")
_MOST_PATTERNS = 8
"""Patterns of one place of which each pair is distinguished."""

_FORMATS = {
    "date": ("2024-01-31", "2024-02-30"),
    "date-time": ("2024-01-31T00:00:00Z",),
    "email": ("a@b",),
    "hostname": ("a.example",),
    "idn-email": ("a@b",),
    "idn-hostname": ("a.example",),
    "ipv4": ("0.0.0.0", "0.0.0.256"),  # noqa: S104 - a value, nothing is bound to it
    "ipv6": ("::", "::x"),
    "regex": ("a", "("),
    "time": ("00:00:00Z",),
    "uri": ("a:b", "https://a.example/b"),
    "uuid": ("00000000-0000-0000-0000-000000000000",),
}
"""Strings that fit a format, and what looks much like it."""


def texts(found: tuple[View, ...], accepting: SchemaValidator) -> list[str]:
    """Return strings, the shortest first, that one validator must accept."""
    lengths = {size for view in found for size in _sizes(view)}
    offered = list(offered_texts(found))
    patterns = {text for view in found if isinstance(text := view.get("pattern"), str)}
    made = [*_PLAIN, *offered, *_told_apart(found, accepting), *_shaped(patterns, lengths)]
    for view in found:
        made += _FORMATS.get(str(view.get("format")), ())
    made += [variant for text in offered[:8] for variant in _variants(text)]
    made += [string_of("a", size) for size in lengths]
    if patterns:  # a stand-in for a longer string cannot be matched against a pattern
        made = [text for text in made if len(text) <= LONGEST_STRING]
    return sorted(dict.fromkeys(made), key=len)


def _told_apart(found: tuple[View, ...], accepting: SchemaValidator) -> Iterator[str]:
    """Yield strings that some patterns match and others do not, by their automata."""
    sure = [view for view in found if view.piece.is_needed_by(accepting)]
    needed = dict.fromkeys(
        pattern
        for view in sure
        if isinstance(pattern := view.get("pattern"), str) and pattern_language(pattern) is not None
    )
    named = dict.fromkeys(
        text for view in found if isinstance(text := view.get("pattern"), str) and text
    )
    if not named:
        return
    limits = [view.get("maxLength") for view in sure]
    low = max((int(n) for view in sure if isinstance(n := view.get("minLength"), int)), default=0)
    high = min((int(n) for n in limits if isinstance(n, int)), default=None)
    length = lengths_from(low, high)
    chosen = list(named)[:_MOST_PATTERNS]
    wanted: list[Language | None] = [joined([*needed], [other]) for other in chosen]
    wanted += [joined([*needed, one]) for one in chosen]
    wanted += [joined([one], [other]) for one in chosen for other in chosen if one != other]
    wanted += [joined([], [other]) for other in chosen]
    for language in wanted:
        if language is not None and (text := example_of(both((language, length)))) is not None:
            yield text


def matching_texts(patterns: Iterable[str]) -> list[str]:
    """Return strings that match these patterns, and some that nearly do."""
    return _shaped(set(patterns), set())


def _shaped(patterns: set[str], lengths: set[int]) -> list[str]:
    palette = palette_of(patterns)
    numbers = frozenset(lengths).union(
        int(digits) + more
        for pattern in patterns
        for digits in re.findall(r"\d{1,4}", pattern)
        for more in (-1, 0, 1)
    )
    made = [text for pattern in sorted(patterns) for text in samples(pattern, numbers, palette)]
    return made + [variant for text in made[:12] for variant in _variants(text)]


def _variants(text: str) -> tuple[str, ...]:
    return text + "x", text[:-1], text.upper(), text.lower(), f" {text}", text + "0", text + "-"


def _sizes(view: View) -> Iterator[int]:
    for keyword in ("minLength", "maxLength"):
        value = view.get(keyword)
        if isinstance(value, int | float):
            yield from (n for n in range(int(value) - 1, int(value) + 2) if 0 <= n <= LONGEST_CLAIM)


def offered_texts(found: tuple[View, ...]) -> Iterator[str]:
    """Yield the strings that a schema names as values."""
    for value in offered(found):
        if isinstance(value, str):
            yield value


def offered(found: tuple[View, ...]) -> Iterator[Json]:
    """Yield every value that a schema names: in an enum, as a const, a default, an example.

    First those that are named but once: the other schema may not have them.
    """
    named = [(compact_json(value), value) for value in _offered(found)]
    times = Counter(text for text, _ in named)
    for is_repeated in (False, True):
        yield from (value for text, value in named if (times[text] > 1) is is_repeated)


def _offered(found: tuple[View, ...]) -> Iterator[Json]:
    for view in found:
        for keyword in ("const", "enum", "default", "examples"):
            value = view.get(keyword)
            if keyword in ("const", "default"):
                if keyword in view.words:
                    yield value
            elif isinstance(value, list):
                yield from value
