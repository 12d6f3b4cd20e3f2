"""What is wrong with files, or ends a command, told to GitHub Actions where it runs there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reconciler.cli.github_actions import (
    annotate,
    in_actions,
    in_repository,
    set_outputs,
    summarize,
)
from reconciler.model.errors import InputError, Problem, Severity
from reconciler.reports.github_annotations import Annotation, annotation_of


def announce_error(error: Exception, words: str) -> None:
    """Annotate what ended a command, at the lines that are to blame where those are known."""
    if not in_actions():
        return
    if isinstance(error, InputError):
        annotate(map(_of_problem, error.problems))
    else:
        annotate([Annotation(Severity.ERROR, "reconciler", words)])


def announce_problems(problems: Sequence[Problem], verdict: str, report: str) -> None:
    """Annotate problems with files, and set the job's summary and the step's output.

    `report` is the format of what stands on stdout; that of `github` is annotations already.
    """
    if not in_actions():
        return
    from reconciler.reports.markdown.problems import problems_markdown

    if report != "github":
        annotate(map(_of_problem, problems), among_text=report == "text")
    summarize(problems_markdown(problems, verdict))
    set_outputs({"summary": verdict})


def _of_problem(problem: Problem) -> Annotation:
    return replace(annotation_of(problem), file=in_repository(problem.file))
