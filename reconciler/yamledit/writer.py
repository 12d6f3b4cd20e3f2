"""Writes JSON values as YAML, in the style of a file."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from reconciler.model.json_text import Json, JsonObject
from reconciler.yamledit.scalars import MAX_KEY, is_block_text, quoted, scalar_text


class YamlStyle(Struct, frozen=True):
    """The style of a file."""

    members: int = 2
    """How far members are indented below their key."""
    dashes: int = 2
    """How far the dashes of a list are indented below its key."""
    quotes_keys: bool = False
    """Keys and strings in braces and brackets are quoted, as in JSON."""
    has_block_scalars: bool = True
    """Strings of several lines are written as literal blocks."""


DEFAULT_STYLE = YamlStyle()


class Block(Struct, frozen=True):
    """A value as it follows a key or a dash: what goes on that line, and the lines below it.

    `is_compact`: the head is the first of the lines, and only a dash may have it beside it.
    """

    head: str
    lines: tuple[str, ...] = ()
    is_compact: bool = False


def block(value: Json, column: int, style: YamlStyle, *, in_list: bool) -> Block:
    """Return a value below a key or dash in `column`.

    Raises `UnwritableError` if YAML cannot represent it.
    """
    if style.has_block_scalars and isinstance(value, str) and is_block_text(value):
        pad = " " * (column + style.members)
        header = "|" if value.endswith("\n") else "|-"
        lines = value.removesuffix("\n").split("\n")
        return Block(header, tuple(pad + line if line else "" for line in lines))
    if isinstance(value, dict) and value:
        inner = column + (2 if in_list else style.members)
        return _compact(tuple(member_lines(value, inner, style)), in_list)
    if isinstance(value, list) and value:
        inner = column + (2 if in_list else style.dashes)
        return _compact(tuple(element_lines(value, inner, style)), in_list)
    return Block(inline(value))


def inline(value: Json) -> str:
    """Return a scalar or an empty collection as it is written outside of brackets."""
    if isinstance(value, dict):
        return "{}"
    return "[]" if isinstance(value, list) else scalar_text(value)


def _compact(lines: tuple[str, ...], in_list: bool) -> Block:
    return Block(lines[0].lstrip(" "), lines[1:], True) if in_list else Block("", lines)


def member_lines(members: JsonObject, column: int, style: YamlStyle) -> Iterator[str]:
    """Yield the lines of an object's members, each line with its indentation."""
    pad = " " * column
    for key, value in members.items():
        made = block(value, column, style, in_list=False)
        text = scalar_text(key) if len(key) <= MAX_KEY else f"? {quoted(key)}\n{pad}"
        yield f"{pad}{text}:{' ' if made.head else ''}{made.head}"
        yield from made.lines


def element_lines(items: list[Json], column: int, style: YamlStyle) -> Iterator[str]:
    """Yield the lines of a list's elements, each line with its indentation."""
    for item in items:
        made = block(item, column, style, in_list=True)
        yield f"{' ' * column}- {made.head}"
        yield from made.lines


def flow(value: Json, style: YamlStyle, indent: int | None = None) -> str:
    """Return a value in brackets and braces: on one line, or one part a line from `indent` on."""
    if isinstance(value, dict):
        parts = [
            f"{key_text(key, style)}: {flow(member, style, _deeper(indent, style))}"
            for key, member in value.items()
        ]
        return _enclosed("{", parts, "}", style, indent)
    if isinstance(value, list):
        parts = [flow(item, style, _deeper(indent, style)) for item in value]
        return _enclosed("[", parts, "]", style, indent)
    if isinstance(value, str) and style.quotes_keys:
        return quoted(value)
    return scalar_text(value, in_flow=True)


def key_text(key: str, style: YamlStyle) -> str:
    """Return a key as it is written in braces, without its colon."""
    if len(key) > MAX_KEY:
        return f"? {quoted(key)}"
    return quoted(key) if style.quotes_keys else scalar_text(key, in_flow=True)


def _deeper(indent: int | None, style: YamlStyle) -> int | None:
    return None if indent is None else indent + style.members


def _enclosed(
    opening: str, parts: list[str], closing: str, style: YamlStyle, indent: int | None
) -> str:
    if not parts or indent is None:
        return opening + ", ".join(parts) + closing
    pad = "\n" + " " * (indent + style.members)
    return opening + pad + f",{pad}".join(parts) + "\n" + " " * indent + closing
