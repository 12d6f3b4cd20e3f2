"""The words that differ between a line and the line that replaces it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from reconciler.reports.view.alignment import aligned

LONGEST = 4000
"""Characters of a line that are shown; a longer one is cut in its middle."""

_WORD = re.compile(r"\w+|\s+|.", re.DOTALL)
_LEAST_SHARED = 0.25
"""Two lines with a smaller share of common characters are marked as a whole."""
_MOST_CHARACTERS = 100_000
"""Longer lines are compared by characters, not by words."""


class Segment(Struct, frozen=True):
    """A part of a line, and whether it is one of the words that changed."""

    text: str
    marked: bool


def marked_words(before: str, after: str) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """Return both lines in segments, the changed words marked.

    Lines with little in common are marked from their first difference to the last:
    single letters in common would only distract.
    """
    is_huge = len(before) + len(after) > _MOST_CHARACTERS
    old, new = ([*line] if is_huge else _WORD.findall(line) for line in (before, after))
    stretches = aligned(old, new)
    inner = stretches
    while inner and inner[0].equal:
        inner = inner[1:]
    while inner and inner[-1].equal:
        inner = inner[:-1]
    if not inner:
        return (Segment(before, False),), (Segment(after, False),)
    shared = sum(_size(old, stretch.before) for stretch in inner if stretch.equal)
    whole_before = range(inner[0].before.start, inner[-1].before.stop)
    whole_after = range(inner[0].after.start, inner[-1].after.stop)
    if shared < _LEAST_SHARED * max(_size(old, whole_before), _size(new, whole_after)):
        return (
            _parts(old, [(range(whole_before.start), False), (whole_before, True)]),
            _parts(new, [(range(whole_after.start), False), (whole_after, True)]),
        )
    return (
        _parts(old, [(stretch.before, not stretch.equal) for stretch in stretches]),
        _parts(new, [(stretch.after, not stretch.equal) for stretch in stretches]),
    )


def abridged(text: str, longest: int = LONGEST) -> str:
    """Return a string without its middle if it is longer, with the number of missing characters."""
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]} […{len(text) - 2 * half:,} characters…] {text[-half:]}"


def _size(words: Sequence[str], span: range) -> int:
    return sum(len(words[index]) for index in span if not words[index].isspace())


def _parts(words: Sequence[str], spans: Sequence[tuple[range, bool]]) -> tuple[Segment, ...]:
    covered = spans[-1][0].stop
    spans = [*spans, (range(covered, len(words)), False)]
    return tuple(
        Segment("".join(words[span.start : span.stop]), marked) for span, marked in spans if span
    )
