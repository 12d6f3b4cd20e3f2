"""Between the entries of a block collection: whose the comments and the blank lines are."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.yamledit.layout import Entry, Node
from reconciler.yamledit.source_lines import Lines


@dataclass(frozen=True)
class Item:
    """An entry of a block collection with what belongs to it.

    `lead` are the lines above it, `tail` those below it that are indented
    further than it is: comments without their indentation, and empty lines.
    Its lines in the text end at `end`.
    """

    entry: Entry
    lead: tuple[str, ...]
    tail: tuple[str, ...]
    end: int


def items_of(lines: Lines, node: Node, begin: int, end: int) -> tuple[list[Item], tuple[str, ...]]:
    """Return the items of a block collection, and the comments that follow them all.

    The lines from `begin` to `end` are the collection's own.
    """
    column = lines.column(node.entries[0].start)
    found: list[Item] = []
    position = begin
    for index, entry in enumerate(node.entries):
        lead = between(lines, position, lines.start(entry.start))
        following = node.entries[index + 1 : index + 2]
        limit = lines.start(following[0].start) if following else end
        last = lines.after(last_position(lines, entry))
        position = _tail_end(lines, last, limit, column)
        found.append(Item(entry, lead, _trimmed(between(lines, last, position)), position))
    return found, _trimmed(between(lines, position, end))


def last_position(lines: Lines, entry: Entry) -> int:
    """Return a position on the last line of an entry."""
    end = max(entry.value.end, entry.after)
    begins_line = lines.start(end) == end and end > entry.start
    return lines.start(end - 1) if begins_line else end


def between(lines: Lines, begin: int, end: int) -> tuple[str, ...]:
    """Return the lines of a stretch without their indentation, of blank ones never two in a row."""
    found: list[str] = []
    while begin < end:
        text = lines.text[begin : min(lines.end(begin), end)].strip(" \t")
        if text or (found and found[-1]) or not found:
            found.append(text)
        begin = lines.after(begin)
    return tuple(found)


def _tail_end(lines: Lines, begin: int, limit: int, column: int) -> int:
    """Return where the comments end that are indented further than an entry in that column."""
    end = position = begin
    while position < limit:
        content = lines.content(position)
        is_blank = content == lines.end(position)
        if not is_blank and not (lines.is_comment(position) and lines.column(content) > column):
            break
        position = lines.after(position)
        end = end if is_blank else position
    return end


def _trimmed(found: tuple[str, ...]) -> tuple[str, ...]:
    while found and not found[-1]:
        found = found[:-1]
    return found
