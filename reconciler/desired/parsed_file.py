"""Parses a spec file, the same for every target: from bytes to a mapping of fields."""

from __future__ import annotations

from msgspec import Struct

from reconciler.model.errors import InputError, Problem
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY, Kind
from reconciler.yamledit.parse import decode, parse_yaml
from reconciler.yamledit.source_map import SourceMap


class SpecSource(Struct, frozen=True):
    """The content of a file before it is checked."""

    file: str
    kind: Kind
    content: JsonObject
    locator: SourceMap
    problems: tuple[Problem, ...] = ()
    """Why the file cannot be read; `content` is empty then."""
    digest: bytes = b""
    """Its key in `desired.cache`."""

    @property
    def key(self) -> str:
        """The key by which other files name the spec; empty without one."""
        directives = self.content.get(DIRECTIVES_KEY)
        key = directives.get("key") if isinstance(directives, dict) else None
        return key if isinstance(key, str) else ""


def parse_spec(content: bytes, file: str, kind: Kind) -> SpecSource:
    """Parse one file's bytes. Never raises for bad content: see `SpecSource.problems`."""
    try:
        text = decode(content, file)
    except InputError as error:
        return SpecSource(file, kind, {}, SourceMap(""), error.problems)
    parsed = parse_yaml(text, file)
    locator, value = SourceMap(text), parsed.value
    problems = tuple(parsed.problems)
    if not problems and isinstance(value, dict) and not _is_answer(value):
        return SpecSource(file, kind, value, locator)
    return SpecSource(file, kind, {}, locator, problems or (_unusable(file, value, locator),))


def _is_answer(value: JsonObject) -> bool:
    """Return True for the envelope in which the service answers, as the documentation shows it."""
    return "name" not in value and isinstance(value.get("items"), list)


def _unusable(file: str, value: Json, locator: SourceMap) -> Problem:
    if value is None:
        message, fix = "the file is empty.", "Write the spec, or delete the file."
    elif isinstance(value, dict):
        line, column = locator.place(("items", "0"))
        message = "this is a response of the service with specs in 'items'."
        return Problem(file, line, column, message, "Keep only one item, from { to }.", "schema")
    else:
        message, fix = "a spec is a mapping of fields.", "Begin with `id:` and `name:`."
    return Problem(file, 1, 1, message, fix, "empty")
