"""The end of a command: the error on stderr, the exit code, and `--notify`."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING

import click

from reconciler.cli import PROGRAM, exit_codes
from reconciler.cli.ci import announce_error, links
from reconciler.cli.console import LOG, note, print_warnings
from reconciler.cli.options import option
from reconciler.model.errors import ExitCode, InputError, message_of
from reconciler.model.text import escape_control

if TYPE_CHECKING:
    from reconciler.model.problems import Problem
    from reconciler.planning.multi_plan import Failure

DEEP_ENOUGH = 20_000
"""Python frames; documents may nest 400 levels, and a walk takes several frames a level."""
_EVENTS = {
    ExitCode.ERROR: "failed",
    ExitCode.CHANGES: "found changes on the target that are not in Git",
    ExitCode.REFUSED: "was refused: a guard blocks the plan, or it is stale. Nothing was written",
}
_INTERRUPTED = "was interrupted"
at_end: list[Callable[[int, str], None]] = []
"""Called with the exit code and the error's message after all else that a command does."""


def run(group: click.Group, args: list[str] | None = None) -> int:
    """Run the command line `args` (the process's own by default) and return its exit code."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, DEEP_ENOUGH))
    try:
        code, message = _run(group, args)
        for call in at_end:
            call(code, message)
    finally:
        at_end.clear()
        sys.setrecursionlimit(limit)
    return code


def _run(group: click.Group, args: list[str] | None) -> tuple[int, str]:
    """Return the exit code, and the message of the error that ended the command."""
    try:
        outcome = group.main(args=args, standalone_mode=False)
    except click.exceptions.Abort:
        note("interrupted", "error")
        return exit_codes.INTERRUPTED, ""
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return exit_codes.of_error(error), ""
    except click.ClickException as error:
        context = error.ctx if isinstance(error, click.UsageError) else None
        _use_log_format(context, sys.argv[1:] if args is None else args)
        see = f"\nSee {context.command_path} --help." if context else ""
        note(f"error: {error.format_message()}{see}", "error")
        return exit_codes.of_error(error), error.format_message()
    except Exception as error:  # the last resort: no traceback reaches a user
        return exit_codes.of_error(error), _explain(error)
    return (outcome if isinstance(outcome, int) else 0), ""


def _use_log_format(context: click.Context | None, args: Sequence[str]) -> None:
    """Log as JSON if that was asked for in a command line that click could not parse."""
    words = "\n".join(args[: args.index("--")] if "--" in args else args)
    given = re.findall(r"^--log-format[=\n](.*)$", words, re.MULTILINE)
    path = context.command_path.split()[1:] if context is not None else []
    own = "_".join([PROGRAM, *path, "LOG_FORMAT"]).upper().replace("-", "_")
    variables = (os.environ.get(own), os.environ.get("RECONCILER_LOG_FORMAT"))
    if next(filter(None, [*given[-1:], *variables]), "") == "json":
        LOG.log_format = "json"


def _explain(error: Exception) -> str:
    """Print an error, and return its message."""
    show_traceback(error)
    message = message_of(error)
    # Problems with files begin with their places, as a compiler's do.
    note(message if isinstance(error, InputError) else f"error: {message}", "error")
    announce_error(error, message)
    return message


def show_traceback(error: Exception) -> None:
    """Print where an error was raised if `--debug` is given."""
    if LOG.debug:
        import traceback

        trace = "".join(traceback.format_exception(error))
        note(escape_control(trace, keep="\n"), "error")


@contextmanager
def warned(problems: Iterable[Problem]) -> Iterator[list[Exception | None]]:
    """Print warnings about files when the block ends, less those that an error repeats.

    Yields a list for errors that are shown elsewhere; the one that ends the block counts too.
    """
    errors: list[Exception | None] = []
    try:
        yield errors
    except InputError as error:
        errors.append(error)
        raise
    finally:
        found = [error.problems for error in errors if isinstance(error, InputError)]
        said = {(each.place, each.check) for each in chain.from_iterable(found)}
        print_warnings(each for each in problems if (each.place, each.check) not in said)


def print_failures(failures: tuple[Failure, ...], report: str) -> None:
    """Print why targets have no plan, unless the text report on stdout says it."""
    for failure in failures:
        if failure.error is not None:
            show_traceback(failure.error)
        if report != "text":
            note(
                escape_control(f"error: {failure.target.name}: {failure.message}", keep="\n"),
                "error",
            )


def _notify(context: click.Context, _: click.Parameter, url: str | None) -> None:
    """Have a webhook told how the command ends, after its last output."""
    if not url or context.resilient_parsing:
        return
    from reconciler.operations import notify

    address = notify.webhook(url)
    if address is None:
        note("warning: --notify is not an https address; nothing will be sent.", "warning")
        return

    def send(code: int, message: str) -> None:
        if code == 0:
            return
        selection = context.params.get("target") or ()
        names = ", ".join((selection,) if isinstance(selection, str) else selection)
        what = f"reconciler {context.info_name}" + (f" on {names}" if names else "")
        event = _EVENTS[ExitCode(code)] if code in set(ExitCode) else _INTERRUPTED
        lines = [f"{what} {event}.", message, links().run]
        problem = notify.send(address, "\n".join(filter(None, lines)))
        if problem:
            note(f"warning: the webhook of --notify was not reached: {problem}.", "warning")

    at_end.append(send)


notify_option = option(
    "--notify",
    metavar="URL",
    expose_value=False,
    callback=_notify,
    help="Webhook to post to if this does not end with 0. Set RECONCILER_NOTIFY: it is a secret.",
)
