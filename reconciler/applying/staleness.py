"""Detecting changes on the target since the plan, spec by spec. Pure."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from reconciler.model.fingerprints import fingerprint
from reconciler.model.pointers import format_pointer
from reconciler.model.specs import LiveSpec
from reconciler.model.text import join_limited, timestamp
from reconciler.planning.body import live_before
from reconciler.planning.diff import differences
from reconciler.planning.pending import identified
from reconciler.planning.plan import PlannedSpec
from reconciler.planning.rebase import rebased
from reconciler.planning.tree import document_tree

_SHOWN = 10
"""The number of changed pointers that are named."""


class Freshness(Enum):
    """The freshness of a plan: if it can be applied to the live document."""

    CURRENT = "as planned"
    ALREADY_APPLIED = "already as asked for"
    STALE = "changed since the plan"


class Staleness(Struct, frozen=True):
    """A live document compared with the plan for it."""

    freshness: Freshness
    spec: PlannedSpec
    """The spec to write: rebased where only shared lists and ignored places have changed since."""
    message: str = ""
    """Of a stale spec: what changed, and by whom."""


def check_staleness(spec: PlannedSpec, live: LiveSpec | None) -> Staleness:
    """Compare what the target returns now with what the plan was made from.

    A planned spec without an id is compared as if it had the live one's. Raises
    `TwoSpellingsError` where live holds a field under two names.
    """
    if live is not None and not spec.has_id:
        spec = identified(spec, live.id)
    found = None if live is None else live.fingerprint
    if found is not None and spec.body is not None and found == fingerprint(spec.kind, spec.body):
        return Staleness(Freshness.ALREADY_APPLIED, spec)
    if found == spec.live_fingerprint:
        return Staleness(Freshness.CURRENT, spec)
    moved = None if live is None else rebased(spec, live)
    if moved is None:
        return Staleness(Freshness.STALE, spec, _what_changed(spec, live))
    is_done = moved.changes == ()
    return Staleness(Freshness.ALREADY_APPLIED if is_done else Freshness.CURRENT, moved)


def _what_changed(spec: PlannedSpec, live: LiveSpec | None) -> str:
    if live is None:
        return "it does not exist on the target any more. Run plan again."
    if spec.live_fingerprint is None or spec.body is None:
        return f"{live.id} was created on the target{_who(live)} after the plan. Run plan again."
    planned = document_tree(spec.kind, live_before(spec.kind, spec.body, spec.changes))
    now = document_tree(spec.kind, live.document)
    paths = [format_pointer(difference.pointer) for difference in differences(planned, now)]
    shown = join_limited(paths, _SHOWN)
    verb = "was" if len(paths) == 1 else "were"
    return f"{shown} {verb} changed on the target{_who(live)} after the plan. Run plan again."


def _who(live: LiveSpec) -> str:
    by, when = live.document.get("updatedBy"), live.document.get("updatedAt")
    name = f" by {by}" if isinstance(by, str) and by else ""
    return name + (f" at {timestamp(when)}" if isinstance(when, int) else "")
