"""Shell completion of targets and specs.

Reads files only, and of these only the names; offers nothing if it cannot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import click

from reconciler.cli.app import folder_with_specs

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.model.kinds import Kind

_NAME = re.compile(rb"""^name:[ \t]+["']?([\w.-]+)["']?[ \t]*(?:#.*)?\r?$""", re.MULTILINE)
"""A name without spaces or quotes, which a shell completes as one word."""


def complete_target(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of targets that begin with `incomplete`."""
    from reconciler.desired.load import CONFIG_FILE
    from reconciler.yamledit.parse import parse_yaml

    try:
        text = (_specs(context) / CONFIG_FILE).read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        return []
    config = parse_yaml(text, CONFIG_FILE).value
    targets = config.get("targets") if isinstance(config, dict) else None
    return _beginning(targets if isinstance(targets, dict) else (), incomplete)


def complete_spec(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of specs in files that begin with `incomplete`."""
    return _beginning(_names(_specs(context), "*"), incomplete)


def complete_flow_spec(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of specs in files that refer to others and begin with `incomplete`."""
    return _of_kinds(context, incomplete, lambda kind: bool(kind.references))


def complete_source(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of specs in files that others refer to and begin with `incomplete`."""
    from reconciler.model.references import is_referred_to

    return _of_kinds(context, incomplete, is_referred_to)


def _of_kinds(
    context: click.Context, incomplete: str, is_wanted: Callable[[Kind], bool]
) -> list[str]:
    from reconciler.model.kinds import KINDS

    folders = [kind.collection for kind in KINDS if is_wanted(kind)]
    names = (name for folder in folders for name in _names(_specs(context), folder))
    return _beginning(names, incomplete)


def _specs(context: click.Context) -> Path:
    from pathlib import Path

    given = Path(context.params.get("specs") or "specs")
    return folder_with_specs() / given if given == Path("specs") else given


def _names(specs: Path, folders: str) -> Iterator[str]:
    for path in specs.glob(f"{folders}/**/*.y*ml"):
        try:
            found = _NAME.search(path.read_bytes())
        except OSError:
            continue
        if found is not None:
            yield found.group(1).decode("utf-8", "replace")


def _beginning(names: Iterable[str], incomplete: str) -> list[str]:
    return sorted({name for name in names if name.startswith(incomplete)})
