"""A map of connections as SVG. Added and removed lines differ by color, style and sign."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.model.text import escape_control, plural
from reconciler.reports.html.connections import Connections, EdgeState
from reconciler.reports.html.elements import Html, element
from reconciler.reports.html.map_layout import (
    BOX_HEIGHT,
    BOX_WIDTH,
    GAP,
    MARGIN,
    Box,
    Column,
    Line,
    map_of,
)

_HEADINGS = {
    Column.SOURCES: "Source connection specs",
    Column.FLOWS: "Flow specs",
    Column.TARGETS: "Target connection specs",
}
_SIGNS = {EdgeState.KEPT: "", EdgeState.ADDED: "+ ", EdgeState.REMOVED: "− "}  # noqa: RUF001
_LONGEST_LABEL = 36
_TEXT_BASE = 17


def connection_map(flows: Sequence[Connections], label: str) -> Html:
    """Return the SVG of these flow specs in a box that scrolls on narrow screens.

    `label` is the name of the map for screen readers.
    """
    drawn = map_of(flows)
    picture = element(
        "svg",
        element("title", label),
        element("desc", description(flows)),
        *(_heading(number, column) for number, column in enumerate(Column)),
        *(_line(line) for line in drawn.lines),
        *(_box(box) for box in drawn.boxes),
        role="img",
        aria_label=label,
        viewBox=f"0 0 {drawn.width} {drawn.height}",
        width=drawn.width,
        height=drawn.height,
    )
    return element("div", picture, class_="map", tabindex=0, role="region", aria_label=label)


def description(flows: Sequence[Connections]) -> str:
    """Return what the map shows in words: each flow spec, its connections, what changes."""
    return ". ".join(f"{flow.name}: {connections_in_words(flow)}" for flow in flows)


def connections_in_words(flow: Connections) -> str:
    """Return how many sources and targets a flow spec connects, and what changes of that."""
    parts = []
    for noun, ends in (("source", flow.sources), ("target", flow.targets)):
        text = plural(sum(end.state is not EdgeState.REMOVED for end in ends), noun)
        marks = [
            f"{number} {state}"
            for state in (EdgeState.ADDED, EdgeState.REMOVED)
            if (number := sum(end.state is state for end in ends))
        ]
        parts.append(f"{text} ({', '.join(marks)})" if marks else text)
    return " to ".join(parts)


def _heading(number: int, column: Column) -> Html:
    x = MARGIN + number * (BOX_WIDTH + GAP)
    return element("text", _HEADINGS[column], x=x, y=_TEXT_BASE, class_="head")


def _box(box: Box) -> Html:
    label = _SIGNS[box.state] + _cut(escape_control(box.label))
    return element(
        "g",
        element("title", box.label),
        element("rect", x=box.x, y=box.y, width=BOX_WIDTH, height=BOX_HEIGHT, rx=5),
        element("text", label, x=box.x + 10, y=box.y + _TEXT_BASE),
        class_=f"box {box.column} {box.state}",
    )


def _line(line: Line) -> Html:
    x1, x2 = line.start.x + BOX_WIDTH, line.end.x
    y1, y2, bend = line.start.middle, line.end.middle, (x2 - x1) / 2
    path = f"M{x1} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2} {y2:g}"
    return element("path", d=path, class_=f"line {line.state}")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1] + "…"
