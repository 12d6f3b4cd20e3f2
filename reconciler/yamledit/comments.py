"""Assigns comments to the entries of a block collection; the only place that decides this.

- Comment lines directly above an entry are its own, however far they are
  indented; a blank line between them parts them from it.
- Comment lines below an entry that are indented further belong to the entry if
  its value is a block or empty, since they are within it; if they go on with the
  comment beside it, in the same column; or if they are not directly above the
  next entry.
- At the top of the file, `# yaml-language-server: …`, `---` and directives stay
  there.

`entries` removes and adds entries by these rules, and `formatting` moves them.
"""

from __future__ import annotations

from msgspec import Struct

from reconciler.yamledit.node import Entry, Node
from reconciler.yamledit.source_lines import Lines

_STAYS_ON_TOP = ("# yaml-language-server:", "---", "%")


class Item(Struct, frozen=True):
    """An entry of a block collection with the lines that belong to it, as positions of lines.

    An entry that follows a dash on its line begins there.
    """

    entry: Entry
    begin: int
    """Where the lines between it and the entry before it begin."""
    own: int
    """Where its own comments above it begin."""
    line: int
    """Where its own line begins."""
    last: int
    """Behind its last line."""
    end: int
    """Behind the comments below it that are its own."""
    goes_on: bool
    """True if these continue the comment beside its value."""


def items_of(lines: Lines, node: Node, begin: int) -> list[Item]:
    """Return the entries of a block collection whose lines begin at `begin`."""
    column = lines.column(node.entries[0].start)
    found: list[Item] = []
    for index, entry in enumerate(node.entries):
        is_first = lines.is_first(entry.start)
        line = lines.start(entry.start) if is_first else entry.start
        begin = begin if is_first else line
        last = lines.after(last_position(lines, entry))
        following = node.entries[index + 1 : index + 2]
        limit = lines.start(following[0].start) if following else None
        end, goes_on = _below(lines, entry, last, limit, column)
        found.append(Item(entry, begin, _own(lines, begin, line), line, last, end, goes_on))
        begin = end
    return found


def last_position(lines: Lines, entry: Entry) -> int:
    """Return a position on the last line of an entry."""
    end = max(entry.value.end, entry.after)
    begins_line = lines.start(end) == end and end > entry.start
    return lines.start(end - 1) if begins_line else end


def between(lines: Lines, begin: int, end: int) -> tuple[str, ...]:
    """Return lines without their indentation; of several blank ones in a row only one."""
    found: list[str] = []
    while begin < end:
        text = lines.text[begin : min(lines.end(begin), end)].strip(" \t")
        if text or (found and found[-1]) or not found:
            found.append(text)
        begin = lines.after(begin)
    return tuple(found)


def trimmed(found: tuple[str, ...]) -> tuple[str, ...]:
    """Return lines without the blank ones at their end."""
    while found and not found[-1]:
        found = found[:-1]
    return found


def _own(lines: Lines, begin: int, line: int) -> int:
    """Return where the comments begin that are directly above an entry's line."""
    while line > begin:
        above = lines.start(line - 1)
        text = lines.text[above:line].strip()
        if not text.startswith("#") or text.startswith(_STAYS_ON_TOP):
            break
        line = above
    return line


def _below(
    lines: Lines, entry: Entry, last: int, limit: int | None, column: int
) -> tuple[int, bool]:
    """Return where the comments end that belong to an entry above them."""
    value = entry.value
    is_empty = value.body == value.end or (value.is_flow and not value.entries)
    if is_empty or (value.entries and not value.is_flow):
        return _deeper(lines, last, limit, column, over_blanks=True), False
    beside, position = _beside(lines, entry), last
    while beside is not None and _is_comment_in(lines, position, beside):
        position = lines.after(position)
    if position > last:
        return position, True
    end = _deeper(lines, last, limit, column, over_blanks=False)
    return (last if end == limit else end), False


def _beside(lines: Lines, entry: Entry) -> int | None:
    """Return the column of the comment beside a value that is not a block."""
    end = max(entry.value.end, entry.after)
    has_comment = not entry.value.is_block and lines.comment(end)
    return lines.column(lines.content(end)) if has_comment else None


def _is_comment_in(lines: Lines, position: int, column: int) -> bool:
    return lines.is_comment(position) and lines.column(lines.content(position)) == column


def _deeper(lines: Lines, begin: int, limit: int | None, column: int, *, over_blanks: bool) -> int:
    """Return where the comments end that are indented further than a column."""
    end = position = begin
    limit = len(lines.text) if limit is None else limit
    while position < limit:
        content = lines.content(position)
        is_blank = content == lines.end(position)
        is_deeper = lines.is_comment(position) and lines.column(content) > column
        if not is_deeper and not (is_blank and over_blanks):
            break
        position = lines.after(position)
        end = end if is_blank else position
    return end


def without_deep_comments(lines: Lines, root: Node) -> str:
    """Return YAML in which no comment line is indented further than the next line of content.

    There a block scalar may be written anywhere, without taking in a comment.
    """
    found: list[str] = []
    column, position = 0, len(lines.text)
    values = [node for node in root.below() if node.is_flow or not node.entries]
    while position > 0:
        start = lines.start(position - 1)
        line, content = lines.text[start:position], lines.content(start)
        is_within = any(node.start < content < node.end for node in values)
        if lines.is_comment(start) and not is_within:
            line = " " * min(column, lines.column(content)) + line.lstrip(" \t")
        elif line.strip() and not is_within:
            column = lines.column(content)
        found.append(line)
        position = start
    return "".join(reversed(found))
