"""A spec file as it was parsed: the same for every target. Bytes in, a mapping of fields out."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.model.errors import Problem
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY, Kind
from reconciler.yamledit.parse import Parsed, decode, parse_yaml
from reconciler.yamledit.source_map import SourceMap


@dataclass(frozen=True)
class Source:
    """What a file holds before anybody judged it. With `problems` its content is not to be used.

    `digest` is what `desired.cache` knows it by.
    """

    file: str
    kind: Kind
    content: JsonObject
    locator: SourceMap
    problems: tuple[Problem, ...] = ()
    digest: bytes = b""

    @property
    def key(self) -> str:
        """The key by which other files name the spec; nothing where the file gives none."""
        directives = self.content.get(DIRECTIVES_KEY)
        key = directives.get("key") if isinstance(directives, dict) else None
        return key if isinstance(key, str) else ""


def parse_spec(content: bytes, file: str, kind: Kind) -> Source:
    """Parse one file's bytes. Never raises for what a file holds: see `Source.problems`."""
    text = decode(content, file)
    if isinstance(text, Parsed):
        return Source(file, kind, {}, SourceMap(""), tuple(text.problems))
    parsed = parse_yaml(text, file)
    locator, value = SourceMap(text), parsed.value
    if not parsed.problems and isinstance(value, dict):
        return Source(file, kind, value, locator)
    return Source(file, kind, {}, locator, tuple(parsed.problems) or (_unusable(file, parsed),))


def _unusable(file: str, parsed: Parsed) -> Problem:
    if parsed.value is None:
        message, fix = "the file is empty.", "Write the spec, or delete the file."
    else:
        message, fix = "a spec is a mapping of fields.", "Begin with `id:` and `name:`."
    return Problem(file, 1, 1, message, fix, "empty")
