"""Syntax errors: where they begin, and what to write instead."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent

from reconciler.model.problems import Problem
from reconciler.yamledit.parser_events import Following, with_events
from reconciler.yamledit.source_lines import Lines

_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")

_CONFLICT = re.compile(r"^<{7} ", re.MULTILINE)
"""The line with which Git begins a conflict."""
_TAB = ("a tab cannot be used for indentation.", "Use spaces.")


def syntax_problem(error: YAMLError, text: str, file: str) -> Problem:
    """Return a parser's error as a problem of the file `file`."""
    lines = Lines(text)
    if conflict := _CONFLICT.search(text):
        position, message = conflict.start(), "a merge conflict is not resolved here."
        fix = "Keep what is right, and delete the lines with <<<<<<<, ======= and >>>>>>>."
    elif isinstance(error, MarkedYAMLError):
        position, message, fix = _explained(error, text)
    else:
        position, message, fix = _unreadable(error, text)
    return Problem(file, *lines.place(position), message, fix, "syntax")


def _explained(error: Any, text: str) -> tuple[int, str, str]:
    """Return position, message and fix of an error with a mark."""
    mark = error.problem_mark or error.context_mark
    position = min(mark.index, len(text)) if mark else 0
    begin = error.context_mark.index if error.context_mark else position
    problem, context = str(error.problem or ""), str(error.context or "")
    if "quoted scalar" in context:
        return _quoted(problem, text, begin, position)
    if "flow" in context and "expected" in problem and text[begin : begin + 1] in ("[", "{"):
        return _unclosed(text, begin, position)
    if "node content" in problem:
        opened = _open_brackets(text)
        if opened and not text[position:].strip():
            return _unclosed(text, opened[-1], position)
        return position, "a value is expected here.", "Write one, or quote it."
    if "cannot start any token" in problem:
        return (position, *_bad_start(text[position : position + 1]))
    return _misplaced(problem, context, text, begin, position)


def _misplaced(
    problem: str, context: str, text: str, begin: int, position: int
) -> tuple[int, str, str]:
    """Return position, message and fix of a token that is not allowed in its place."""
    if "tab character" in problem:
        return (position, *_TAB)
    if "incompatible YAML" in problem:
        return position, "only YAML 1.2 is supported.", "Delete the line."
    if "mapping values are not allowed" in problem:
        fix = "Quote the value if it holds ': ', or fix the indentation."
        return position, "a ':' is not allowed here.", fix
    if "could not find expected ':'" in problem:
        return begin, "this line has no ':' behind a key.", _fix_of_quote(text, position)
    if "found unexpected ':'" in problem:
        message = "a ':' in an unquoted string within braces or brackets."
        return position, message, "Quote the string."
    if "expected key" in problem or "<block end>" in problem:
        message = "this continues neither the value before it nor the mapping around it."
        return position, message, _fix_of_quote(text, position)
    if "expected '-'" in problem:
        return position, "this is not an item of the list around it.", "Fix the indentation."
    return position, f"not YAML: {problem or context or 'it cannot be read'}.", ""


def _quoted(problem: str, text: str, begin: int, position: int) -> tuple[int, str, str]:
    """Return position, message and fix of an error within quotes."""
    if "escape" in problem or "hexdecimal" in problem:
        return _escape(text, position)
    return begin, f"the {text[begin : begin + 1]} opened here is never closed.", "Close it."


def _bad_start(here: str) -> tuple[str, str]:
    """Return message and fix for a value that begins with a reserved character."""
    if here == "\t":
        return _TAB
    return f"{here} cannot begin a value.", "Delete it, or quote the value."


def _escape(text: str, position: int) -> tuple[int, str, str]:
    """Return where a backslash in double quotes is wrong, and how to write it."""
    at = text.rfind("\\", 0, position + 1)
    pair = _SURROGATES.match(text, at)
    if pair is not None:
        high, low = (int(half, 16) for half in pair.groups())
        code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
        message = f"{pair.group()} is JSON's escape for {chr(code)}, which YAML does not have."
        return at, message, f"Write {chr(code)} or \\U{code:08x}"
    shown = text[at : at + 2].strip()
    fix = f"Write \\{shown}, or use single quotes."
    if shown[1:] in ("u", "x", "U"):
        return at, f"{shown} is not followed by the code of a character.", fix
    return at, f"{shown} is not an escape in double quotes.", fix


def _unclosed(text: str, begin: int, position: int) -> tuple[int, str, str]:
    opened = text[begin]
    closing = "]" if opened == "[" else "}"
    if position >= len(text.rstrip()) or text[position : position + 3] in ("---", "..."):
        return begin, f"the {opened} opened here is never closed.", f"Add the {closing}"
    message = f"expected , or {closing} within the {opened} of line {Lines(text).place(begin)[0]}."
    return position, message, "Add it, or quote this if it is part of a string."


def _open_brackets(text: str) -> list[int]:
    """Return the positions of the brackets and braces that are open where parsing fails."""
    opened: list[int] = []

    def follow(following: Following) -> None:
        opened.clear()
        while True:
            event = following()
            if isinstance(event, CollectionStartEvent) and event.flow_style:
                opened.append(event.end_mark.index - 1)
            elif isinstance(event, CollectionEndEvent) and opened:
                opened.pop()

    with suppress(YAMLError):
        with_events(text, follow)
    return opened


def _fix_of_quote(text: str, position: int) -> str:
    """Return the fix for an unexpected line: maybe a quote above it closes too late."""
    before = text[:position].rstrip()
    if before[-1:] in ("'", '"'):
        begin = before.rfind(before[-1], 0, len(before) - 1)
        if "\n" in before[max(begin, 0) :]:
            line = Lines(text).place(max(begin, 0))[0]
            return f"Check the {before[-1]} on line {line}: it closes only here."
    return "Fix the indentation, or quote the value if it belongs to one."


def _unreadable(error: YAMLError, text: str) -> tuple[int, str, str]:
    """Return position, message and fix of a character that YAML does not allow."""
    position = getattr(error, "position", None)
    if isinstance(position, int) and 0 <= position < len(text):
        message = f"the character U+{ord(text[position]):04X} is not allowed in YAML."
        return position, message, "Escape it in double quotes."
    return 0, f"not YAML: {str(error).splitlines()[0]}.", ""
