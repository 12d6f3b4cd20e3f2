"""Progress on stderr while a target is read: only on a terminal, gone when done."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from reconciler.live.events import Event, EventKind, OnEvent


@contextmanager
def watching(what: str) -> Iterator[OnEvent | None]:
    """Show a spinner with a count of requests; yields the listener, None without a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.status import Status

    requests = 0
    with Status(f"{escape(what)}…", console=Console(stderr=True)) as status:

        def tell(event: Event) -> None:
            nonlocal requests
            if event.kind is EventKind.RETRY:
                status.update(f"{escape(what)}… waiting {event.pause:.1f} s to try again")
                return
            requests += 1
            status.update(f"{escape(what)}… {requests} requests")

        yield tell
