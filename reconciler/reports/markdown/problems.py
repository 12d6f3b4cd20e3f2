"""Problems with files in a job's summary."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.model.errors import Problem
from reconciler.model.text import plural
from reconciler.reports.markdown.escape import code, prose

MOST_PROBLEMS = 100
"""How many are listed; all of them stand in the job's log."""


def problems_markdown(problems: Sequence[Problem], verdict: str) -> str:
    """Return the verdict on files, and below it a line a problem."""
    lines = [f"### {prose(verdict)}", ""]
    for problem in problems[:MOST_PROBLEMS]:
        said = prose(f"{problem.message} {problem.fix}".strip())
        lines.append(f"- {code(problem.place)} **{problem.severity}**: {said}")
    if len(problems) > MOST_PROBLEMS:
        lines.append(f"- and {plural(len(problems) - MOST_PROBLEMS, 'more problem')}")
    return "\n".join(lines).rstrip() + "\n"
