"""YAML text to JSON values, by ruamel.yaml's C parser; what is no JSON is a located problem.

YAML 1.2 rules: `yes` is a text. Anchors and merge keys work. Tags of other
types, dates and keys that are no texts are refused where they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reconciler.model.checks import CheckName
from reconciler.model.errors import Problem
from reconciler.model.json_text import MAX_DEPTH, InexactNumberError, Json, exact_float

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

MAX_VALUES = 1_000_000
"""How many values a file may hold once its aliases are written out."""


@dataclass
class Parsed:
    """A file's value and what is wrong with it; the value is only to be used without problems."""

    value: Json = None
    problems: list[Problem] = field(default_factory=list)


def decode(content: bytes, file: str) -> Parsed | str:
    """Return the text of a file's bytes, or the problem that it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        return Parsed(
            problems=[
                Problem(
                    file,
                    line,
                    column,
                    f"the file is not UTF-8: byte 0x{content[error.start]:02x} cannot stand here.",
                    "Save it as UTF-8.",
                    "encoding",
                )
            ]
        )


_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line to the parser, and so to its marks."""


def lines_of(text: str) -> list[str]:
    """Return the lines of a text as the parser counts them, without their ends."""
    return _BREAK.split(text)


def parse_yaml(text: str, file: str) -> Parsed:
    """Parse one document. `file` is its name, for problems. Never raises for what a file holds."""
    from reconciler.yamledit.fast_parse import NotPlain, plain_json

    value = plain_json(text)
    return read_with_care(text, file) if isinstance(value, NotPlain) else Parsed(value)


def read_with_care(text: str, file: str) -> Parsed:
    """Parse one document as `parse_yaml` does, with every check and with all of YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    parsed = Parsed()
    yaml = YAML(typ="safe", pure=False)
    yaml.Constructor = _constructor(file, parsed.problems)
    try:
        parsed.value = yaml.load(text)
    except MarkedYAMLError as error:
        parsed.problems.append(_syntax(error, file))
    except YAMLError as error:
        parsed.problems.append(_unreadable(error, text, file))
    except RecursionError:
        parsed.problems.append(_too_deep(file))
    if not parsed.problems:
        parsed.problems += _bounds(parsed.value, text, file)
    return parsed


def _constructor(file: str, problems: list[Problem]) -> type:  # noqa: C901 - one class
    from ruamel.yaml.constructor import ConstructorError, SafeConstructor

    class Constructor(SafeConstructor):
        """Builds plain JSON values and notes everything else with its place."""

        def refuse(self, node: Node, message: str, fix: str, check: CheckName) -> str:
            mark = node.start_mark
            problems.append(Problem(file, mark.line + 1, mark.column + 1, message, fix, check))
            return ""

        def construct_object(self, node: Node, deep: bool = False) -> Any:
            try:
                return super().construct_object(node, deep=deep)
            except ConstructorError as error:
                if error.problem and "could not determine a constructor" in error.problem:
                    return self.other(node)
                raise

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            odd = [pair for pair in node.value if pair[0].tag not in _KEY_TAGS]
            for key, _ in odd:
                is_scalar = isinstance(key.value, str)
                shown = str(key.value) if is_scalar else "that is a list or a mapping"
                fix = f'Quote it: "{shown}".' if is_scalar else "JSON keys are texts."
                self.refuse(key, f"the key {shown} is not a text.", fix, "key")
            if odd:
                node.value = [pair for pair in node.value if pair not in odd]
            return super().construct_mapping(node, deep=deep)

        def number(self, node: Any) -> Any:
            text = self.construct_scalar(node)
            try:
                return exact_float(text.replace("_", ""))
            except (ValueError, ArithmeticError) as error:
                why = str(error) if isinstance(error, InexactNumberError) else f"JSON has no {text}"
                return self.refuse(node, f"{why}.", "Quote it if it is a text.", "number")

        def integer(self, node: Any) -> Any:
            try:
                value = self.construct_yaml_int(node)
                str(value)  # as a JSON text has it, within what Python writes and reads
                return value
            except ValueError:
                text = self.construct_scalar(node)
                shown = text if len(text) <= 40 else f"{text[:40]}…"
                return self.refuse(
                    node,
                    f"{shown} looks like a number and is none that can be read.",
                    "Quote it if it is a text.",
                    "number",
                )

        def date(self, node: Any) -> Any:
            text = self.construct_scalar(node)
            return self.refuse(
                node,
                f"{text} is read as a date, and JSON has none.",
                f'Quote it: "{text}".',
                "date",
            )

        def other(self, node: Any) -> Any:
            tag = str(node.tag).replace(_TAG, "!!")
            return self.refuse(
                node, f"the tag {tag} has no meaning here.", "Write plain JSON values.", "tag"
            )

    Constructor.add_constructor(_TAG + "int", Constructor.integer)
    Constructor.add_constructor(_TAG + "float", Constructor.number)
    Constructor.add_constructor(_TAG + "timestamp", Constructor.date)
    for name in ("binary", "set", "omap", "pairs"):
        Constructor.add_constructor(_TAG + name, Constructor.other)
    return Constructor


_TAG = "tag:yaml.org,2002:"
_KEY_TAGS = frozenset({_TAG + "str", _TAG + "merge"})


def _syntax(error: Any, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    message = str(error.problem or error.context or "not YAML")
    if message.startswith("found duplicate key"):
        key = message.split('"')[1]
        first = error.context_mark.line + 1 if error.context_mark else 0
        return Problem(
            file,
            line,
            column,
            f"the key '{key}' stands twice in the mapping that begins in line {first}.",
            "Keep one.",
            "duplicate-key",
        )
    if "but found another document" in message:
        return Problem(
            file, line, column, "a second document begins here.", "One spec, one file.", "syntax"
        )
    return Problem(file, line, column, f"not YAML: {message}.", "", "syntax")


def _unreadable(error: Any, text: str, file: str) -> Problem:
    position = getattr(error, "position", None)
    if isinstance(position, int) and 0 <= position <= len(text):
        lines = lines_of(text[:position])
        line, column = len(lines), len(lines[-1]) + 1
        shown = f"U+{ord(text[position]):04X}" if position < len(text) else "the end"
        message = f"the character {shown} may not stand in a YAML file."
        return Problem(file, line, column, message, "Escape it in double quotes.", "syntax")
    return Problem(file, 0, 0, f"not YAML: {str(error).splitlines()[0]}.", "", "syntax")


def _too_deep(file: str) -> Problem:
    return Problem(
        file, 1, 1, f"the document nests more than {MAX_DEPTH} levels deep.", "Flatten it.", "depth"
    )


def _bounds(value: Json, text: str, file: str) -> list[Problem]:
    """Refuse what is too deep or, its aliases written out, too large; each value is seen once."""
    sizes: dict[int, int] = {}
    open_ids: set[int] = set()
    stack: list[tuple[Json, int, bool]] = [(value, 1, False)]
    while stack:
        item, depth, is_done = stack.pop()
        if not isinstance(item, dict | list):
            continue
        below = list(item.values() if isinstance(item, dict) else item)
        if is_done:
            open_ids.discard(id(item))
            sizes[id(item)] = 1 + sum(sizes.get(id(entry), 1) for entry in below)
            continue
        if id(item) in sizes:
            continue
        if id(item) in open_ids:
            return [_alias(text, file, "an alias holds itself.", "Write it out.")]
        if depth > MAX_DEPTH:
            return [_too_deep(file)]
        open_ids.add(id(item))
        stack.append((item, depth, True))
        stack += [(entry, depth + 1, False) for entry in below]
    if sizes.get(id(value), 1) > MAX_VALUES:
        message = f"its aliases written out, the file holds more than {MAX_VALUES:,} values."
        return [_alias(text, file, message, "Write the document without nesting aliases.")]
    return []


def _alias(text: str, file: str, message: str, fix: str) -> Problem:
    """Return a problem with aliases, at the first of them."""
    first = re.search(r"(?<![^\s\[,{:-])\*[^\s\],}]", text)
    lines = lines_of(text[: first.start()] if first else "")
    return Problem(file, len(lines), len(lines[-1]) + 1, message, fix, "alias")
