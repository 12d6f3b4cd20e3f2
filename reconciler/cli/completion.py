"""Shell completion of targets and specs.

Reads files only, and of these only the names; offers nothing if it cannot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC

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
    """Return the names of flow specs in files that begin with `incomplete`."""
    return _beginning(_names(_specs(context), FLOW_SPEC.collection), incomplete)


def complete_source(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of connection specs in files that begin with `incomplete`."""
    return _beginning(_names(_specs(context), CONNECTION_SPEC.collection), incomplete)


def _specs(context: click.Context) -> Path:
    return Path(context.params.get("specs") or "specs")


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
