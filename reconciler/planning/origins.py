"""Who made a difference: the three ways of base, desired and live."""

from __future__ import annotations

from reconciler.model.json_text import same
from reconciler.planning.plan import Origin
from reconciler.planning.tree import Absent, Tree


def origin_of(
    base: Tree | Absent, desired: Tree | Absent, live: Tree | Absent, *, has_base: bool
) -> Origin:
    """Return the origin of a difference between desired and live at one pointer.

    DESIGN's table: B = L is the repo's doing, B = D drift, neither a conflict;
    without a base nobody can tell.
    """
    if not has_base:
        return Origin.UNKNOWN
    if same(base, live):
        return Origin.REPO
    return Origin.DRIFT if same(base, desired) else Origin.CONFLICT
