"""`Reconciler-Allow` trailers: overrides of guards that were reviewed with a commit."""

from __future__ import annotations

from msgspec import Struct

TRAILER_KEY = "Reconciler-Allow"


class Trailer(Struct, frozen=True):
    """One trailer: `Reconciler-Allow: GUARD FILE (reason)`."""

    guard: str
    """The name of a guard, as it was written."""
    file: str
    """A spec file, from the top of the repository or from the folder of the specs."""
    reason: str
    """What the brackets hold; empty without them."""
    commit: str
    """The commit with the trailer."""
    author: str
    """The author of that commit."""

    def __str__(self) -> str:
        """Return the trailer and where it is."""
        return f"{TRAILER_KEY}: {self.guard} {self.file}".rstrip() + f" (commit {self.commit[:12]})"
