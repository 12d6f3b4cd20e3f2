"""What is printed: where it goes, how wide it is, whether it has color, and progress."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import click

from reconciler.cli.github_actions import is_logged
from reconciler.model.text import escape_control

if TYPE_CHECKING:
    from reconciler.live.events import Event, OnEvent

PIPE_WIDTH = 100
"""Columns of a report that goes to a pipe or a CI log."""


def has_color(stream: TextIO | None = None) -> bool:
    """Return True if a stream shows color: a terminal does, unless `NO_COLOR` is set."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return (stream or sys.stdout).isatty() and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Return the columns of the terminal, or `PIPE_WIDTH` without one."""
    return shutil.get_terminal_size((PIPE_WIDTH, 24)).columns


def result(text: str) -> None:
    """Print what the user asked for to stdout, with the colors it holds."""
    click.echo(_harmless(text, sys.stdout), nl=not text.endswith("\n"), color=has_color(sys.stdout))


def note(text: str) -> None:
    """Print progress or a diagnostic to stderr."""
    click.echo(_harmless(text, sys.stderr), err=True, color=has_color(sys.stderr))


def print_warnings(warnings: Iterable[object]) -> None:
    """Print each warning once to stderr."""
    for text in dict.fromkeys(map(str, warnings)):
        note(escape_control(text))


@contextmanager
def progress(what: str) -> Iterator[OnEvent | None]:
    """Show a spinner with a count of requests on stderr until the block ends.

    Yields the listener for the connection's events, None if stderr is no terminal.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.status import Status

    from reconciler.live.events import EventKind

    requests = 0
    with Status(f"{escape(what)}…", console=Console(stderr=True)) as status:

        def on_event(event: Event) -> None:
            nonlocal requests
            if event.kind is EventKind.RETRY:
                status.update(f"{escape(what)}… waiting {event.pause:.1f} s to try again")
                return
            requests += 1
            status.update(f"{escape(what)}… {requests} requests")

        yield on_event


def _harmless(text: str, stream: TextIO) -> str:
    """Return text that a log may hold: in GitHub Actions a line of it could be a command."""
    if not is_logged(stream):
        return text
    from reconciler.reports.github_annotations import neutralize_workflow_commands

    return neutralize_workflow_commands(text)
