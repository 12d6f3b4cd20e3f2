"""The end of a command: the error on stderr, the exit code, and `--notify`."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import exit_codes
from reconciler.cli.options import Function, option
from reconciler.model.errors import ExitCode

if TYPE_CHECKING:
    import httpx

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
        _say("interrupted")
        return exit_codes.INTERRUPTED, ""
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return exit_codes.of_error(error), ""
    except click.ClickException as error:
        context = error.ctx if isinstance(error, click.UsageError) else None
        see = f"\nSee {context.command_path} --help." if context else ""
        _say(f"error: {error.format_message()}{see}")
        return exit_codes.of_error(error), error.format_message()
    except Exception as error:  # the last resort: no traceback reaches a user
        return exit_codes.of_error(error), _explain(error)
    return (outcome if isinstance(outcome, int) else 0), ""


def _explain(error: Exception) -> str:
    """Print an error, and return its message."""
    from reconciler.cli.ci import announce_error
    from reconciler.model.errors import InputError, message_of

    show_traceback(error)
    message = message_of(error)
    # Problems with files begin with their places, as a compiler's do.
    _say(message if isinstance(error, InputError) else f"error: {message}")
    announce_error(error, message)
    return message


def show_traceback(error: Exception) -> None:
    """Print where an error was raised if `--debug` is given."""
    from reconciler.cli.console import LOG

    if LOG.debug:
        import traceback

        from reconciler.model.text import escape_control

        _say(escape_control("".join(traceback.format_exception(error)), keep="\n"))


def print_failures(failures: tuple[Failure, ...], report: str) -> None:
    """Print why targets have no plan, unless the text report on stdout says it."""
    from reconciler.model.text import escape_control

    for failure in failures:
        if failure.error is not None:
            show_traceback(failure.error)
        if report != "text":
            _say(escape_control(f"error: {failure.target.name}: {failure.message}", keep="\n"))


def _say(text: str) -> None:
    from reconciler.cli.console import note

    note(text, "error")


def notify_option(function: Function) -> Function:
    """Add `--notify` to a command; any exit code but 0 is sent, after its last output."""

    @functools.wraps(function)
    def with_notify(*args: Any, notify: str | None, **kwargs: Any) -> Any:
        if notify:
            from reconciler.cli.console import note
            from reconciler.operations.notify import webhook

            address = webhook(notify)
            if address is None:
                note("warning: --notify is not an https address; nothing will be sent.", "warning")
            else:
                at_end.append(_sender(address, _what(click.get_current_context())))
        return function(*args, **kwargs)

    return option(
        "--notify",
        metavar="URL",
        help="Webhook to post to if this does not end with 0. Set it in the environment: it is a "
        "secret.",
    )(with_notify)  # type: ignore[return-value]


def _what(context: click.Context) -> str:
    selection = context.params.get("target") or ()
    names = (selection,) if isinstance(selection, str) else selection
    return f"reconciler {context.info_name}" + (f" on {', '.join(names)}" if names else "")


def _sender(address: httpx.URL, what: str) -> Callable[[int, str], None]:
    def send(code: int, message: str) -> None:
        from reconciler.cli.ci import links
        from reconciler.cli.console import note
        from reconciler.operations import notify

        if code == 0:
            return
        event = _EVENTS[ExitCode(code)] if code in set(ExitCode) else _INTERRUPTED
        lines = [f"{what} {event}.", message, links().run]
        problem = notify.send(address, "\n".join(filter(None, lines)))
        if problem:
            note(f"warning: the webhook of --notify was not reached: {problem}.", "warning")

    return send
