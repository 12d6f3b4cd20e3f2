"""The approval of a plan: `apply --expect`, and the overrides in reviewed commits."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from reconciler.desired.folder import selector_paths
from reconciler.desired.trailers import read_trailers
from reconciler.model.errors import ReconcilerError, RefusedError
from reconciler.planning.plan import Plan
from reconciler.planning.plan_file import change_digest, read_plan
from reconciler.planning.refusal import Override
from reconciler.planning.reviewed_overrides import ReviewedOverride, with_reviewed_overrides

_DIGEST = "sha256:"


class NotApprovedError(RefusedError):
    """The plan is not the one that was approved; `approved` is that one, if it is known."""

    def __init__(self, message: str, approved: Plan | None = None) -> None:
        super().__init__(message)
        self.approved = approved


class Expectation(Struct, frozen=True):
    """The plan that was approved."""

    digest: str
    """Its change digest."""
    approved: Plan | None = None
    """The plan itself, if `--expect` named its file."""

    def require(self, plan: Plan) -> None:
        """Raise `NotApprovedError` if a plan is not the one that was approved."""
        found = change_digest(plan)
        if found == self.digest:
            return
        sentence = (
            "the plan is not the one that was approved: its change digest is "
            f"{found}, not {self.digest}. Nothing was written."
        )
        if self.approved is None:
            raise NotApprovedError(
                f"{sentence} The plan as it is now is shown above; to see what differs, name the "
                "approved plan's file: --expect FILE."
            )
        raise NotApprovedError(f"{sentence} Get the new plan approved.", self.approved)


def read_expectation(text: str) -> Expectation:
    """Return the value of `--expect`: a digest, or the name of a plan file.

    Raises `ReconcilerError` if it is neither, and `RefusedError` if the file is no plan.
    """
    if text.startswith(_DIGEST):
        return Expectation(text)
    path = Path(text)
    if not path.is_file():
        raise ReconcilerError(f"--expect {text}: not a digest ({_DIGEST}…) and not a file.")
    approved = read_plan(path.read_bytes(), text)
    return Expectation(change_digest(approved), approved)


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
