"""A rule of the user: which part of which specs it checks, and the schema that must hold.

A policy looks at the entry of a changed spec as a plan shows it
(`plan --format json`, under `changes`): at the whole of it, or at what its
pointer leads to.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from itertools import product

from msgspec import Struct

from reconciler.model.errors import Severity
from reconciler.model.json_text import Json
from reconciler.model.kinds import Kind
from reconciler.model.pointers import Pointer
from reconciler.model.shape import Place, root_place

BODY = "body"
"""The member of an entry that holds the spec's document: what can be checked by a file alone."""


class Policy(Struct, frozen=True, eq=False):
    """One rule."""

    name: str
    message: str
    """The user's message for a violation."""
    severity: Severity
    """ERROR blocks a plan, WARNING does not."""
    schema: Json
    """The schema that must hold for what `pointer` leads to."""
    file: str
    kinds: tuple[str, ...] = ()
    """The kinds that it applies to; empty for all."""
    names: tuple[str, ...] = ()
    """Shell patterns of a spec's name, id or file; empty for all."""
    targets: tuple[str, ...] = ()
    """The targets that it applies to; empty for all."""
    pointer: Pointer = ()
    """What it checks in an entry, `*` for any one token; nothing where it matches nothing."""
    of_settings: bool = False
    """True if `pointer` leads to embedded schemas, and `schema` must accept every instance that
    they accept."""

    def selects(self, kind: Kind, names: tuple[str, ...], target: str | None) -> bool:
        """Return True if it applies to a spec of that kind, with these names, on a target."""
        return (
            (not self.kinds or kind.name in self.kinds)
            and (not self.targets or target in self.targets)
            and (not self.names or any(fnmatchcase(*each) for each in product(names, self.names)))
        )

    @property
    def needs_no_plan(self) -> bool:
        """True if it checks the document alone, so that a file can be checked by itself."""
        return self.pointer[:1] == (BODY,)


def entry_place(kind: Kind) -> Place:
    """Return the place of a plan's entry for a spec of that kind."""
    return Place(members={BODY: root_place(kind)})
