"""Problems with files for the summary of a job."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.model.problems import Problem
from reconciler.model.text import plural
from reconciler.reports.markdown.escape import code, prose

MOST_PROBLEMS = 100
"""Problems that are listed; the log of the job has all of them."""


def problems_markdown(problems: Sequence[Problem], verdict: str) -> str:
    """Return the verdict on files, and a line for each problem."""
    lines = [f"### {prose(verdict)}", ""]
    for problem in problems[:MOST_PROBLEMS]:
        said = prose(f"{problem.message} {problem.fix}".strip())
        lines.append(f"- {code(problem.place)} **{problem.severity}**: {said}")
    if len(problems) > MOST_PROBLEMS:
        lines.append(f"- and {plural(len(problems) - MOST_PROBLEMS, 'more problem')}")
    return "\n".join(lines).rstrip() + "\n"
