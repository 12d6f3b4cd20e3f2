"""YAML to JSON values, by the rules of YAML 1.2; what JSON cannot hold is a located problem.

`yes` is a string. Anchors and merge keys work. Other types, dates and keys that
are not strings are errors at their position.
"""

from __future__ import annotations

from msgspec import Struct, field

from reconciler.model.errors import InputError
from reconciler.model.json_text import MAX_DEPTH, Json
from reconciler.model.problems import Problem


class Parsed(Struct):
    """The value of a file, or its problems."""

    value: Json = None
    """Only to be used if there are no problems."""
    problems: list[Problem] = field(default_factory=list)


def decode(content: bytes, file: str) -> str:
    """Decode the bytes of a file. Raises `InputError` if they are not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        message = f"the file is not UTF-8: invalid byte 0x{content[error.start]:02x}."
        problem = Problem(file, line, column, message, "Save it as UTF-8.", "encoding")
        raise InputError([problem]) from error


def parse_yaml(text: str, file: str) -> Parsed:
    """Parse one document. `file` is its name, for problems. Never raises for bad content."""
    from reconciler.yamledit.fast_parse import NotPlainError, plain_json

    try:
        return Parsed(plain_json(text))
    except NotPlainError:
        return read_with_care(text, file)


def read_with_care(text: str, file: str) -> Parsed:
    """Parse one document as `parse_yaml` does, with every check and with all of YAML."""
    from ruamel.yaml.error import YAMLError

    from reconciler.yamledit.json_values import json_value
    from reconciler.yamledit.layout import parsed_layout
    from reconciler.yamledit.node import LayoutError
    from reconciler.yamledit.source_lines import Lines
    from reconciler.yamledit.syntax_errors import syntax_problem

    lines = Lines(text)
    try:
        root = parsed_layout(lines)
        return Parsed() if root is None else Parsed(*json_value(root, lines, file))
    except LayoutError as error:
        place = lines.place(error.position)
        problem = Problem(file, *place, str(error), error.fix, error.check)
    except YAMLError as error:
        problem = syntax_problem(error, text, file)
    except RecursionError:
        message = f"nested more than {MAX_DEPTH} levels deep."
        problem = Problem(file, 1, 1, message, "Flatten it.", "depth")
    return Parsed(problems=[problem])
