"""Removes and adds entries of a collection, each with its own lines and comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from reconciler.model.json_text import Json
from reconciler.yamledit.comments import Item, items_of
from reconciler.yamledit.node import Entry, Shape
from reconciler.yamledit.patch import Patching, Slot
from reconciler.yamledit.writer import element_lines, flow, key_text, member_lines

_BLANK = re.compile(r"[ \t\r\n]*")


class Addition(Struct, frozen=True):
    """A new entry, after an existing one or before all of them."""

    after: Entry | None
    value: Json
    key: str = ""


def change_entries(
    patching: Patching, slot: Slot, kept: Sequence[Entry], added: Iterable[Addition]
) -> None:
    """Keep `kept` of a node's entries, at least one of them, and add new ones."""
    held, new = set(kept), tuple(added)
    if new or len(held) < len(slot.node.entries):
        how = (_FlowEntries if slot.node.is_flow else _BlockEntries)(patching, slot)
        how.change([entry in held for entry in slot.node.entries], new)


class _BlockEntries(Struct):
    """Entries with lines of their own, and comments as `comments` assigns them."""

    patching: Patching
    slot: Slot

    def change(self, kept: list[bool], added: Sequence[Addition]) -> None:
        entries, lines = self.slot.node.entries, self.patching.lines
        begin = 0 if self.slot.above is None else lines.after(self.slot.entry.after)
        items = items_of(lines, self.slot.node, begin)
        first = entries[0].start
        is_compact = not lines.is_first(first)
        for addition in added:
            if addition.after is not None:
                self.add(addition, items[entries.index(addition.after)])
            elif is_compact:
                text = "\n".join(self.text(addition, first)).lstrip(" ")
                self.patching.put(first, first, f"{text}\n{' ' * self.column}")
            else:
                self.put_lines(items[0].own, self.text(addition, items[0].own))
        leading = kept.index(True)
        if is_compact and leading:
            self.take_compact(items, leading)
            kept = [True] * leading + kept[leading:]
        self.take(kept, items, begin, {entries.index(one.after) for one in added if one.after})

    @property
    def column(self) -> int:
        return self.patching.lines.column(self.slot.node.entries[0].start)

    def add(self, addition: Addition, item: Item) -> None:
        """Add an entry below another, whose comments below it stay its own."""
        text = [*self.text(addition, item.end)]
        is_parted = item.end > item.last and not item.goes_on and not item.entry.value.is_block
        self.put_lines(item.end, ["", *text] if is_parted else text)

    def put_lines(self, position: int, found: Iterable[str]) -> None:
        self.patching.put(position, position, "".join(f"{line}\n" for line in found))

    def take_compact(self, items: list[Item], leading: int) -> None:
        """Remove the first entries if the first one follows a dash on its line."""
        text = self.patching.lines.text
        found = _BLANK.match(text, items[leading - 1].end)
        assert found is not None  # noqa: S101 - it matches the empty string too
        self.patching.put(self.slot.node.entries[0].start, found.end(), "")

    def take(self, kept: list[bool], items: list[Item], begin: int, extended: set[int]) -> None:
        """Remove entries in runs; a run ends at a comment of no entry, and at an addition."""
        lines, index = self.patching.lines, 0
        while index < len(items):
            start, index = index, index + 1
            if kept[start]:
                continue
            while index < len(items) and not kept[index] and index - 1 not in extended:
                if lines.text[items[index].begin : items[index].own].strip():
                    break
                index += 1
            own, end = items[start].own, items[index - 1].end
            if index - 1 not in extended:
                own, end = self.with_blanks(
                    own, end, items[start - 1].end if start else begin, start
                )
            self.patching.put(own, end, "")

    def with_blanks(self, begin: int, end: int, above: int, index: int) -> tuple[int, int]:
        """Return the lines to remove with the blank ones on one side, so that none double."""
        lines = self.patching.lines
        before, after = begin, end
        while before > above and not lines.text[lines.start(before - 1) : before].strip():
            before = lines.start(before - 1)
        while after < len(lines.text) and lines.content(after) == lines.end(after):
            after = lines.after(after)
        if after == len(lines.text):
            return before, end
        is_between = before < begin or (index == 0 and before == above)
        return begin, after if is_between else end

    def text(self, addition: Addition, position: int) -> Iterable[str]:
        style = self.patching.style_before_comments(position, self.column)
        if self.slot.node.shape is Shape.LIST:
            return element_lines([addition.value], self.column, style)
        return member_lines({addition.key: addition.value}, self.column, style)


class _FlowEntries(Struct):
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
        pulled_up = self.pulled_up(order, ends)
        trails = commas[-1] is not None
        for place, item in enumerate(order):
            wants_comma = trails or place < len(order) - 1
            if isinstance(item, Addition):
                before = order[place - 1] if place else None
                lead = self.lead(before, commas, ends)
                self.add(item, begins[0], ends, lead, has_comma=wants_comma)
            elif item != pulled_up:
                self.punctuate(entries[item], commas[item], ends[item], wants=wants_comma)
        if pulled_up is not None:
            put(_end(entries[pulled_up]), _end(entries[-1]), "")
            kept = [*kept[: pulled_up + 1], *[True] * (len(kept) - pulled_up - 1)]
        for index, is_kept in enumerate(kept):
            if not is_kept:
                put(begins[index], ends[index], self.indentation(begins[index], ends[index]))

    def pulled_up(self, order: Sequence[int | Addition], ends: list[int]) -> int | None:
        """Return the entry that the closing bracket moves behind; None if it stays on its line."""
        entries, text = self.slot.node.entries, self.patching.lines.text
        last = order[-1]
        if isinstance(last, Addition) or last == len(entries) - 1 or self.begins_line(ends[-1]):
            return None
        gaps = zip(entries[last:], entries[last + 1 :], strict=False)
        has_comments = any("#" in text[_end(one) : other.start] for one, other in gaps)
        return None if has_comments else last

    def indentation(self, begin: int, end: int) -> str:
        """Return what to keep of a line if only the entry at its beginning is removed."""
        lines = self.patching.lines
        if not self.begins_line(begin) or self.begins_line(end):
            return ""
        line = lines.start(end)
        return lines.text[line : lines.content(line)]

    def comma(self, entry: Entry) -> int | None:
        position = self.patching.lines.skip(_end(entry))
        return position if self.patching.lines.text[position] == "," else None

    def end(self, entry: Entry, comma: int | None) -> int:
        position = _end(entry) if comma is None else comma + 1
        end = self.line_or_next(position)
        return position if comma is None and not self.begins_line(end) else end

    def line_or_next(self, position: int) -> int:
        """Return the start of the next line, or of what else is on this one."""
        lines = self.patching.lines
        content = lines.content(position)
        at_end = content == lines.end(content) or lines.comment(content) != ""
        return lines.after(position) if at_end else content

    def begins_line(self, position: int) -> bool:
        return self.patching.lines.start(position) == position

    def punctuate(self, entry: Entry, comma: int | None, end: int, *, wants: bool) -> None:
        """Add the comma that a kept entry needs, or remove that of the last one."""
        if wants and comma is None:
            self.patching.put(_end(entry), _end(entry), ",")
        elif comma is not None and not wants:
            self.patching.put(comma, comma + 1 if self.begins_line(end) else end, "")

    def lead(self, before: int | Addition | None, commas: list[int | None], ends: list[int]) -> str:
        """Return the blank between a new entry and what is before it on the same line."""
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
        pad = " " * self.column(beside)
        is_spread = own_line and self.patching.spreads(self.slot.node)
        text = self.text(addition, len(pad) if is_spread else None)
        if self.begins_line(position):
            self.patching.put(position, position, f"{pad}{text}{comma}\n")
        elif own_line and addition.after is not None:
            self.patching.put(position, position, f"\n{pad}{text}{comma}")
        else:
            follows = " " if has_comma and addition.after is not entries[-1] else ""
            self.patching.put(position, position, f"{lead}{text}{comma}{follows}")

    def column(self, beside: Entry) -> int:
        """Return the column of a new entry that begins a line."""
        lines = self.patching.lines
        for entry in (beside, *self.slot.node.entries):
            if lines.is_first(entry.start):
                return lines.column(entry.start)
        return self.patching.flow_column(self.slot)

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
    """Return the entries after the edit: indices of kept ones, and the new ones."""
    order: list[int | Addition] = [item for item in added if item.after is None]
    for index, entry in enumerate(entries):
        order += [index] if kept[index] else []
        order += [item for item in added if item.after is entry]
    return order


def _end(entry: Entry) -> int:
    return max(entry.value.end, entry.after)
