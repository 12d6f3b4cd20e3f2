"""The commits that a plan was made from. Nothing here reads Git."""

from __future__ import annotations

from msgspec import Struct

HEAD = "HEAD"
"""The name of the base of a plan of `drift`: live is compared with what is committed."""


class GitFacts(Struct, frozen=True):
    """The commit of the files, and that of the base."""

    commit: str | None = None
    """HEAD when the files were read; None outside a repository or before the first commit."""
    dirty: bool = False
    """True if a file that was read differs from the commit."""
    base: str | None = None
    """The commit of the base; None without one."""
    base_name: str = ""
    """The source of the base: `--base main`, or the ref of the recorded commit."""
    uncommitted: tuple[str, ...] = ()
    """The files that were read and are not as the commit has them, each with the reason."""
    recorded: str | None = None
    """With `--base`, the commit that was recorded for the target, empty if none was; else None."""
