"""Whether the target still is as the plan saw it, spec by spec. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from reconciler.model.fingerprints import fingerprint
from reconciler.model.pointers import format_pointer
from reconciler.model.specs import LiveSpec
from reconciler.planning.body import live_before
from reconciler.planning.diff import differences
from reconciler.planning.pending import identified
from reconciler.planning.plan import PlannedSpec
from reconciler.planning.tree import document_tree


class Freshness(Enum):
    """How live stands to a plan."""

    CURRENT = "as planned"
    ALREADY_APPLIED = "already as asked for"
    STALE = "changed since the plan"


@dataclass(frozen=True)
class Standing:
    """A spec's fit, and for a stale one the sentence that says what changed and who did it."""

    fit: Freshness
    message: str = ""


def check_staleness(spec: PlannedSpec, live: LiveSpec | None) -> Standing:
    """Compare what the target returns now with what the plan rests on.

    A planned spec without an id is compared as if it had the live one's.
    """
    if live is not None and not spec.has_id:
        spec = identified(spec, live.id)
    found = None if live is None else live.fingerprint
    if found is not None and spec.body is not None and found == fingerprint(spec.kind, spec.body):
        return Standing(Freshness.ALREADY_APPLIED)
    if found == spec.live_fingerprint:
        return Standing(Freshness.CURRENT)
    return Standing(Freshness.STALE, _what_changed(spec, live))


def _what_changed(spec: PlannedSpec, live: LiveSpec | None) -> str:
    if live is None:
        return "it is not at the target any more. Plan again."
    if spec.live_fingerprint is None or spec.body is None:
        return f"it was created at the target since the plan{_who(live)}. Plan again."
    planned = document_tree(spec.kind, live_before(spec.kind, spec.body, spec.changes))
    now = document_tree(spec.kind, live.document)
    paths = [
        f"{difference.operation} {format_pointer(difference.pointer)}"
        for difference in differences(planned, now)
    ]
    shown = ", ".join(paths[:10]) + (f" and {len(paths) - 10} more" if len(paths) > 10 else "")
    return f"it changed at the target since the plan{_who(live)}: {shown}. Plan again."


def _who(live: LiveSpec) -> str:
    by, when = live.document.get("updatedBy"), live.document.get("updatedAt")
    name = f" by {by}" if isinstance(by, str) and by else ""
    return name + (f" at {moment(when)}" if isinstance(when, int) else "")


def moment(milliseconds: int) -> str:
    """Return a time of the service's (epoch milliseconds) as ISO 8601, or as it came if absurd."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return str(milliseconds)
