"""Entries of a collection taken out and put in, each with its own lines and comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reconciler.model.json_text import Json
from reconciler.yamledit.layout import Entry, Shape
from reconciler.yamledit.patch import Patching, Slot
from reconciler.yamledit.writer import element_lines, flow, key_text, member_lines

_BLANK = re.compile("[ \t\r\n]*")


@dataclass(frozen=True)
class Addition:
    """A new entry, after one that was there or before all of them."""

    after: Entry | None
    value: Json
    key: str = ""


def change_entries(
    patching: Patching, slot: Slot, kept: Sequence[Entry], added: Iterable[Addition]
) -> None:
    """Leave `kept` of a node's entries, at least one of them, and add new ones."""
    held, new = set(kept), tuple(added)
    if new or len(held) < len(slot.node.entries):
        how = (_FlowEntries if slot.node.is_flow else _BlockEntries)(patching, slot)
        how.change([entry in held for entry in slot.node.entries], new)


@dataclass
class _BlockEntries:
    """Entries with lines of their own.

    An entry's region is its lines, the comment lines right above it that
    begin where it does, and those right below it that are indented further.
    """

    patching: Patching
    slot: Slot

    def change(self, kept: list[bool], added: Sequence[Addition]) -> None:
        entries, lines = self.slot.node.entries, self.patching.lines
        regions = self.regions()
        first = entries[0].start
        is_compact = not lines.is_first(first)
        for addition in added:
            if addition.after is not None:
                end = regions[entries.index(addition.after)][1]
                self.patching.put(end, end, "".join(f"{line}\n" for line in self.text(addition)))
            elif is_compact:
                text = "\n".join(self.text(addition)).lstrip(" ")
                self.patching.put(first, first, f"{text}\n{' ' * self.column}")
            else:
                begin = regions[0][0]
                self.patching.put(
                    begin, begin, "".join(f"{line}\n" for line in self.text(addition))
                )
        leading = kept.index(True)
        if is_compact and leading:
            self.take_compact(regions, leading)
            kept = [True] * leading + kept[leading:]
        for is_kept, (begin, end) in zip(kept, regions, strict=True):
            if not is_kept:
                self.patching.put(begin, end, "")

    @property
    def column(self) -> int:
        return self.patching.lines.column(self.slot.node.entries[0].start)

    def take_compact(self, regions: list[tuple[int, int]], leading: int) -> None:
        """Take out the first entries where the first stands behind a dash."""
        text = self.patching.lines.text
        found = _BLANK.match(text, regions[leading - 1][1])
        assert found is not None  # noqa: S101 - it matches nothing too
        self.patching.put(self.slot.node.entries[0].start, found.end(), "")

    def regions(self) -> list[tuple[int, int]]:
        lines, column = self.patching.lines, self.column
        found: list[tuple[int, int]] = []
        bound = lines.after(self.slot.after)
        for index, entry in enumerate(self.slot.node.entries):
            begin = lines.start(entry.start) if lines.is_first(entry.start) else entry.start
            if index or not self.slot.is_root:
                while begin > bound and self.is_comment_above(begin, column):
                    begin = lines.start(begin - 1)
            bound = lines.after(max(entry.start, self.patching.content_end(entry.value)))
            while lines.is_comment(bound) and lines.column(lines.content(bound)) > column:
                bound = lines.after(bound)
            found.append((begin, bound))
        return found

    def is_comment_above(self, begin: int, column: int) -> bool:
        lines = self.patching.lines
        above = lines.start(begin - 1)
        return lines.is_comment(above) and lines.column(lines.content(above)) == column

    def text(self, addition: Addition) -> Iterable[str]:
        style = self.patching.style
        if self.slot.node.shape is Shape.LIST:
            return element_lines([addition.value], self.column, style)
        return member_lines({addition.key: addition.value}, self.column, style)


@dataclass
class _FlowEntries:
    """Entries in brackets or braces.

    An entry's region ends behind its comma and, where nothing else follows on
    the line, with the line; the next one begins there.
    """

    patching: Patching
    slot: Slot

    def change(self, kept: list[bool], added: Sequence[Addition]) -> None:
        entries, put = self.slot.node.entries, self.patching.put
        commas = [self.comma(entry) for entry in entries]
        ends = [self.end(*pair) for pair in zip(entries, commas, strict=True)]
        begins = [self.line_or_next(self.slot.node.body + 1), *ends[:-1]]
        order = _order(entries, kept, added)
        trails = commas[-1] is not None
        for place, item in enumerate(order):
            wants_comma = trails or place < len(order) - 1
            if isinstance(item, int):
                self.punctuate(entries[item], commas[item], ends[item], wants=wants_comma)
            else:
                before = order[place - 1] if place else None
                lead = self.lead(before, commas, ends)
                self.add(item, begins[0], ends, lead, has_comma=wants_comma)
        for index, is_kept in enumerate(kept):
            if not is_kept:
                put(begins[index], ends[index], "")

    def comma(self, entry: Entry) -> int | None:
        position = self.patching.lines.skip(_end(entry))
        return position if self.patching.lines.text[position] == "," else None

    def end(self, entry: Entry, comma: int | None) -> int:
        position = _end(entry) if comma is None else comma + 1
        end = self.line_or_next(position)
        return position if comma is None and not self.begins_line(end) else end

    def line_or_next(self, position: int) -> int:
        """Return where the next line begins if nothing else stands on this one, else what does."""
        lines = self.patching.lines
        content = lines.content(position)
        at_end = content == lines.end(content) or lines.comment(content) != ""
        return lines.after(position) if at_end else content

    def begins_line(self, position: int) -> bool:
        return self.patching.lines.start(position) == position

    def punctuate(self, entry: Entry, comma: int | None, end: int, *, wants: bool) -> None:
        """Give a kept entry the comma that it needs, or take it away from the last one."""
        if wants and comma is None:
            self.patching.put(_end(entry), _end(entry), ",")
        elif comma is not None and not wants:
            self.patching.put(comma, comma + 1 if self.begins_line(end) else end, "")

    def lead(self, before: int | Addition | None, commas: list[int | None], ends: list[int]) -> str:
        """Return the blank that parts a new entry on the same line from what is before it."""
        if before is None:
            return ""
        if isinstance(before, Addition) or commas[before] is None:
            return " "
        return "" if self.patching.lines.text[ends[before] - 1] in " \t" else " "

    def add(
        self, addition: Addition, first: int, ends: list[int], lead: str, *, has_comma: bool
    ) -> None:
        entries, lines = self.slot.node.entries, self.patching.lines
        position = first
        beside = entries[0]
        if addition.after is not None:
            beside = addition.after
            position = ends[entries.index(beside)]
        comma = "," if has_comma else ""
        own_line = lines.is_first(beside.start)
        pad = " " * lines.column(lines.content(lines.start(beside.start)))
        text = self.text(addition, len(pad) if own_line else None)
        if self.begins_line(position):
            self.patching.put(position, position, f"{pad}{text}{comma}\n")
        elif own_line and addition.after is not None:
            self.patching.put(position, position, f"\n{pad}{text}{comma}")
        else:
            follows = " " if has_comma and addition.after is not entries[-1] else ""
            self.patching.put(position, position, f"{lead}{text}{comma}{follows}")

    def text(self, addition: Addition, indent: int | None) -> str:
        style = self.patching.style
        if self.slot.node.shape is Shape.LIST:
            return flow(addition.value, style, indent)
        is_quoted = self.patching.lines.text[self.slot.node.entries[0].start] == '"'
        style = replace(style, quotes_keys=is_quoted)
        return f"{key_text(addition.key, style)}: {flow(addition.value, style, indent)}"


def _order(
    entries: Sequence[Entry], kept: list[bool], added: Sequence[Addition]
) -> list[int | Addition]:
    """Return the entries as they will stand: indices of kept ones, and the new ones."""
    order: list[int | Addition] = [item for item in added if item.after is None]
    for index, entry in enumerate(entries):
        order += [index] if kept[index] else []
        order += [item for item in added if item.after is entry]
    return order


def _end(entry: Entry) -> int:
    return max(entry.value.end, entry.after)
