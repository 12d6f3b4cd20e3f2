"""The positions of boxes and lines on a map of connections; `map_svg` draws them.

Three columns: sources, flow specs, targets. A connection spec that several
flow specs use is there once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from reconciler.reports.html.connections import Connections, EdgeState, End

BOX_WIDTH = 290
BOX_HEIGHT = 26
ROW_HEIGHT = 34
GAP = 130
MARGIN = 2
HEADING = 30
MOST_KEPT = 6
"""Unchanged connections at one end of a flow spec; more than this become one box."""


class Column(StrEnum):
    """The columns, from left to right."""

    SOURCES = "sources"
    FLOWS = "flows"
    TARGETS = "targets"


@dataclass(frozen=True)
class Box:
    """A box at (x, y); `state` is that of all its lines, or kept if they differ."""

    column: Column
    key: str
    label: str
    state: EdgeState
    x: int
    y: int

    @property
    def middle(self) -> float:
        """The height at which lines meet the box."""
        return self.y + BOX_HEIGHT / 2


@dataclass(frozen=True)
class Line:
    """A line from a box to the box right of it."""

    start: Box
    end: Box
    state: EdgeState


@dataclass(frozen=True)
class Map:
    """Boxes and lines, and the size of the picture."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: int
    height: int


@dataclass(frozen=True)
class _Link:
    flow: str
    end: End
    column: Column


_Cell: TypeAlias = "tuple[str, str, EdgeState]"


def map_of(flows: Sequence[Connections]) -> Map:
    """Lay out flow specs with their connections, in the order given."""
    links = [link for flow in flows for link in _links(flow)]
    order = {flow.id: place for place, flow in enumerate(flows)}
    columns = [
        _ends_in_order(links, Column.SOURCES, order),
        [(flow.id, flow.name, EdgeState.KEPT) for flow in flows],
        _ends_in_order(links, Column.TARGETS, order),
    ]
    boxes = _stacked(columns, links)
    lowest = max(box.y for box in boxes.values())
    return Map(
        tuple(boxes.values()),
        tuple(_line(link, boxes) for link in links),
        3 * BOX_WIDTH + 2 * GAP + 2 * MARGIN,
        lowest + ROW_HEIGHT,
    )


Boxes: TypeAlias = "dict[tuple[Column, str], Box]"


def _stacked(columns: Sequence[Sequence[_Cell]], links: Sequence[_Link]) -> Boxes:
    """Stack each column from the top, each box near its neighbors on the left."""
    boxes: Boxes = {}
    for number, (column, entries) in enumerate(zip(Column, columns, strict=True)):
        free = HEADING
        for key, label, state in entries:
            y = max(free, _beside(column, key, links, boxes))
            x = MARGIN + number * (BOX_WIDTH + GAP)
            boxes[column, key] = Box(column, key, label, state, x, y)
            free = y + ROW_HEIGHT
    return boxes


def _beside(column: Column, key: str, links: Sequence[_Link], boxes: Boxes) -> int:
    """Return the best height of a box: amid a flow spec's sources, by a target's first one."""
    if column is Column.FLOWS:
        ends = [(Column.SOURCES, link.end.id) for link in links if link.flow == key]
        heights = [boxes[place].y for place in ends if place in boxes]
        return sum(heights) // len(heights) if heights else 0
    flows = [boxes.get((Column.FLOWS, link.flow)) for link in links if link.end.id == key]
    return min((box.y for box in flows if box), default=0)


def _line(link: _Link, boxes: Boxes) -> Line:
    flow, end = boxes[Column.FLOWS, link.flow], boxes[link.column, link.end.id]
    if link.column is Column.SOURCES:
        return Line(end, flow, link.end.state)
    return Line(flow, end, link.end.state)


def _links(flow: Connections) -> Iterable[_Link]:
    for column, ends in ((Column.SOURCES, flow.sources), (Column.TARGETS, flow.targets)):
        for end in _drawn(flow, column, ends):
            yield _Link(flow.id, end, column)


def _drawn(flow: Connections, column: Column, ends: tuple[End, ...]) -> Iterable[End]:
    kept = [end for end in ends if end.state is EdgeState.KEPT]
    if len(kept) <= MOST_KEPT:
        return ends
    together = End(f"{column}\0{flow.id}", f"{len(kept)} unchanged {column}", EdgeState.KEPT)
    return [*(end for end in ends if end.state is not EdgeState.KEPT), together]


def _ends_in_order(links: Sequence[_Link], column: Column, order: dict[str, int]) -> list[_Cell]:
    """Return the ends in a column, each near the middle of its flow specs."""
    by_id: dict[str, list[_Link]] = {}
    for link in links:
        if link.column is column:
            by_id.setdefault(link.end.id, []).append(link)
    places = {
        key: sum(order[link.flow] for link in group) / len(group) for key, group in by_id.items()
    }
    return [
        (key, by_id[key][0].end.name, _common_state(by_id[key]))
        for key in sorted(by_id, key=places.__getitem__)
    ]


def _common_state(links: Sequence[_Link]) -> EdgeState:
    states = {link.end.state for link in links}
    return states.pop() if len(states) == 1 else EdgeState.KEPT
