"""What is between a colon or a dash and its value: comments, an anchor, a tag."""

from __future__ import annotations

from msgspec import Struct

from reconciler.yamledit.layout import PROPERTY
from reconciler.yamledit.node import Entry, Node
from reconciler.yamledit.source_lines import Lines


class Gap(Struct, frozen=True):
    """A gap: the comment on the first line, those on lines of their own, anchor and tag.

    Before a block collection it ends at `end`, with the anchor and the tag: what
    follows belongs to the first entry.
    """

    beside: str
    comments: tuple[str, ...]
    properties: tuple[str, ...]
    end: int


def gap_of(lines: Lines, entry: Entry) -> Gap:
    """Return the gap before an entry's value."""
    node, position = entry.value, entry.after
    comments: list[str] = []
    properties: list[str] = []
    beside, end, kept = "", position, 0
    while position < node.body:
        found = PROPERTY.match(lines.text, position)
        if lines.text[position] == "#":
            stop = lines.end(position)
            if lines.start(position) == lines.start(entry.after):
                beside = comment_at(lines, position)
            else:
                comments.append(lines.text[position:stop].rstrip())
            position = stop
        elif found is not None:
            properties.append(found.group())
            position = end = found.end()
            kept = len(comments)
        else:
            position += 1
    if node.is_block and node.entries:
        comments = comments[:kept]
    return Gap(beside, tuple(comments), tuple(properties), end)


def comment_behind(lines: Lines, node: Node) -> str:
    """Return the comment behind a value, with the blanks before it."""
    content = lines.content(node.end)
    return comment_at(lines, content) if lines.comment(node.end) else ""


def comment_at(lines: Lines, position: int) -> str:
    """Return the comment that begins at a position, with the blanks before it."""
    before = lines.text[lines.start(position) : position]
    blanks = before[len(before.rstrip(" \t")) :]
    return blanks + lines.text[position : lines.end(position)].rstrip()


def has_comments(lines: Lines, node: Node) -> bool:
    """Return True if there is a comment between the brackets of a flow collection."""
    position, text = node.body + 1, lines.text
    for entry in node.entries:
        inner = entry.value
        if "#" in text[position : entry.start] or "#" in text[entry.after : inner.start]:
            return True
        if inner.entries and has_comments(lines, inner):
            return True
        position = max(inner.end, entry.after)
    return "#" in text[position : node.end]
