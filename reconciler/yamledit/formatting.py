"""Formats YAML: keys in order, two spaces a level, comments with their keys.

Values, quotes, anchors and brackets on one line are unchanged. Brackets over
several lines, as in pasted JSON, become indented lines. Formatted YAML is
unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from reconciler.model.errors import InputError
from reconciler.model.json_text import Json, same
from reconciler.yamledit.comments import (
    Item,
    between,
    items_of,
    last_position,
    trimmed,
)
from reconciler.yamledit.edit import EditError
from reconciler.yamledit.layout import layout_of
from reconciler.yamledit.node import Entry, Node, Shape
from reconciler.yamledit.parse import parse_yaml
from reconciler.yamledit.source_lines import BREAK, Lines
from reconciler.yamledit.value_gap import comment_behind, gap_of, has_comments
from reconciler.yamledit.writer import DEFAULT_STYLE, element_lines, member_lines

_STEP = 2
_DIGIT = re.compile("[1-9]")


def formatted(text: str, in_order: Callable[[Json], Json], file: str) -> str:
    """Return YAML in canonical form, with its keys as `in_order` returns those of its value.

    Raises `InputError` if the text does not parse, and `EditError` if the result
    would parse as something else.
    """
    parsed = parse_yaml(text, file)
    if parsed.problems:
        raise InputError(parsed.problems)
    if not isinstance(parsed.value, dict) or not parsed.value:
        return text
    for value in (in_order(parsed.value), parsed.value):
        whole = _formatted(text, value)
        # A line break after a block scalar at the end may be content.
        for found in (whole, whole.rstrip("\r\n")):
            if same(parse_yaml(found, file).value, parsed.value):
                return found
    raise EditError(f"{file} could not be formatted and is unchanged. Please report this bug.")


def _formatted(text: str, value: Json) -> str:
    lines = Lines(text)
    found = _Formatting(lines).document(layout_of(lines), value)
    return "".join(line + lines.newline for line in found)


class _Formatting(Struct, frozen=True):
    """One pass through a file; every method returns whole lines, without their ends.

    `value` is a node's, with its keys in the order to write.
    """

    lines: Lines

    def document(self, root: Node, value: Json) -> list[str]:
        lines, end = self.lines, len(self.lines.text)
        if root.is_flow:
            header = _stripped(between(lines, 0, root.start))
            body = self.bracketed_document(root, value)
            beside = [lines.comment(root.end)] if lines.comment(root.end) else []
            return [*header, *body, *beside, *_stripped(between(lines, lines.after(root.end), end))]
        items = items_of(lines, root, 0)
        header = _without_first_blanks(between(lines, 0, items[0].own))
        items[0] = replace(items[0], begin=items[0].own)
        footer = trimmed(between(lines, items[-1].end, end))
        return [*header, *self.items(root, items, 0, value), *footer]

    def bracketed_document(self, root: Node, value: Json) -> list[str]:
        if self.is_plain(root):
            return _lines_of(value, 0)
        return BREAK.split(self.lines.text[root.start : root.end])

    def items(self, node: Node, items: Sequence[Item], column: int, value: Json) -> list[str]:
        found: list[str] = []
        above: Item | None = None
        for item in self.sorted(node, items, value):
            lead = between(self.lines, item.begin, item.line)
            if above is None:
                lead = _without_first_blanks(lead)
            elif self.parts(above, lead):
                lead = ("", *lead)
            above = item
            found += [_padded(text, column) for text in lead]
            entry = item.entry
            if node.is_whole or entry.is_explicit:
                found += self.kept_lines(item, column)
            elif node.shape is Shape.LIST:
                inner = value[node.entries.index(entry)] if isinstance(value, list) else None
                found += self.entry(item, " " * column + "-", column, inner)
            else:
                inner = value.get(entry.key) if isinstance(value, dict) else None
                key = self.lines.text[entry.start : entry.after - 1].rstrip()
                found += self.entry(item, f"{' ' * column}{key}:", column, inner)
        return found

    def parts(self, above: Item, lead: Sequence[str]) -> bool:
        """Return True if an entry's comments need a blank line before the next entry."""
        is_own = above.end > above.last and not above.goes_on and not above.entry.value.is_block
        return is_own and not lead

    def sorted(self, node: Node, items: Sequence[Item], value: Json) -> Sequence[Item]:
        if node.is_whole or not isinstance(value, dict):
            return items
        by_key = {item.entry.key: item for item in items if not item.entry.is_merge}
        merges = [item for item in items if item.entry.is_merge]
        found = [*merges, *(by_key[key] for key in value if key in by_key)]
        return found if _anchors_come_first([item.entry for item in found]) else items

    def kept_lines(self, item: Item, column: int) -> list[str]:
        """Return the lines of an entry without a plain key, with only their indentation changed."""
        lines, start = self.lines, item.entry.start
        stop = lines.end(last_position(lines, item.entry))
        first, *others = BREAK.split(lines.text[start:stop])
        delta = column - lines.column(start)
        return [
            " " * column + first,
            *(_shifted(line, delta) for line in others),
            *(_padded(text, column) for text in self.below(item)),
        ]

    def entry(self, item: Item, prefix: str, column: int, value: Json) -> list[str]:
        node, gap = item.entry.value, gap_of(self.lines, item.entry)
        head = " ".join([prefix, *gap.properties])
        inner = column + _STEP
        may_join = prefix.endswith("-") and not gap.properties
        comments = [" " * inner + text for text in gap.comments]
        if node.is_block and node.entries:
            items = items_of(self.lines, node, self.lines.after(gap.end))
            rest = trimmed(between(self.lines, items[-1].end, item.end))
            found = self.items(node, items, inner, value)
            found = [*comments, *found, *(_padded(text, inner) for text in rest)]
            return _below(head, gap.beside, found, may_join=may_join)
        if self.is_unrolled(node):
            beside = gap.beside or comment_behind(self.lines, node)
            found = [*comments, *_lines_of(value, inner)]
            found = _below(head, beside, found, may_join=may_join)
        elif node.end == node.body:
            found = [head + comment_behind(self.lines, node), *comments]
        else:
            apart = bool(gap.beside or comments)
            first, *others = self.value_lines(item.entry, column, inner if apart else column)
            if apart:
                found = [head + gap.beside, *comments, " " * inner + first, *others]
            else:
                found = [f"{head} {first}", *others]
        return [*found, *self.tail(item, column, found[-1])]

    def tail(self, item: Item, column: int, last: str) -> list[str]:
        """Return the comments below an entry, indented; `last` is its last line."""
        node = item.entry.value
        if item.goes_on and not self.is_unrolled(node):
            column = len(last) - len(self.lines.comment(node.end))
        elif node.style not in ("|", ">"):
            column += _STEP
        return [_padded(text, column) for text in self.below(item)]

    def below(self, item: Item) -> tuple[str, ...]:
        return trimmed(between(self.lines, item.last, item.end))

    def value_lines(self, entry: Entry, column: int, base: int) -> list[str]:
        """Return the lines of a scalar, an alias or brackets; the first without indentation.

        The entry goes to `column`, the line on which the value begins to `base`.
        """
        node = entry.value
        if node.is_block:
            return self.block_scalar(entry, column)
        if node.is_flow and not node.entries and not has_comments(self.lines, node):
            first, others = self.lines.text[node.body] + self.lines.text[node.end - 1], []
        else:
            first, *others = BREAK.split(self.lines.text[node.body : node.end])
        if node.is_flow:
            delta = base - self.base(entry)
            found = [first, *(_shifted(line, delta) for line in others)]
        else:
            found = [first, *(_padded(line.lstrip(" \t"), column + _STEP) for line in others)]
        return [*found[:-1], found[-1] + comment_behind(self.lines, node)]

    def base(self, entry: Entry) -> int:
        """Return the column of the line on which a value begins, or of its entry there."""
        line = self.lines.start(entry.value.body)
        if self.lines.start(entry.start) == line:
            return self.lines.column(entry.start)
        return self.lines.column(self.lines.content(line))

    def block_scalar(self, entry: Entry, column: int) -> list[str]:
        """Return the header and the lines of a block scalar in an entry that goes to `column`."""
        node = entry.value
        header, *content = BREAK.split(self.lines.text[node.body : node.end])
        content = content[:-1] if content and not content[-1] else content
        indicator, blank, comment = header.rstrip().partition(" ")
        digit = _DIGIT.search(indicator)
        if digit is not None:
            indent = self.lines.column(entry.start) + int(digit.group())
            indicator = indicator.replace(digit.group(), str(_STEP))
        else:
            indent = min((_indent(line) for line in content if line.strip(" ")), default=0)
        pad = " " * (column + _STEP)
        return [
            indicator + blank + comment,
            *(pad + line[indent:] if line[indent:] else "" for line in content),
        ]

    def is_unrolled(self, node: Node) -> bool:
        """Return True if brackets span several lines and contain only plain values."""
        has_breaks = BREAK.search(self.lines.text, node.body, node.end) is not None
        return node.is_flow and bool(node.entries) and has_breaks and self.is_plain(node)

    def is_plain(self, node: Node) -> bool:
        odd = any(
            inner.anchor or inner.name or inner.tag or inner.is_whole
            for inner in node.below()
            if inner is not node
        )
        return not odd and not node.is_whole and not has_comments(self.lines, node)


def _lines_of(value: Json, column: int) -> list[str]:
    if isinstance(value, dict):
        return list(member_lines(value, column, DEFAULT_STYLE))
    assert isinstance(value, list)  # noqa: S101 - brackets hold one or the other
    return list(element_lines(value, column, DEFAULT_STYLE))


def _below(head: str, beside: str, found: list[str], *, may_join: bool) -> list[str]:
    """Return the lines of a collection below its key, or its first one beside its dash."""
    first = found[0].lstrip(" ")
    if may_join and not beside and first and not first.startswith("#"):
        return [f"{head} {first}", *found[1:]]
    return [head + beside, *found]


def _anchors_come_first(entries: Sequence[Entry]) -> bool:
    """Return True if in this order every anchor comes before its aliases."""
    everywhere = {anchor for entry in entries for anchor in _anchors(entry)}
    seen: set[str] = set()
    for entry in entries:
        seen |= _anchors(entry)
        used = {node.name for node in entry.value.below() if node.name}
        if not used & everywhere <= seen:
            return False
    return True


def _anchors(entry: Entry) -> set[str]:
    inner = (below for node in entry.value.below() for below in node.entries)
    keys = {below.key_anchor for below in [entry, *inner] if below.key_anchor}
    return keys | {node.anchor for node in entry.value.below() if node.anchor}


def _stripped(found: Sequence[str]) -> tuple[str, ...]:
    return _without_first_blanks(_without_first_blanks(found)[::-1])[::-1]


def _without_first_blanks(found: Sequence[str]) -> tuple[str, ...]:
    first = next((index for index, line in enumerate(found) if line), len(found))
    return tuple(found[first:])


def _padded(text: str, column: int) -> str:
    return " " * column + text if text else ""


def _shifted(line: str, delta: int) -> str:
    text = line.lstrip(" ")
    return _padded(text, max(0, len(line) - len(text) + delta))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
