"""The options that commands share, each with its environment variable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from reconciler.cli.completion import complete_spec, complete_target

Function = TypeVar("Function", bound=Callable[..., Any])


def option(*names: str, **attributes: Any) -> Callable[[Function], Function]:
    """Declare an option whose environment variable is `RECONCILER_` and its long name."""
    long = next(name for name in names if name.startswith("--"))
    variable = "RECONCILER_" + long.split("/")[0].removeprefix("--").replace("-", "_").upper()
    return click.option(*names, envvar=variable, show_envvar=True, **attributes)


def command(name: str, **attributes: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """Declare a command; every command takes `--debug`."""

    def declare(function: Callable[..., Any]) -> click.Command:
        with_debug = option(
            "--debug", is_flag=True, expose_value=False, help="Show a traceback with an error."
        )
        decorate: Callable[[Callable[..., Any]], click.Command] = click.command(name, **attributes)
        return decorate(with_debug(function))

    return declare


def existing(path_type: type[Path] = Path) -> click.Path:
    """Return the type of an option that names a file which must be there."""
    return click.Path(exists=True, dir_okay=False, path_type=path_type)


def _only_one(context: click.Context, _: click.Parameter, names: tuple[str, ...]) -> str | None:
    if len(names) > 1:
        raise click.UsageError(
            f"{context.info_name} is for one target at a time: run it once for each of "
            f"{', '.join(names)}. In CI a matrix does that (reconciler targets --format "
            "github-matrix)."
        )
    return names[0] if names else None


target_option = option(
    "--target",
    multiple=True,
    callback=_only_one,
    metavar="T",
    shell_complete=complete_target,
    help="The target [default: the config's own].",
)
specs_option = option(
    "--specs",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("specs"),
    show_default=True,
    help="The folder of the spec files and reconciler.yaml.",
)
cache_option = option(
    "--no-cache",
    is_flag=True,
    help="Parse and check every file, and remember none of it in the cache folder.",
)
last_report_option = option(
    "--last-report",
    type=existing(),
    metavar="FILE",
    help="The report of the target's last apply: what it could not settle is marked.",
)


def planning_options(function: Function) -> Function:
    """Add the options that say what is planned and against which base."""
    for declare in (
        cache_option,
        option(
            "--only-origin",
            type=click.Choice(["repo", "drift"]),
            help="Plan only what the repo changed, or only what drifted.",
        ),
        option(
            "--base",
            metavar="REV",
            help="The revision that the target was last reconciled at, or `applied` "
            "[default: the target's recorded one, where there is one].",
        ),
        option(
            "--only",
            multiple=True,
            metavar="PATTERN",
            shell_complete=complete_spec,
            help="Only specs whose name, id or file matches; may be repeated.",
        ),
    ):
        function = declare(function)
    return function
