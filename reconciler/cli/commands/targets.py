"""`reconciler targets`: where specs may go; reads the config and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reconciler.cli.console import result, terminal
from reconciler.cli.options import declare, output_formats, shard_option, specs_option

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.model.shards import Shard


@declare("targets")
@click.argument("patterns", nargs=-1, metavar="[PATTERN…]")
@specs_option
@output_formats(
    ["text", "json", "github-matrix"],
    text="github-matrix is one line for `strategy.matrix`: a job per target, at most 256.",
)
@shard_option
def command(patterns: tuple[str, ...], specs: Path, report: str, shard: Shard | None) -> int:
    """Print the targets of reconciler.yaml, or those whose name matches a pattern.

    Patterns are those of a shell; one that begins with ! leaves out what it
    matches: reconciler targets '!local'.
    """
    from reconciler.desired.config import load_config
    from reconciler.reports.text import targets as shown

    config = load_config(specs)
    targets = config.matching(patterns)
    if shard is not None:
        targets = tuple(shard.of(targets))
    match report:
        case "json":
            result(shown.targets_json(targets, config.default_target))
        case "github-matrix":
            result(shown.targets_matrix(targets))
        case _:
            result(shown.targets_text(targets, config.default_target, **terminal()))
    return 0
