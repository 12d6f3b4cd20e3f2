"""Printing to stdout and stderr: width, color and progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO, TypedDict, TypeVar, cast

import click

from reconciler.cli import exit_codes
from reconciler.cli.ci import is_logged
from reconciler.model.text import escape_control

if TYPE_CHECKING:
    from reconciler.live.events import Event, OnEvent


Result = TypeVar("Result")


class Log:
    """What goes to stderr, as the options that every command takes say."""

    verbose: bool = False
    """Every request too."""
    quiet: bool = False
    """Warnings and errors only."""
    debug: bool = False
    """A traceback with an error."""
    log_format: str = "text"
    """`json` for one JSON object per line."""
    said_retry: str = ""
    """The last retry that was said since a response came: requests at once fail alike."""


LOG = Log()


class _BestEffort:
    """A standard stream whose failure never ends a command.

    A closed pipe or a full disk is remembered in `error`, and what follows is dropped.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.error: OSError | None = None
        # A slow reader of a non-blocking pipe is not a lost one. Windows lacks it, or refuses.
        with suppress(AttributeError, OSError):
            os.set_blocking(stream.fileno(), True)

    def write(self, text: str) -> int:
        """Write text, if the stream still takes it."""
        self._attempt(lambda: self._stream.write(text))
        return len(text)

    def flush(self) -> None:
        """Flush the stream, if it still takes anything."""
        self._attempt(self._stream.flush)

    def _attempt(self, action: Callable[[], object]) -> None:
        if self.error is not None:
            return
        try:
            action()
        except OSError as error:
            self.error = error
            # What is buffered goes nowhere, instead of failing again at the interpreter's end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def best_effort_output() -> Iterator[Callable[[int], int]]:
    """Let no failure of stdout or stderr end the command that runs in the block.

    Yields the function that returns the exit code after it: that of the command, but
    1 for a success whose output was lost.
    """
    out, err = streams = _BestEffort(sys.stdout), _BestEffort(sys.stderr)
    sys.stdout, sys.stderr = cast(tuple[TextIO, TextIO], streams)

    def exit_code_after(code: int) -> int:
        out.flush()
        if out.error is not None and not isinstance(out.error, BrokenPipeError):
            note(f"error: cannot write to stdout: {out.error.strerror}", "error")
        err.flush()
        return code or exit_codes.failed_if(out.error is not None)

    yield exit_code_after


def has_color(stream: TextIO | None = None) -> bool:
    """Return True if a stream shows color: a terminal does, unless `NO_COLOR` is set.

    `FORCE_COLOR` turns it on for any stream, or off if it is 0.
    """
    forced = os.environ.get("FORCE_COLOR", "")
    if os.environ.get("NO_COLOR") or forced == "0":
        return False
    if forced:
        return True
    return (stream or sys.stdout).isatty() and os.environ.get("TERM") != "dumb"


def width(stream: TextIO | None = None) -> int:
    """Return the columns of the terminal behind a stream (stdout by default).

    Without one, and without `COLUMNS`, nothing is wrapped.
    """
    from reconciler.reports.text.wrap import UNWRAPPED

    if os.environ.get("COLUMNS", "").isdecimal() and int(os.environ["COLUMNS"]):
        return int(os.environ["COLUMNS"])
    try:
        return os.get_terminal_size((stream or sys.stdout).fileno()).columns or UNWRAPPED
    except (OSError, ValueError):
        return UNWRAPPED


class Terminal(TypedDict):
    """The properties of stdout for a text report."""

    width: int
    color: bool


def terminal() -> Terminal:
    """Return the columns of stdout, and whether it shows color."""
    return {"width": width(), "color": has_color()}


def result(text: str) -> None:
    """Print what the user asked for to stdout, with the colors it holds; nothing if it is empty."""
    if not text:
        return
    click.echo(_harmless(text, sys.stdout), nl=not text.endswith("\n"), color=has_color(sys.stdout))


def note(text: str, level: str = "info", **fields: Any) -> None:
    """Print progress or a diagnostic to stderr, unless it is hidden.

    `level` is debug, info, warning or error; `fields` are further keys of a JSON log.
    """
    if (level == "debug" and not LOG.verbose) or (level in ("debug", "info") and LOG.quiet):
        return
    if LOG.log_format == "json":
        import json
        from datetime import UTC, datetime

        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        entry = {"time": time, "level": level, "message": click.unstyle(text), **fields}
        text = json.dumps(entry, ensure_ascii=False)
    elif level in ("warning", "error"):
        from reconciler.reports.text.wrap import folded_lines

        text = "\n".join(folded_lines(text.split("\n"), width(sys.stderr)))
    click.echo(_harmless(text, sys.stderr), err=True, color=has_color(sys.stderr))


def print_warnings(warnings: Iterable[object]) -> None:
    """Print each warning once to stderr."""
    for text in dict.fromkeys(map(str, warnings)):
        note(escape_control(text), "warning")


def log_event(event: Event) -> None:
    """Print a request to stderr with `--verbose`, and a retry that is waited for always."""
    from reconciler.live.events import EventKind

    level = "debug"
    milliseconds = round(event.seconds * 1000)
    status = str(event.status or "no response")
    traced = f" (request {event.request_id})" if event.request_id else ""
    text = f"{event.method} {event.path}: {status}, {milliseconds} ms{traced}"
    if event.kind is EventKind.RETRY and LOG.verbose:
        text = f"{event.method} {event.path}: retry in {event.pause:.1f} s"
    elif event.kind is EventKind.RETRY:
        reason = f"Status {event.status}" if event.status else "No response"
        text = f"{reason}; trying again in {event.pause:.1f} s."
        level = "info" if event.pause and text != LOG.said_retry else "debug"
        LOG.said_retry = text
    elif event.status:
        LOG.said_retry = ""
    note(
        escape_control(text),
        level,
        event=event.kind.value,
        method=event.method,
        path=event.path,
        status=event.status,
        milliseconds=milliseconds,
        pause=event.pause,
        requestId=event.request_id,
    )


@contextmanager
def progress(what: str) -> Iterator[OnEvent]:
    """Show a spinner with a count of requests on stderr until the block ends.

    Yields the listener for the connection's events. There is no spinner if stderr is
    no terminal or has a log.
    """
    if LOG.verbose or LOG.quiet or LOG.log_format == "json" or not sys.stderr.isatty():
        yield log_event
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.status import Status

    from reconciler.live.events import EventKind
    from reconciler.model.text import plural

    requests = 0
    with Status(f"{escape(what)}…", console=Console(stderr=True)) as status:

        def on_event(event: Event) -> None:
            nonlocal requests
            if event.kind is EventKind.RETRY:
                status.update(f"{escape(what)}… waiting {event.pause:.1f} s to try again")
                return
            requests += 1
            status.update(f"{escape(what)}… {plural(requests, 'request')}")

        yield on_event


def reading(what: str, operation: Callable[[OnEvent], Coroutine[Any, Any, Result]]) -> Result:
    """Run an operation that reads a target, show progress, and return what it returns."""
    from reconciler.operations.event_loop import run_to_end

    with progress(f"Reading {what}") as on_event:
        return run_to_end(operation(on_event))


def _harmless(text: str, stream: TextIO) -> str:
    """Return text that a log may hold: in GitHub Actions a line of it could be a command."""
    if not is_logged(stream):
        return text
    from reconciler.reports.github_annotations import neutralize_workflow_commands

    return neutralize_workflow_commands(text)
