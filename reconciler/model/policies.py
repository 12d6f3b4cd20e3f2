"""A rule of the user's own: which part of which specs it looks at, and the schema that must hold.

A policy looks at the entry of a changed spec as a plan shows it
(`plan --format json`, under `changes`): at the whole of it, or at what its
pointer leads to.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from reconciler.model.errors import Severity
from reconciler.model.json_text import Json
from reconciler.model.kinds import Kind
from reconciler.model.pointers import Pointer
from reconciler.model.shape import Place, root_place

BODY = "body"
"""The member of an entry that holds the spec's document: what a file can be judged by alone."""


@dataclass(frozen=True, eq=False)
class Policy:
    """One rule. Empty `kinds`, `names` and `targets` select all of them.

    `names` are a shell's patterns for a spec's name, id or file. `pointer` may
    hold `*` for any one token; where it leads nowhere there is nothing to judge.
    With `of_settings` it leads to embedded schemas, and `schema` is one for
    every setting that they accept. `file` is where the policy stands.
    """

    name: str
    message: str
    severity: Severity
    schema: Json
    file: str
    kinds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    pointer: Pointer = ()
    of_settings: bool = False

    def selects(self, kind: Kind, names: tuple[str, ...], target: str | None) -> bool:
        """Say whether a spec of that kind, with these names, falls under it at a target."""
        return (
            (not self.kinds or kind.name in self.kinds)
            and (not self.targets or target in self.targets)
            and (not self.names or any(_matches(self.names, name) for name in names))
        )

    @property
    def needs_no_plan(self) -> bool:
        """Whether it looks at the document alone, so that a file can be judged by itself."""
        return self.pointer[:1] == (BODY,)


def _matches(patterns: tuple[str, ...], text: str) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)


def entry_place(kind: Kind) -> Place:
    """Return what stands where in a plan's entry of a spec of that kind."""
    return Place(members={BODY: root_place(kind)})
