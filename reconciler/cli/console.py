"""Where output goes, how wide it is and whether it has colour."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TextIO

import click

from reconciler.cli.github_actions import is_logged

PIPE_WIDTH = 100
"""Columns of a report that nobody reads on a terminal: a pipe, a CI log."""


def has_color(stream: TextIO | None = None) -> bool:
    """Say whether a stream takes colour: a terminal does, unless `NO_COLOR` or `FORCE_COLOR`."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return (stream or sys.stdout).isatty() and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Return the columns of the terminal, or `PIPE_WIDTH` where there is none."""
    return shutil.get_terminal_size((PIPE_WIDTH, 24)).columns


def result(text: str) -> None:
    """Print what the user asked for, to stdout, in the colours it holds."""
    click.echo(_harmless(text, sys.stdout), nl=not text.endswith("\n"), color=has_color(sys.stdout))


def note(text: str) -> None:
    """Print progress or a diagnostic, to stderr."""
    click.echo(_harmless(text, sys.stderr), err=True, color=has_color(sys.stderr))


def _harmless(text: str, stream: TextIO) -> str:
    """Return text that a log may hold: in GitHub Actions a line of it could be a command."""
    if not is_logged(stream):
        return text
    from reconciler.reports.github_annotations import neutralize_workflow_commands

    return neutralize_workflow_commands(text)
