"""The options that commands share, each with its environment variable.

A command is declared with `declare`, and takes its options by decorators:

    @declare("show")
    @click.argument("plan_files", type=existing(), nargs=-1, required=True)
    @format_option
    def command(plan_files: tuple[Path, ...], report: str) -> int:
        '''Render saved plans.'''

A command that shares a set of options takes the set: `planning_options`,
`selection_options`, `allow_options`, `connection_options`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reconciler.cli.app import Command, File, Integer, Number, Option, existing
from reconciler.cli.completion import complete_spec, complete_target
from reconciler.live.settings import ConnectionSettings

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.model.shards import Shard

Function = TypeVar("Function", bound=Callable[..., Any])
_CONNECTION = {
    "parallelism": (Integer(1, 64), "Maximum concurrent requests to one target."),
    "timeout": (Number(min=0.1), "Request timeout in seconds."),
    "attempts": (Integer(1, 20), "Maximum attempts per request."),
    "retry_wait": (
        Number(min=0),
        "Delay before the first retry in seconds; the delays grow.",
    ),
}
"""The values and the help of the option for each field of `ConnectionSettings` that has one."""
_ALLOWED_GUARDS = {
    "removals": "Allow removals that no commit made.",
    "conflicts": "Take the file's value where both sides changed.",
    "protected": "Allow changes of protected specs.",
    "breaking": "Allow changes that break live dataflows.",
}
"""The help of each `--allow-GUARD`; `planning` is imported when one is used."""


def option(*names: str, **attributes: Any) -> Callable[[Function], Function]:
    """Declare an option whose environment variable is `RECONCILER_` and its long name."""
    long = next(name for name in names if name.startswith("--"))
    variable = "RECONCILER_" + long.split("/")[0].removeprefix("--").replace("-", "_").upper()
    return click.option(*names, cls=Option, envvar=variable, **attributes)


def declare(name: str, **attributes: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """Declare a command; every command takes the options of `_GENERAL`."""

    def wrap(function: Callable[..., Any]) -> click.Command:
        for names, settings in reversed(_GENERAL.items()):
            # Eager: what the other options say goes to the log too.
            general = {"group": "General options", "expose_value": False, "callback": _set_log}
            function = option(*names.split(", "), is_eager=True, **general, **settings)(function)
        decorate: Callable[[Callable[..., Any]], click.Command] = click.command(
            name, cls=Command, **attributes
        )
        return decorate(function)

    return wrap


_GENERAL: dict[str, dict[str, Any]] = {
    "-v, --verbose": {"is_flag": True, "help": "Show every request, and more of a plan."},
    "-q, --quiet": {"is_flag": True, "help": "Print results, warnings and errors only."},
    "--log-format": {
        "type": click.Choice(["text", "json"]),
        "default": "text",
        "help": "What stderr holds: text, or one JSON object per line.",
    },
    "--debug": {"is_flag": True, "help": "Show a traceback with an error."},
}


def _set_log(context: click.Context, parameter: click.Parameter, value: object) -> None:
    if context.resilient_parsing:  # a shell completes, and nothing is logged
        return
    from reconciler.cli.console import LOG

    setattr(LOG, parameter.name or "", value)


def arrive_as(
    name: str, make: Callable[..., object], **options: Callable[[Any], Any]
) -> Callable[[Function], Function]:
    """Add options, by their parameters; what `make` returns for them arrives as `name`."""

    def add(function: Function) -> Function:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            made = make(**{each: kwargs.pop(each) for each in options})
            return function(*args, **kwargs, **{name: made})

        for declare_option in reversed(options.values()):
            call = declare_option(call)
        return call  # type: ignore[return-value]

    return add


def _only_one(context: click.Context, _: click.Parameter, names: tuple[str, ...]) -> str | None:
    if len(names) > 1:
        raise click.UsageError(
            f"{context.info_name} is for one target at a time: run it once for each of "
            f"{', '.join(names)}. In CI a matrix does that (reconciler targets --format "
            "github-matrix)."
        )
    return names[0] if names else None


_target = functools.partial(
    option, "--target", multiple=True, metavar="T", shell_complete=complete_target
)
target_option = _target(callback=_only_one, help="The target [default: the config's own].")
specs_option = option(
    "--specs",
    type=File(file_okay=False),
    default="specs",
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


def output_formats(
    names: Sequence[str], text: str = "The output format."
) -> Callable[[Function], Function]:
    """Return `--format`, which arrives as `report`, with these choices; the first is the default.

    `text` is its help.
    """
    choice = click.Choice(names)
    return option("--format", "report", type=choice, default=names[0], show_default=True, help=text)


def out_option(text: str) -> Callable[[Function], Function]:
    """Return `--out FILE` with this help."""
    return option(
        "--out",
        type=File(dir_okay=False),
        metavar="FILE",
        callback=_no_report,
        help=text,
    )


def _no_report(context: click.Context, _: click.Parameter, out: Path | None) -> Path | None:
    if context.resilient_parsing or out is None:
        return out
    if out.suffix.lower() in (".html", ".htm", ".md", ".markdown", ".txt"):
        raise click.UsageError(
            f"--out writes the plan file, which is JSON, not {out.suffix}. For the report: "
            f"--format html > {out.name}, or reconciler show PLAN_FILE --format html > {out.name}."
        )
    return out


def _request(
    specs: Path, only: tuple[str, ...], base: str | None, only_origin: str | None, no_cache: bool
) -> object:
    from reconciler.operations.inputs import PlanRequest
    from reconciler.planning.plan import Origin

    origin = Origin(only_origin) if only_origin else None
    return PlanRequest(specs, None, only, base, origin, no_cache=no_cache)


planning_options = arrive_as(
    "request",
    _request,
    specs=specs_option,
    only=option(
        "--only",
        multiple=True,
        metavar="PATTERN",
        shell_complete=complete_spec,
        help="Only specs whose name, id or file matches; may be repeated.",
    ),
    base=option(
        "--base",
        metavar="REV",
        help="The revision that the target was last reconciled at, or `applied` "
        "[default: the recorded one, if there is one].",
    ),
    only_origin=option(
        "--only-origin",
        type=click.Choice(["repo", "drift"]),
        help="Plan only what the repo changed, or only what drifted.",
    ),
    no_cache=cache_option,
)
"""The options of what is planned, and of the base."""


def _parsed_shard(_: click.Context, __: click.Parameter, text: str | None) -> Shard | None:
    if not text:
        return None
    from reconciler.model.shards import Shard

    try:
        return Shard.parse(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


shard_option = option(
    "--shard",
    callback=_parsed_shard,
    metavar="I/N",
    help="Only part I of N of the targets: one of N jobs.",
)


def _selection(target: tuple[str, ...], all_targets: bool, shard: Shard | None) -> object:
    from reconciler.operations.plan_targets import TargetSelection

    if target and all_targets:
        raise click.UsageError(
            f"--all-targets takes all: leave out --target ({', '.join(target)}), which may "
            "also come from RECONCILER_TARGET."
        )
    if shard and not all_targets:
        raise click.UsageError("--shard is a part of --all-targets.")
    return TargetSelection(tuple(dict.fromkeys(target)), all_targets, shard)


selection_options = arrive_as(
    "selection",
    _selection,
    target=_target(help="The target [default: the config's own]; may be repeated."),
    all_targets=option("--all-targets", is_flag=True, help="All targets of reconciler.yaml."),
    shard=shard_option,
)


def require_placeholder(out: Path | None, *, several: bool) -> None:
    """Raise `UsageError` if the plans of several targets would be written to one file."""
    from reconciler.operations.plan_targets import PLACEHOLDER

    if out is not None and several and PLACEHOLDER not in str(out):
        suggested = out.with_name(f"{out.stem}-{PLACEHOLDER}{out.suffix or '.json'}")
        raise click.UsageError(
            f"several targets have several plans, and {out} names one file: put {PLACEHOLDER} "
            f"where the target's name belongs, as in '{suggested}'."
        )


def _overrides(**given: bool) -> object:
    from reconciler.planning.guards import Overrides
    from reconciler.planning.refusal import Guard

    names = (name.removeprefix("allow_") for name, is_given in given.items() if is_given)
    return Overrides(frozenset(map(Guard, names)))


allow_options = arrive_as(
    "allowed",
    _overrides,
    **{
        f"allow_{guard}": option(f"--allow-{guard}", is_flag=True, help=text, group="Overrides")
        for guard, text in _ALLOWED_GUARDS.items()
    },
)
connection_options = arrive_as(
    "settings",
    ConnectionSettings,
    **{
        name: option(
            f"--{name.replace('_', '-')}",
            type=values,
            default=getattr(ConnectionSettings(), name),
            show_default=True,
            help=text,
            group="Connection",
        )
        for name, (values, text) in _CONNECTION.items()
    },
)
