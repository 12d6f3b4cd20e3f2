"""The targets of a config as text, JSON and a CI matrix, without credentials."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from reconciler.model.json_access import expect_object
from reconciler.model.shards import shards_for
from reconciler.model.targets import Target
from reconciler.model.text import escape_control
from reconciler.planning.plan_codecs import TARGET
from reconciler.reports.text.layout import Layout

MOST_JOBS = 256
"""How many jobs GitHub Actions makes of one matrix."""


def targets_text(
    targets: Sequence[Target], default: str | None, *, width: int = 80, color: bool = False
) -> str:
    """Return each target with its address and the variables that hold its credentials."""
    layout = Layout.of(width, color)
    lines: list[str] = []
    for target in targets:
        mark = " (default)" if target.name == default else ""
        lines.append(layout.paint(escape_control(target.name), "bold") + mark)
        for fact in _facts(target):
            lines += layout.folded(escape_control(fact), first="  ", others="    ")
    return "".join(f"{line}\n" for line in lines)


def _facts(target: Target) -> Iterator[str]:
    if target.emulator is not None:
        yield f"an embedded Flow Service in {target.emulator}; needs no credentials"
        return
    yield f"{target.url}, {target.ims_org}, sandbox {target.sandbox}"
    names = target.credentials
    yield (
        f"credentials: {names.access_token} and {names.api_key}, or {names.client_id}, "
        f"{names.client_secret} and {names.scopes}"
    )


def targets_json(targets: Sequence[Target], default: str | None) -> str:
    """Return the targets as a JSON list."""
    entries = [
        {
            **expect_object(TARGET.write(target.identity)),
            "default": target.name == default,
            "embedded": target.emulator is not None,
        }
        for target in targets
    ]
    return json.dumps(entries, indent=2) + "\n"


def targets_matrix(targets: Sequence[Target]) -> str:
    """Return a matrix for GitHub Actions on one line: a job per target, or per part of them.

    GitHub runs at most `MOST_JOBS` of a matrix. If there are more targets, `target` holds several
    names with spaces between, as RECONCILER_TARGET takes them.
    """
    names = [target.name for target in targets]
    jobs = [{"target": name} for name in names]
    if len(names) > MOST_JOBS:
        shards = shards_for(len(names), MOST_JOBS)
        jobs = [{"target": " ".join(shard.of(names)), "shard": str(shard)} for shard in shards]
    return json.dumps({"include": jobs}, separators=(",", ":")) + "\n"
