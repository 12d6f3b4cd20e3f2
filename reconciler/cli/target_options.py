"""The options of commands that only read and so can go about several targets at once."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.completion import complete_target
from reconciler.cli.options import Function, option

if TYPE_CHECKING:
    from reconciler.planning.plan import Plan

PLACEHOLDER = "{target}"
"""Stands for the target's name in the name of a file to write."""


@dataclass(frozen=True)
class TargetSelection:
    """The targets that a user named; none are the config's own, `every` is all of them."""

    names: tuple[str, ...] = ()
    all_targets: bool = False

    @property
    def several(self) -> bool:
        """Whether a report of several targets was asked for, however many there turn out to be."""
        return self.all_targets or len(self.names) > 1


def choice_options(function: Function) -> Function:
    """Add `--target`, as often as one likes, and `--all-targets`; they arrive as `choice`."""

    @functools.wraps(function)
    def with_choice(*args: Any, target: tuple[str, ...], all_targets: bool, **kwargs: Any) -> Any:
        if target and all_targets:
            raise click.UsageError(
                f"--all-targets takes all: leave out --target ({', '.join(target)}), which may "
                "also come from RECONCILER_TARGET."
            )
        names = tuple(dict.fromkeys(target))
        return function(*args, choice=TargetSelection(names, all_targets), **kwargs)

    every = option("--all-targets", is_flag=True, help="All targets of reconciler.yaml.")
    one = option(
        "--target",
        multiple=True,
        metavar="T",
        shell_complete=complete_target,
        help="The target [default: the config's own]; may be repeated.",
    )
    return one(every(with_choice))  # type: ignore[return-value]


def require_names(out: Path | None, choice: TargetSelection) -> None:
    """Raise `UsageError` where several plans would be written to one file."""
    if out is not None and choice.several and PLACEHOLDER not in str(out):
        raise click.UsageError(
            f"several targets have several plans, and {out} names one file: put {PLACEHOLDER} "
            f"where the target's name belongs, as in '{_suggested(out)}'."
        )


def _suggested(out: Path) -> Path:
    return out.with_name(f"{out.stem}-{PLACEHOLDER}{out.suffix or '.json'}")


def file_for(out: Path, plan: Plan) -> Path:
    """Return the file for one target's plan; a folder that is only for it is made."""
    file = Path(str(out).replace(PLACEHOLDER, plan.target.name))
    if file != out:
        file.parent.mkdir(parents=True, exist_ok=True)
    return file
