"""Strings that two schemas may tell apart: by length, by pattern, by format, by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from reconciler.compatibility.search.patterns import palette_of, samples
from reconciler.compatibility.search.subschemas import View
from reconciler.model.json_text import Json, compact_json

_PLAIN = ("", "a", "A", "0", " ", "a b", "é")
_LONGEST = 5000
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


def texts(found: tuple[View, ...]) -> list[str]:
    """Return strings, the shortest first."""
    lengths = {size for view in found for size in _sizes(view)}
    offered = list(offered_texts(found))
    patterns = {text for view in found if isinstance(text := view.get("pattern"), str)}
    made = [*_PLAIN, *offered, *_shaped(patterns, lengths)]
    for view in found:
        made += _FORMATS.get(str(view.get("format")), ())
    made += [variant for text in offered[:8] for variant in _variants(text)]
    made += [_stretched(text, size) for size in lengths for text in _seeds(made)]
    return sorted(dict.fromkeys(made), key=len)


def matching_texts(patterns: Iterable[str]) -> list[str]:
    """Return strings that match these patterns, and some that nearly do."""
    return _shaped(set(patterns), set())


def _shaped(patterns: set[str], lengths: set[int]) -> list[str]:
    palette = palette_of(patterns)
    numbers = lengths | {
        int(digits) + more
        for pattern in patterns
        for digits in re.findall(r"\d{1,4}", pattern)
        for more in (-1, 0, 1)
    }
    made = [text for pattern in sorted(patterns) for text in samples(pattern, numbers, palette)]
    return made + [variant for text in made[:12] for variant in _variants(text)]


def _variants(text: str) -> tuple[str, ...]:
    return text + "x", text[:-1], text.upper(), text.lower(), f" {text}", text + "0", text + "-"


def _seeds(made: list[str]) -> list[str]:
    """Return what to stretch to a length: a plain letter, and what has a shape of its own."""
    return ["a", *made[len(_PLAIN) : len(_PLAIN) + 6]]


def _stretched(text: str, size: int) -> str:
    return text[:size] + (text[-1:] or "a") * (size - len(text))


def _sizes(view: View) -> Iterator[int]:
    for keyword in ("minLength", "maxLength"):
        value = view.get(keyword)
        if isinstance(value, int | float):
            yield from (n for n in range(int(value) - 1, int(value) + 2) if 0 <= n <= _LONGEST)


def offered_texts(found: tuple[View, ...]) -> Iterator[str]:
    """Yield the strings that a schema names as values."""
    for value in offered(found):
        if isinstance(value, str):
            yield value


def offered(found: tuple[View, ...]) -> Iterator[Json]:
    """Yield every value that a schema names: in an enum, as a const, a default, an example.

    First those that are named but once: the other schema may not have them.
    """
    named = list(_offered(found))
    times = Counter(map(compact_json, named))
    yield from sorted(named, key=lambda value: times[compact_json(value)] > 1)


def _offered(found: tuple[View, ...]) -> Iterator[Json]:
    for view in found:
        for keyword in ("const", "enum", "default", "examples"):
            value = view.get(keyword)
            if keyword in ("const", "default"):
                if keyword in view.words:
                    yield value
            elif isinstance(value, list):
                yield from value
