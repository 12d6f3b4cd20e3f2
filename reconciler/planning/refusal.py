"""The refusal of a guard: its subject, its remedies, and its override."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Guard(StrEnum):
    """A rule that blocks a plan until it is overridden. The rules are in `guards`."""

    REMOVALS = "removals"
    CONFLICTS = "conflicts"
    PROTECTED = "protected"
    LIMIT = "limit"
    BREAKING = "breaking"
    POLICY = "policy"

    @property
    def flag(self) -> str:
        """The option of `apply` that overrides it; empty if only a change of files does."""
        return "" if self in (Guard.LIMIT, Guard.POLICY) else f"--allow-{self.value}"


class Override(Struct, frozen=True):
    """The override of a refusal: an option of this run, or the trailer of a reviewed commit."""

    option: str = ""
    """The option that was given, such as `--allow-breaking`; empty for a trailer."""
    commit: str = ""
    """The id of the commit that has the trailer; empty for an option."""
    author: str = ""
    """The author of that commit."""
    reason: str = ""
    """The reason that the trailer gives, without its brackets."""


class Refusal(Struct, frozen=True):
    """The refusal of a plan, or of one spec in it, by a guard."""

    guard: Guard
    pointers: tuple[str, ...]
    """The JSON Pointers of the changes that it is about; empty for a plan as a whole."""
    message: str
    """The fact on the first line, then the ways out, each on a line of its own. Lines that are
    indented by two spaces are to be copied: YAML or a command."""
    flag: str
    """The option of `apply` that overrides it; empty if only a change of files does."""
    override: Override | None = None
    """What allows it in this run; None if it blocks the plan. A plan file keeps a reviewed one to
    show it; apply reads the commits again."""
