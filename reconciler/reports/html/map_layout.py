"""The positions of boxes and lines on a map of connections; the template `map.html` draws them.

Three columns: sources, flow specs, targets. A connection spec that several
flow specs use is there once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from reconciler.model.text import escape_control
from reconciler.reports.html.connections import Connections, EdgeState, End
from reconciler.reports.view.groups import by_key

BOX_WIDTH = 290
BOX_HEIGHT = 26
ROW_HEIGHT = 34
GAP = 130
MARGIN = 2
HEADING = 30
MOST_KEPT = 6
"""Unchanged connections at one end of a flow spec; more than this become one box."""
_SIGNS = {EdgeState.KEPT: "", EdgeState.ADDED: "+ ", EdgeState.REMOVED: "− "}  # noqa: RUF001
_LONGEST_LABEL = 36


class Column(StrEnum):
    """The columns, from left to right; those of connection specs are named after their side."""

    SOURCES = "sources"
    FLOWS = "flows"
    TARGETS = "targets"

    @property
    def x(self) -> int:
        """The left edge of its boxes."""
        return MARGIN + [*Column].index(self) * (BOX_WIDTH + GAP)

    @property
    def heading(self) -> str:
        """What its boxes are."""
        side = self.removesuffix("s").capitalize()
        return "Flow specs" if self is Column.FLOWS else f"{side} connection specs"


class Box(Struct, frozen=True):
    """A box whose upper edge is at `y`; `state` is that of all its lines, or kept if they differ.

    Its column and its id identify it.
    """

    column: Column
    label: str
    state: EdgeState
    y: int

    @property
    def short_label(self) -> str:
        """The label with its sign, cut to fit into the box."""
        text = escape_control(self.label)
        cut = text if len(text) <= _LONGEST_LABEL else text[: _LONGEST_LABEL - 1] + "…"
        return _SIGNS[self.state] + cut


class Line(Struct, frozen=True):
    """A line from a box to the box right of it."""

    start: Box
    end: Box
    state: EdgeState

    @property
    def path(self) -> str:
        """The line as the data of an SVG path."""
        x1, x2 = self.start.column.x + BOX_WIDTH, self.end.column.x
        y1, y2 = (box.y + BOX_HEIGHT / 2 for box in (self.start, self.end))
        bend = (x2 - x1) / 2
        return f"M{x1} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2} {y2:g}"


class Map(Struct, frozen=True):
    """Boxes and lines, and the size of the picture."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    height: int
    width: int = Column.TARGETS.x + BOX_WIDTH + MARGIN


Link: TypeAlias = "tuple[Connections, End, Column]"
"""A flow spec, a connection spec that it connects, and that one's column."""
Boxes: TypeAlias = "dict[tuple[Column, str], Box]"


def map_of(flows: Sequence[Connections]) -> Map:
    """Lay out flow specs with their connections, in the order given."""
    links = [(flow, end, Column(f"{end.side}s")) for flow in flows for end in _drawn(flow)]
    boxes: Boxes = {}
    for column in Column:
        free = HEADING
        for key, label, state in _in_order(column, flows, links):
            y = max(free, _beside(column, key, links, boxes))
            boxes[column, key] = Box(column, label, state, y)
            free = y + ROW_HEIGHT
    lines = tuple(_line(link, boxes) for link in links)
    lowest = max(box.y for box in boxes.values())
    return Map(tuple(boxes.values()), lines, lowest + ROW_HEIGHT)


def _drawn(flow: Connections) -> Iterable[End]:
    """Yield the ends of a flow spec, many unchanged ones on one side as one."""
    for side in ("source", "target"):
        ends = [end for end in flow.ends if end.side == side]
        kept = [end for end in ends if end.state is EdgeState.KEPT]
        if len(kept) <= MOST_KEPT:
            yield from ends
            continue
        yield from (end for end in ends if end.state is not EdgeState.KEPT)
        label = f"{len(kept)} unchanged {side}s"
        yield End(side, f"{side}\0{flow.id}", label, EdgeState.KEPT)


def _in_order(
    column: Column, flows: Sequence[Connections], links: Sequence[Link]
) -> list[tuple[str, str, EdgeState]]:
    """Return the ids, labels and states in a column; each end near the middle of its flow specs."""
    if column is Column.FLOWS:
        return [(flow.id, flow.name, EdgeState.KEPT) for flow in flows]
    order = {flow.id: place for place, flow in enumerate(flows)}
    places = by_key((end.id, order[flow.id]) for flow, end, side in links if side is column)
    states = by_key((end.id, end.state) for _, end, side in links if side is column)
    names = {end.id: end.name for _, end, _ in links}
    return [
        (key, names[key], states[key][0] if len({*states[key]}) == 1 else EdgeState.KEPT)
        for key in sorted(places, key=lambda key: sum(places[key]) / len(places[key]))
    ]


def _beside(column: Column, key: str, links: Sequence[Link], boxes: Boxes) -> int:
    """Return the best height of a box: amid a flow spec's sources, by a target's first one."""
    if column is Column.FLOWS:
        heights = [
            boxes[side, end.id].y
            for flow, end, side in links
            if flow.id == key and side is Column.SOURCES
        ]
        return sum(heights) // len(heights) if heights else 0
    flows = [boxes.get((Column.FLOWS, flow.id)) for flow, end, _ in links if end.id == key]
    return min((box.y for box in flows if box), default=0)


def _line(link: Link, boxes: Boxes) -> Line:
    flow, end, side = link
    ends = boxes[side, end.id], boxes[Column.FLOWS, flow.id]
    start, stop = ends if side is Column.SOURCES else ends[::-1]
    return Line(start, stop, end.state)
