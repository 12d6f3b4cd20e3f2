"""Parses a spec file, the same for every target, and finds where a target's values are in it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from reconciler.model.checks import CHECKS, CheckName
from reconciler.model.errors import InputError
from reconciler.model.json_access import object_at
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY, Kind
from reconciler.model.merge_patch import PatchPart, part_of
from reconciler.model.pointers import Pointer
from reconciler.model.problems import Problem
from reconciler.yamledit.parse import decode, parse_yaml
from reconciler.yamledit.source_map import SourceMap

TARGETS_KEY = "targets"


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
        key = object_at(self.content, DIRECTIVES_KEY).get("key")
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


def patch_at(target: str) -> Pointer:
    """Return the pointer to a target's patch in a spec file."""
    return (DIRECTIVES_KEY, TARGETS_KEY, target)


class PatchedSource(Struct, frozen=True):
    """A spec file with its patches."""

    source: SpecSource
    patches: Mapping[str, JsonObject] = field(default_factory=dict)
    """The patches by target, in canonical spelling."""

    def source_pointer(
        self, pointer: Pointer, target: str | None = None, *, own: bool = False
    ) -> Pointer:
        """Return the pointer into the file for one into a target's document.

        A value that comes partly from the patch counts as the patch's, unless `own`
        says that the rest of the file has it by itself.
        """
        if target is not None and target in self.patches:
            part = part_of(self.patches[target], pointer)
            if part is PatchPart.ALL or (part is PatchPart.SOME and pointer and not own):
                return self._spelled(patch_at(target), pointer)
        return self._spelled((), pointer)

    def _spelled(self, above: Pointer, pointer: Pointer) -> Pointer:
        """Return the pointer with the name that the file uses for a field of several names."""
        for spelling, name in self.source.kind.spellings.items():
            if pointer[:1] == (name,) and self.source.locator.has((*above, spelling)):
                return (*above, spelling, *pointer[1:])
        return (*above, *pointer)

    def problem(
        self,
        written: Pointer,
        message: str,
        fix: str,
        check: CheckName,
        *,
        key: bool = False,
    ) -> Problem:
        """Return a problem at a pointer into the file.

        With `key`, or if the check says so, it is at the key of the value.
        """
        found = CHECKS[check]
        line, column = self.source.locator.place(written, key=key or found.at_key)
        return Problem(self.source.file, line, column, message, fix, check, found.severity)
