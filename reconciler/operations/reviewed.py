"""The reviewed overrides of a plan, read from the commits between its base and its commit."""

from __future__ import annotations

from pathlib import Path

from reconciler.desired.folder import selector_paths
from reconciler.desired.trailers import read_trailers
from reconciler.planning.plan import Plan
from reconciler.planning.refusal import Override
from reconciler.planning.reviewed_overrides import ReviewedOverride, with_reviewed_overrides


def reviewed(plan: Plan, specs: Path) -> Plan:
    """Return the plan with what the trailers of its commits allow.

    Raises `GitError` if the commits cannot be read.
    """
    base, head = plan.git.base, plan.git.commit
    if base is None or head is None:
        return plan
    found = [
        ReviewedOverride(
            trailer.guard,
            trailer.file,
            Override(commit=trailer.commit, author=trailer.author, reason=trailer.reason),
            str(trailer),
        )
        for trailer in read_trailers(specs, base, head, plan.target.name)
    ]
    return with_reviewed_overrides(plan, found, selector_paths)
