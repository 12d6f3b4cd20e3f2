"""`--notify URL`: a message after everything else that a command does, if there is bad news."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import Function, option
from reconciler.model.errors import ExitCode

if TYPE_CHECKING:
    import httpx

_EVENTS = {
    ExitCode.ERROR: "failed",
    ExitCode.CHANGES: "found changes on the target that are not in Git",
    ExitCode.REFUSED: "was refused: a guard blocks the plan, or it is stale. Nothing was written",
}
_INTERRUPTED = "was interrupted"


def notify_option(function: Function) -> Function:
    """Add `--notify` to a command; any exit code but 0 is sent, after its last output."""

    @functools.wraps(function)
    def with_notify(*args: Any, notify: str | None, **kwargs: Any) -> Any:
        if notify:
            from reconciler.cli.console import note
            from reconciler.cli.errors import at_end
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
        from reconciler.cli.ci_links import links
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
