"""Find where in a spec file a value of a target's document is: in its patch, or in the rest."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from reconciler.desired.parsed_file import SpecSource
from reconciler.model.checks import CHECKS, CheckName
from reconciler.model.errors import Problem
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY
from reconciler.model.merge_patch import PatchPart, part_of
from reconciler.model.pointers import Pointer

TARGETS_KEY = "targets"


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
