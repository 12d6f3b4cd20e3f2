"""What `apply --expect` demands: the plan that somebody approved, by its digest or its file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reconciler.model.errors import ReconcilerError, RefusedError
from reconciler.planning.plan import Plan
from reconciler.planning.plan_file import change_digest
from reconciler.planning.plan_file_reader import read_plan

_DIGEST = "sha256:"


@dataclass(frozen=True)
class Expectation:
    """The change digest that a plan must have, and the approved plan itself where it is known."""

    digest: str
    approved: Plan | None = None

    def require(self, plan: Plan) -> None:
        """Raise `RefusedError` where a plan is not the one that was approved.

        What differs is shown first, where the approved plan is known.
        """
        found = change_digest(plan)
        if found == self.digest:
            return
        sentence = (
            "the plan is not the one that was approved: its change digest is "
            f"{found}, not {self.digest}. Nothing was written."
        )
        if self.approved is None:
            raise RefusedError(
                f"{sentence} The plan as it is now stands above; to see what differs, name the "
                "approved plan's file: --expect FILE."
            )
        from reconciler.cli.console import has_color, result, width
        from reconciler.reports.text.plan_comparison import approval_text

        result("\n" + approval_text(self.approved, plan, width=width(), color=has_color()))
        raise RefusedError(f"{sentence} Have the plan approved as it is now, or plan again later.")


def read_expectation(text: str) -> Expectation:
    """Return what `--expect` asks for: a digest, or the name of a plan file.

    Raises `ReconcilerError` where it is neither, and `RefusedError` where the file is no plan.
    """
    if text.startswith(_DIGEST):
        return Expectation(text)
    path = Path(text)
    if not path.is_file():
        raise ReconcilerError(
            f"--expect {text}: that is no change digest ({_DIGEST}…), and there is no such file."
        )
    approved = read_plan(path.read_bytes(), text)
    return Expectation(change_digest(approved), approved)
