"""The approval of a plan: `apply --expect`, and the overrides in reviewed commits."""

from __future__ import annotations

from pathlib import Path

from reconciler.desired.folder import selector_paths
from reconciler.desired.trailers import read_trailers
from reconciler.model.errors import ReconcilerError, RefusedError
from reconciler.planning.plan import Plan
from reconciler.planning.plan_file import change_digest, read_plan
from reconciler.planning.reviewed_overrides import with_reviewed_overrides

_DIGEST = "sha256:"


class NotApprovedError(RefusedError):
    """The plan is not the one that was approved; `approved` is that one, if it is known."""

    def __init__(self, message: str, approved: Plan | None = None) -> None:
        super().__init__(message)
        self.approved = approved


def read_expected(text: str) -> str | Plan:
    """Return the value of `--expect`: a digest, or the plan of a plan file.

    Raises `ReconcilerError` if it is neither, and `RefusedError` if the file is no plan.
    """
    if text.startswith(_DIGEST):
        return text
    path = Path(text)
    if not path.is_file():
        raise ReconcilerError(f"--expect {text}: not a digest ({_DIGEST}…) and not a file.")
    return read_plan(path.read_bytes(), text)


def require_approved(plan: Plan, expected: str | Plan) -> None:
    """Raise `NotApprovedError` if a plan is not the one that was approved."""
    approved = expected if isinstance(expected, Plan) else None
    digest = expected if isinstance(expected, str) else change_digest(expected)
    found = change_digest(plan)
    if found == digest:
        return
    fix = "Get the new plan approved."
    if approved is None:
        fix = (
            "The plan as it is now is shown above; to see what differs, name the approved plan's "
            "file: --expect FILE."
        )
    raise NotApprovedError(
        "the plan is not the one that was approved: its change digest is "
        f"{found}, not {digest}. Nothing was written. {fix}",
        approved,
    )


def reviewed(plan: Plan, specs: Path) -> Plan:
    """Return the plan with what the trailers of its commits allow.

    Raises `GitError` if the commits cannot be read.
    """
    base, head = plan.git.base, plan.git.commit
    if base is None or head is None:
        return plan
    trailers = read_trailers(specs, base, head, plan.target.name)
    return with_reviewed_overrides(plan, trailers, selector_paths)
