"""The JSON value of a YAML document: anchors and merge keys resolved, other types refused.

What JSON cannot hold (dates, tags, keys that are no strings) becomes a located
problem. Merge keys are YAML 1.1's (https://yaml.org/type/merge.html): a member of
the mapping wins over a merged one, and of several merged mappings the first.
"""

from __future__ import annotations

from msgspec import Struct, field

from reconciler.model.checks import CheckName
from reconciler.model.json_text import (
    MAX_DEPTH,
    InexactNumberError,
    Json,
    JsonObject,
    exact_float,
    same,
)
from reconciler.model.problems import Problem
from reconciler.yamledit.layout import MERGE
from reconciler.yamledit.node import Entry, LayoutError, Node, Shape
from reconciler.yamledit.plain_scalars import TAG, tag_of_plain
from reconciler.yamledit.source_lines import Lines

MAX_VALUES = 1_000_000
"""How many values a file may hold once its aliases are written out."""

_COLLECTION_TAGS = {Shape.LIST: ("", "!", TAG + "seq"), Shape.OBJECT: ("", "!", TAG + "map")}
_SCALAR_TAGS = frozenset(TAG + name for name in ("str", "null", "bool", "int", "float"))
_BASES = {"0b": 2, "0o": 8, "0x": 16}


def json_value(root: Node, lines: Lines, file: str) -> tuple[Json, list[Problem]]:
    """Return the value of a document and its problems; the value is only to be used without any.

    Raises `LayoutError` where aliases make the document too large or too deep.
    """
    reading = _Reading(lines, file)
    return reading.value(root, 0), reading.problems


class _Anchored(Struct, frozen=True):
    """The value of an anchor, its size in values and its height in levels, aliases expanded."""

    value: Json
    size: int
    height: int


class _Reading(Struct):
    lines: Lines
    file: str
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, _Anchored | None] = field(default_factory=dict)
    """Each anchor's value; None while its node is being read."""
    first: dict[str, Node] = field(default_factory=dict)
    size: int = 0
    deepest: int = 0

    def refuse(self, node: Node, message: str, fix: str, check: CheckName) -> str:
        line, column = self.lines.place(node.start)
        self.problems.append(Problem(self.file, line, column, message, fix, check))
        return ""

    def value(self, node: Node, depth: int) -> Json:
        if node.shape is Shape.ALIAS:
            return self.alias(node, depth)
        self.grow(node, 1, depth)
        if not node.anchor:
            return self.own_value(node, depth)
        if node.anchor in self.first:
            line, _ = self.lines.place(self.first[node.anchor].start)
            message = f"duplicate anchor &{node.anchor} (first on line {line})."
            self.refuse(node, message, "Rename one of them.", "alias")
        self.first.setdefault(node.anchor, node)
        self.anchors[node.anchor] = None
        size, deepest, self.deepest = self.size, self.deepest, depth
        value = self.own_value(node, depth)
        self.anchors[node.anchor] = _Anchored(value, self.size - size + 1, self.deepest - depth)
        self.deepest = max(deepest, self.deepest)
        return value

    def grow(self, node: Node, size: int, deepest: int) -> None:
        """Count values and levels. Raises `LayoutError` where there are too many."""
        self.size += size
        self.deepest = max(self.deepest, deepest)
        if self.size > MAX_VALUES:
            message = f"the file holds more than {MAX_VALUES:,} values, with its aliases expanded."
            raise LayoutError(node.start, message, "Write it without nested aliases.", "alias")
        if deepest > MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} levels deep, with its aliases expanded."
            raise LayoutError(node.start, message, "Flatten it.", "depth")

    def alias(self, node: Node, depth: int) -> Json:
        if node.name not in self.anchors:
            fix = f'Define &{node.name} above, or quote the string: "*{node.name}".'
            return self.refuse(node, f"anchor &{node.name} not found above.", fix, "alias")
        found = self.anchors[node.name]
        if found is None:
            return self.refuse(node, "an alias holds itself.", "Write it out.", "alias")
        self.grow(node, found.size, depth + found.height)
        return found.value

    def own_value(self, node: Node, depth: int) -> Json:
        if node.shape is Shape.SCALAR:
            return self.scalar(node)
        if node.tag not in _COLLECTION_TAGS[node.shape]:
            return self.bad_tag(node)
        if node.shape is Shape.LIST:
            return [self.value(entry.value, depth + 1) for entry in node.entries]
        return self.members(node, depth + 1)

    def members(self, node: Node, depth: int) -> JsonObject:
        own: JsonObject = {}
        merged: JsonObject = {}
        first: dict[str, Entry] = {}
        for entry in node.entries:
            key = self.key(entry)
            value = self.value(entry.value, depth)
            if key is None:
                continue
            if key in first:
                is_equal = not entry.is_merge and same(own[key], value)
                self.duplicate(entry, key, first[key], is_equal=is_equal)
            elif entry.is_merge:
                merged = self.merged(entry.value, value)
            else:
                own[key] = value
            first.setdefault(key, entry)
        return {key: value for key, value in merged.items() if key not in own} | own

    def key(self, entry: Entry) -> str | None:
        """Return an entry's key, or None after a problem with it."""
        node = entry.key_node
        assert node is not None  # noqa: S101 - members have keys
        if entry.is_merge:
            return MERGE
        if node.shape in (Shape.LIST, Shape.OBJECT):
            self.refuse(node, "a key is a list or a mapping.", "Keys must be strings.", "key")
            return None
        before = len(self.problems)
        found = self.value(node, 0)
        if isinstance(found, str):
            return found if len(self.problems) == before else None
        shown = node.text or node.name
        message = f"the key {shown or 'null'} is not a string."
        self.refuse(node, message, f'Quote it: "{shown}".', "key")
        return None

    def duplicate(self, entry: Entry, key: str, first: Entry, *, is_equal: bool) -> None:
        line, column = self.lines.place(entry.start)
        message = f"duplicate key '{key}' (first on line {self.lines.place(first.start)[0]})."
        fix = "Delete one: their values are equal." if is_equal else "Delete one."
        self.problems.append(Problem(self.file, line, column, message, fix, "duplicate-key"))

    def merged(self, node: Node, value: Json) -> JsonObject:
        sources = value if isinstance(value, list) else [value]
        found: JsonObject = {}
        for source in sources:
            if not isinstance(source, dict):
                message = "only mappings can be merged with <<."
                self.refuse(node, message, "Name one mapping or a list of them.", "alias")
                return {}
            for key, member in source.items():
                found.setdefault(key, member)
        return found

    def scalar(self, node: Node) -> Json:
        tag = node.tag
        if tag == "!" or (node.style and not tag):
            return node.text
        if tag and tag not in _SCALAR_TAGS:
            return self.bad_tag(node)
        tag = tag or tag_of_plain(node.text)
        text = node.text
        match tag.removeprefix(TAG):
            case "str":
                return text
            case "null":
                return None
            case "bool" if text.lower() in ("true", "false"):
                return text.lower() == "true"
            case "int":
                return self.integer(node)
            case "float":
                return self.number(node)
            case "timestamp":
                message = f"{text} is read as a date, which JSON does not have."
                return self.refuse(node, message, f'Quote it: "{text}".', "date")
            case _:
                message = f"{text} has a meaning of its own in YAML."
                return self.refuse(node, message, f'Quote it: "{text}".', "syntax")

    def number(self, node: Node) -> Json:
        try:
            return exact_float(node.text.replace("_", ""))
        except (ValueError, ArithmeticError) as error:
            inexact = isinstance(error, InexactNumberError)
            why = str(error) if inexact else f"JSON has no number {_short(node.text)}"
            return self.refuse(node, f"{why}.", "Quote it if it is a string.", "number")

    def integer(self, node: Node) -> Json:
        digits = node.text.replace("_", "").lstrip("+")
        sign, digits = (-1, digits[1:]) if digits.startswith("-") else (1, digits)
        base = _BASES.get(digits[:2].lower(), 10)
        try:
            value = sign * int(digits[2:] if base != 10 else digits, base)
            str(value)  # within what Python writes and reads
        except ValueError:
            message = f"{_short(node.text)} looks like a number and cannot be read as one."
            return self.refuse(node, message, "Quote it if it is a string.", "number")
        return value

    def bad_tag(self, node: Node) -> str:
        tag = node.tag.replace(TAG, "!!")
        message = f"the tag {tag} is not supported."
        return self.refuse(node, message, "Write plain JSON values.", "tag")


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
