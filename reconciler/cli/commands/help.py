"""`reconciler help`: a command, a file, or everything, from the commands and the schemas."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from reconciler.cli import COMMANDS, HELP
from reconciler.cli.app import GROUPS
from reconciler.cli.console import result
from reconciler.cli.options import declare

if TYPE_CHECKING:
    from reconciler.reports.markdown.reference import OptionEntry

TOPICS = {
    "config": "The keys of specs/reconciler.yaml.",
    "spec": "The keys of x-reconciler in a spec file.",
    "policy": "The keys of a policy.",
    "reference": "All of it: every command, option, variable and key.",
}


@declare("help")
@click.argument("topic", required=False, type=click.Choice([*COMMANDS, *TOPICS]), metavar="[TOPIC]")
@click.pass_context
def command(context: click.Context, topic: str | None) -> int:
    """Show the help of a command, of a file's keys, or all of it.

    TOPIC is a command, config, spec, policy or reference.
    """
    from reconciler.reports.markdown.reference import (
        EXIT_CODES,
        FILES,
        command_markdown,
        file_markdown,
    )

    if topic is None:
        listed = "\n".join(f"  {name:10}  {text}" for name, text in TOPICS.items())
        result(f"{HELP}\n\nTopics (reconciler help TOPIC):\n{listed}")
    elif topic in FILES:
        _show(file_markdown(topic))
    elif topic == "reference":
        files = [file_markdown(each) for each in FILES]
        commands = [each for name in COMMANDS for each in _chapters(context, [name])]
        general = [*_options(context.command, context, general=True)]
        text = (
            "Options of every command. A variable has a form for one command too, such as "
            "RECONCILER_PLAN_FORMAT, which comes first."
        )
        every = command_markdown("COMMAND", text, general)
        _show("\n".join(["# reconciler\n", every, *commands, *files, EXIT_CODES]))
    else:
        named, below = _command(context, [topic])
        result(named.get_help(below))
    return 0


def _show(markdown: str) -> None:
    """Print Markdown: rendered on a terminal, as it is otherwise."""
    if not sys.stdout.isatty():
        result(markdown)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(markdown))


def _command(context: click.Context, path: list[str]) -> tuple[click.Command, click.Context]:
    """Return a command and its context, by its names: `github`, `comment`."""
    named, below = context.find_root().command, context.find_root()
    for name in path:
        assert isinstance(named, click.Group)  # noqa: S101 - the names are those of commands
        found = named.get_command(below, name)
        assert found is not None  # noqa: S101
        named, below = found, click.Context(found, parent=below, info_name=name)
    return named, below


def _chapters(context: click.Context, path: list[str]) -> Iterator[str]:
    """Yield the chapter of a command, and those of the commands below it."""
    from reconciler.reports.markdown.reference import command_markdown

    named, below = _command(context, path)
    yield command_markdown(" ".join(path), _text(named.help), [*_options(named, below)])
    for name in named.list_commands(below) if isinstance(named, click.Group) else ():
        yield from _chapters(context, [*path, name])


def _options(
    named: click.Command, context: click.Context, *, general: bool = False
) -> Iterator[OptionEntry]:
    from reconciler.reports.markdown.reference import OptionEntry

    for parameter in named.get_params(context):
        is_general = getattr(parameter, "group", GROUPS[-1]) == GROUPS[-1]
        if isinstance(parameter, click.Option) and is_general is general:
            record = parameter.get_help_record(context)
            names = record[0] if record else parameter.opts[0]
            yield OptionEntry(names, str(parameter.envvar or ""), _text(parameter.help))


def _text(text: str | None) -> str:
    """Return a help text without the line breaks within its paragraphs."""
    paragraphs = (text or "").replace("\b", "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
