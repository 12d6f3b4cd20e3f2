"""Recording the commit applied to a target: `refs/reconciler/applied/<target>`."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from reconciler.desired.git import applied_ref, read_applied, record_applied
from reconciler.model.errors import GitError
from reconciler.model.text import join_limited
from reconciler.planning.plan import Plan

_FEW = 3


class Record(Struct, frozen=True):
    """What an apply records when it has succeeded, or why it records nothing."""

    specs: Path
    target: str
    new: str | None
    """The commit that was planned; None without one."""
    old: str | None
    """The commit recorded before the run; the ref moves only if it still holds it."""
    required: bool
    """True with `--record`: then it is an error if the commit cannot be recorded."""
    obstacle: str = ""
    """Why the commit cannot be recorded; empty if it can."""

    def finish(self, *, succeeded: bool) -> str:
        """Record the commit if that is true, and return the sentence that says what was recorded.

        Raises `GitError` if the record is required and another run moved the ref.
        """
        obstacle = self.obstacle or ("" if succeeded else "not everything succeeded")
        if obstacle or self.new is None:
            return _not_recorded(obstacle, self.old)
        try:
            record_applied(self.specs, self.target, self.new, self.old)
        except GitError as error:
            if self.required:
                raise
            return _not_recorded(str(error).rstrip("."), read_applied(self.specs, self.target))
        return f"Recorded {self.new[:12]} as applied to {self.target} ({applied_ref(self.target)})."


def open_record(specs: Path, plan: Plan, *, required: bool) -> Record:
    """Check, before anything is written, whether a run of this plan can be recorded.

    Raises `GitError` if it cannot be and that is required.
    """
    target = plan.target.name
    try:
        old = read_applied(specs, target)
    except GitError as error:
        if required:
            raise
        return Record(specs, target, plan.git.commit, None, required, str(error).rstrip("."))
    obstacle, need = _obstacle(plan, old, applied_ref(target))
    if obstacle and required:
        raise GitError(
            f"--record {need}, but {obstacle}. Nothing was written. Without --record the plan is "
            "applied and not recorded."
        )
    return Record(specs, target, plan.git.commit, old, required, obstacle)


def _obstacle(plan: Plan, old: str | None, ref: str) -> tuple[str, str]:
    """Return why a plan cannot be recorded, and what `--record` needs; empty strings if it can."""
    git = plan.git
    if git.commit is None:
        return "nothing is committed", "needs a Git repository with a commit"
    if plan.partial:
        return "the plan is partial", "says that the target holds the whole commit"
    if git.dirty:
        files = join_limited(list(git.uncommitted), _FEW) or "the specs"
        return f"files are not committed ({files})", "needs a clean work tree"
    planned = git.base if git.base_name in ("", ref) else git.recorded
    is_known = git.base_name in ("", ref) or git.recorded is not None
    if is_known and (old or "") != (planned or ""):
        found = f"another run recorded {(old or 'no commit')[:12]} since the plan"
        return found, "needs a plan of the target as it is now"
    return "", ""


def _not_recorded(obstacle: str, old: str | None) -> str:
    then = (
        f"The next plan compares with {old[:12]} as before."
        if old
        else "The next plan has no base."
    )
    return f"Not recorded: {obstacle}. {then}"
