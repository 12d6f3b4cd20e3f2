"""Recording what a target was reconciled to: `refs/reconciler/applied/<target>`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reconciler.desired.git import applied_ref, read_applied, record_applied
from reconciler.model.errors import GitError
from reconciler.model.targets import Target
from reconciler.operations.inputs import PlanRequest
from reconciler.planning.plan import Plan


@dataclass(frozen=True)
class Record:
    """A ref that will move from `old` to `new` when everything succeeded.

    `old` was read before the run, so that of two runs only one can move it.
    """

    specs: Path
    target: str
    new: str
    old: str | None

    def move(self) -> str:
        """Move the ref by compare-and-swap and return the sentence that says so.

        Raises `GitError` where another run moved it meanwhile.
        """
        record_applied(self.specs, self.target, self.new, self.old)
        return f"Recorded {self.new[:12]} as applied to {self.target} ({applied_ref(self.target)})."


def open_record(request: PlanRequest, target: Target, plan: Plan) -> Record:
    """Check, before anything is written, that this run can be recorded.

    Raises `GitError` where the plan was made outside a repository or from a
    work tree with changes that no commit holds.
    """
    if plan.git.commit is None:
        raise GitError("--record needs a Git repository with a commit; nothing was written.")
    if plan.git.dirty:
        raise GitError(
            "--record needs a clean work tree, so that the commit says what was applied; nothing "
            "was written. Commit the specs, or apply without --record."
        )
    old = read_applied(request.specs, target.name)
    return Record(request.specs, target.name, plan.git.commit, old)
