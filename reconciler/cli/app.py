"""The group of all commands, and what every command and option has in common.

A command's module is imported when the command is called.
"""

from __future__ import annotations

import math
import os
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from reconciler import __version__
from reconciler.cli import COMMANDS, HELP, MODULES, PROGRAM, VERSION

if TYPE_CHECKING:
    from pathlib import Path

OTHER_NAMES = {
    "import": "pull writes what the target has into the spec files",
    "destroy": "the API cannot delete specs; what no file describes is left on the target",
    "refresh": "drift shows what changed on the target, drift --adopt takes it into the files",
    "diff": "plan shows what an apply would change",
}
"""Commands of other programs, and what to use instead."""
OTHER_OPTIONS = {"--auto-approve": "--yes", "--json": "--format json", "--refresh-only": "drift"}
"""Options of other programs, and what to use instead."""
_VARIABLES = (
    "Every option has an environment variable, as --log-format has RECONCILER_LOG_FORMAT, and one "
    "for this command alone: {}_LOG_FORMAT"
)
_FILE_OR_NAME = ("wanted", "expect", "flow")
"""Parameters that take the name of a file or something else."""
GROUPS = ("Options", "Overrides", "Connection", "General options")
"""The groups of options in `--help`, in their order."""
_SOME_FORMAT = {"text", "json", "markdown", "html", "github", "junit", "github-matrix"}


class File(click.Path):
    """A path, which arrives as a `Path`.

    `pathlib` is imported when there is one: it would be a tenth of what completion takes.
    """

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the checked path; completion gets the text."""
        if ctx is not None and ctx.resilient_parsing:
            return value
        if not self.dir_okay and os.fsdecode(value).endswith(("/", os.sep)):
            self.fail(f"'{os.fsdecode(value)}' is a folder; name a file in it.", param, ctx)
        from pathlib import Path

        return Path(os.fsdecode(super().convert(value, param, ctx)))


class Integer(click.IntRange):
    """An integer within limits."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number; in an error the limits are in words."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            raise _out_of_limits(self, "an integer", value, param, ctx) from None


class Number(click.FloatRange):
    """A finite number within limits."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number; in an error the limits are in words."""
        try:
            found = super().convert(value, param, ctx)
        except click.BadParameter:
            found = None
        if found is None or not math.isfinite(found):
            raise _out_of_limits(self, "a number", value, param, ctx)
        return found


def _out_of_limits(
    limits: click.IntRange | click.FloatRange,
    noun: str,
    value: object,
    param: click.Parameter | None,
    ctx: click.Context | None,
) -> click.UsageError:
    name = param.get_error_hint(ctx) if param is not None else "it"
    most = limits.max is not None
    words = f"from {limits.min} to {limits.max}" if most else f"of at least {limits.min}"
    return click.UsageError(f"{name} must be {noun} {words}, not '{value}'.", ctx)


def existing() -> File:
    """Return the type of a parameter that names an existing file."""
    return File(exists=True, dir_okay=False)


class Option(click.Option):
    """An option that `--help` shows in a group, with a variable per command beside its own.

    `RECONCILER_PLAN_FORMAT` is for `plan` alone and comes before `RECONCILER_FORMAT`. A
    format for all commands does not apply to one that lacks it.
    """

    def __init__(self, *names: Any, group: str = "Options", **attributes: Any) -> None:
        super().__init__(*names, **attributes)
        self.group = group

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """Return the command's own variable, or the one that commands share."""
        own = os.environ.get(self._own_variable(ctx))
        if own:
            return own
        shared = super().resolve_envvar_value(ctx)
        lacks = isinstance(self.type, click.Choice) and shared not in self.type.choices
        return None if lacks and shared in _SOME_FORMAT else shared

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """Return the option's name for an error, with the variable that its value is from."""
        hint, source = super().get_error_hint(ctx), ParameterSource.ENVIRONMENT
        if ctx is None or ctx.get_parameter_source(self.name or "") is not source:
            return hint
        own = self._own_variable(ctx)
        return f"{hint} (env var: '{own if os.environ.get(own) else self.envvar}')"

    def _own_variable(self, ctx: click.Context) -> str:
        return "_".join([PROGRAM, *_path(ctx), str(self.envvar)[11:]]).upper()


def _path(ctx: click.Context) -> list[str]:
    """Return the names of a command below the program: `github`, `comment`."""
    return (
        [] if ctx.parent is None else [*_path(ctx.parent), (ctx.info_name or "").replace("-", "_")]
    )


class Command(click.Command):
    """A command whose options come in groups, and that works below the repository's top too."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options by group, those that every command takes last."""
        groups: dict[str, list[tuple[str, str]]] = {name: [] for name in GROUPS}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                groups[getattr(parameter, "group", GROUPS[-1])].append(record)
        for name, records in groups.items():
            if records:
                with formatter.section(name):
                    formatter.write_dl(records)
        own = "_".join([PROGRAM, *_path(ctx)]).upper()
        formatter.write_paragraph()
        formatter.write_text(_VARIABLES.format(own))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; suggest the right option for one of another program."""
        try:
            return self._parsed(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click names no command if an option lacks its argument
            raise

    def _parsed(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = {name for parameter in self.params for name in parameter.opts}
        for given in args[: args.index("--")] if "--" in args else args:
            name = re.sub(r"^-(?=\w[\w-])", "--", given.partition("=")[0])
            if name not in known and name in OTHER_OPTIONS:
                raise click.UsageError(f"no option {given}: use {OTHER_OPTIONS[name]}.", ctx)
            if name != given.partition("=")[0] and name in known:
                raise click.UsageError(f"no option {given}: use {name}, with two dashes.", ctx)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, in the folder above that has the specs if this one has none."""
        from pathlib import Path

        source = ctx.get_parameter_source("specs")
        if source is ParameterSource.DEFAULT and ctx.info_name != "init":
            root = folder_with_specs()
            if root != Path.cwd():
                _move(ctx, root)
        return super().invoke(ctx)


def folder_with_specs() -> Path:
    """Return the nearest folder with specs/reconciler.yaml, up to the repository's top.

    It is this one if there is none.
    """
    from pathlib import Path

    here = Path.cwd()
    folders = (here, *here.parents)
    top = next((folder for folder in folders if (folder / ".git").exists()), here)
    below = [folder for folder in folders if folder.is_relative_to(top)]
    return next((each for each in below if (each / "specs/reconciler.yaml").is_file()), here)


def _move(ctx: click.Context, folder: Path) -> None:
    """Enter a folder, and keep what files the command line names."""
    from pathlib import Path

    here = Path.cwd()

    def moved(value: Any, is_output: bool) -> Any:
        if isinstance(value, tuple):
            return tuple(moved(each, is_output) for each in value)
        if value is None or not (isinstance(value, Path) or (here / value).exists()):
            return value
        named = here / value
        inside = not is_output and named.is_relative_to(folder)
        return type(value)(named.relative_to(folder) if inside else named)

    for parameter in ctx.command.params:
        name, kind = parameter.name or "", parameter.type
        if name != "specs" and (isinstance(kind, click.Path) or name in _FILE_OR_NAME):
            is_output = isinstance(kind, click.Path) and not kind.exists
            ctx.params[name] = moved(ctx.params.get(name), is_output)
    os.chdir(folder)


class LazyGroup(click.Group):
    """A group that imports a command when it is called and not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command; return None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        name = MODULES.get(cmd_name, cmd_name.replace("-", "_"))
        module = import_module(f"reconciler.cli.commands.{name}")
        command = getattr(module, cmd_name if cmd_name in MODULES else "command")
        assert isinstance(command, click.Command)  # noqa: S101 - a module of ours
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; suggest a similar one if there is none of that name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if args[0] in OTHER_NAMES:
                raise click.UsageError(
                    f"no command {args[0]}: {OTHER_NAMES[args[0]]}.", ctx
                ) from None
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            if not near:
                raise
            raise click.UsageError(f"{error} Did you mean '{near[0]}'?", ctx) from error

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a command's name from the table, importing none of them."""
        named = [
            CompletionItem(name, help=text)
            for name, text in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Show `HELP`, as `main` does without importing this module."""
        formatter.write(HELP)


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "-C",
    "folder",
    type=File(exists=True, file_okay=False),
    is_eager=True,
    expose_value=False,
    callback=lambda _, __, folder: os.chdir(folder) if folder else None,
)
@click.version_option(__version__, prog_name=PROGRAM, message=VERSION)
def group() -> None:
    """Run one of the commands; their help is `HELP`."""
