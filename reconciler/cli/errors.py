"""How a command ends: every error becomes a sentence on stderr and an exit code."""

from __future__ import annotations

import os
import sys

import click

INTERRUPTED = 130
"""What a shell reports of a process that Ctrl-C ended: 128 and the signal's number."""

DEEP_ENOUGH = 20_000
"""Python frames; documents may nest 400 levels, and a walk takes several frames a level."""


def run(group: click.Group, args: list[str] | None = None) -> int:
    """Run the command line `args` (the process's own by default) and return its exit code.

    A usage error is 1 and not click's 2, which the contract keeps for "there
    are changes".
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEP_ENOUGH))
    try:
        outcome = group.main(args=args, standalone_mode=False)
    except click.exceptions.Abort:
        _say("interrupted")
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return 1
    except BrokenPipeError:
        # The reader went away (`| head`): nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # the last resort: no traceback reaches a user
        return _explain(error)
    return outcome if isinstance(outcome, int) else 0


def _explain(error: Exception) -> int:
    from reconciler.cli.annotate_problems import announce_error
    from reconciler.model.errors import InputError, ReconcilerError

    show_traceback(error)
    words = in_words(error)
    # Problems with files begin with their places, as a compiler's do.
    _say(words if isinstance(error, InputError) else f"error: {words}")
    announce_error(error, words)
    return int(error.exit_code) if isinstance(error, ReconcilerError) else 1


def show_traceback(error: Exception) -> None:
    """Print where an error comes from, where `--debug` asks for it."""
    if "--debug" in sys.argv or os.environ.get("RECONCILER_DEBUG"):
        import traceback

        from reconciler.model.text import escape_control

        _say(escape_control("".join(traceback.format_exception(error)), keep="\n"))


def in_words(error: Exception) -> str:
    """Return an error as the sentences that a user reads, harmless to print."""
    from reconciler.model.errors import ReconcilerError
    from reconciler.model.text import escape_control

    if isinstance(error, ReconcilerError):
        return escape_control(str(error), keep="\n")
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return escape_control(where + (error.strerror or str(error)))
    if isinstance(error, RecursionError):
        return "a document nests too deeply to be handled; flatten it"
    return (
        f"{type(error).__name__}: {escape_control(str(error))}\n"
        "This is a fault of reconciler itself. Run again with --debug and report what it prints."
    )


def _say(text: str) -> None:
    from reconciler.cli.console import note

    note(text)
