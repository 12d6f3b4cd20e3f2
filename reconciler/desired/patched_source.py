"""Where in a spec file that stands which a target's outcome holds: in its patch, or in the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.desired.parsed_file import Source
from reconciler.model.checks import CHECKS, CheckName
from reconciler.model.errors import Problem
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY
from reconciler.model.merge_patch import Part, part_of
from reconciler.model.pointers import Pointer

TARGETS_KEY = "targets"


def patch_at(target: str) -> Pointer:
    """Return where a target's patch stands in a spec file."""
    return (DIRECTIVES_KEY, TARGETS_KEY, target)


@dataclass(frozen=True)
class PatchedSource:
    """The places of one file; `patches` are its patches by target, in canonical spelling."""

    source: Source
    patches: Mapping[str, JsonObject] = field(default_factory=dict)

    def source_pointer(
        self, pointer: Pointer, target: str | None = None, *, own: bool = False
    ) -> Pointer:
        """Return the pointer into the file for one into a target's outcome.

        What a patch has only some part in is taken to stand in the patch,
        unless it is `own`: as the rest of the file has it by itself.
        """
        if target is not None and target in self.patches:
            part = part_of(self.patches[target], pointer)
            if part is Part.ALL or (part is Part.SOME and pointer and not own):
                return self._spelled(patch_at(target), pointer)
        return self._spelled((), pointer)

    def _spelled(self, above: Pointer, pointer: Pointer) -> Pointer:
        """Return the pointer as the file spells it: a field may stand under its other name."""
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

        With `key`, or where the check says so, it is at the key before the value.
        """
        found = CHECKS[check]
        line, column = self.source.locator.place(written, key=key or found.at_key)
        return Problem(self.source.file, line, column, message, fix, check, found.severity)
