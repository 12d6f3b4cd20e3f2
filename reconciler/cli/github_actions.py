"""GitHub Actions, as a process sees it: what a step says beside its output.

Annotations go where the runner reads them, and into no report. Summaries and
outputs go to the files that the runner names.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO

import click

from reconciler.reports.github_annotations import Annotation, annotation_lines


def in_actions() -> bool:
    """Say whether this process is a step of GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def is_logged(stream: TextIO) -> bool:
    """Say whether the runner reads a stream: it does not where that was sent to a file."""
    return in_actions() and not stat.S_ISREG(os.fstat(stream.fileno()).st_mode)


def annotate(annotations: Iterable[Annotation], *, among_text: bool = False) -> None:
    """Show annotations at their lines.

    They go to stderr; with `among_text` to stdout, which holds text for people, if that is logged.
    """
    text = annotation_lines(annotations)
    if text:
        click.echo(text, nl=False, err=not (among_text and is_logged(sys.stdout)))


def in_repository(file: str) -> str:
    """Return a file's path from the repository's root, which annotations count from."""
    root = os.environ.get("GITHUB_WORKSPACE")
    path = Path(file).resolve()
    if root and path.is_relative_to(Path(root).resolve()):
        return path.relative_to(Path(root).resolve()).as_posix()
    return file


def summarize(markdown: str) -> None:
    """Add Markdown to the job's summary."""
    _append("GITHUB_STEP_SUMMARY", markdown.rstrip("\n") + "\n\n")


def set_outputs(outputs: Mapping[str, str]) -> None:
    """Set outputs of the step, whatever they hold: nobody can guess the line that ends one."""
    import secrets

    lines = []
    for name, value in outputs.items():
        end = f"end-{secrets.token_hex(16)}"
        lines.append(f"{name}<<{end}\n{value}\n{end}\n")
    _append("GITHUB_OUTPUT", "".join(lines))


def _append(variable: str, text: str) -> None:
    file = os.environ.get(variable)
    if file:
        with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as opened:
            opened.write(text)
