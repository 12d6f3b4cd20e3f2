"""GitHub Actions: annotations, the job's summary, and the step's outputs.

Annotations go to the log that the runner reads, and into no report. Summaries and
outputs go to the files that the runner names.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from reconciler.model.errors import InputError, Problem, Severity
from reconciler.model.text import escape_control
from reconciler.reports.github_annotations import Annotation, annotation_lines, annotation_of

if TYPE_CHECKING:
    from reconciler.planning.multi_plan import Failure, Plans
    from reconciler.planning.plan import Plan, PlannedSpec, Refusal
    from reconciler.planning.results import Outcome


def in_actions() -> bool:
    """Return True if this process is a step of GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def is_logged(stream: TextIO) -> bool:
    """Return True if the runner reads a stream; it does not read one redirected to a file."""
    return in_actions() and not stat.S_ISREG(os.fstat(stream.fileno()).st_mode)


def annotate(annotations: Iterable[Annotation], *, among_text: bool = False) -> None:
    """Show annotations at their lines.

    They go to stderr. With `among_text` they go to stdout if that is logged.
    """
    text = annotation_lines(annotations)
    if text:
        click.echo(text, nl=False, err=not (among_text and is_logged(sys.stdout)))


def in_repository(file: str) -> str:
    """Return a file's path relative to the repository's root, as annotations expect it."""
    root = os.environ.get("GITHUB_WORKSPACE")
    path = Path(file).resolve()
    if root and path.is_relative_to(Path(root).resolve()):
        return path.relative_to(Path(root).resolve()).as_posix()
    return file


def summarize(markdown: str) -> None:
    """Add Markdown to the job's summary."""
    _append("GITHUB_STEP_SUMMARY", markdown.rstrip("\n") + "\n\n")


def set_outputs(outputs: Mapping[str, str]) -> None:
    """Set outputs of the step. A random delimiter keeps a value from ending early."""
    import secrets

    lines = []
    for name, value in outputs.items():
        end = f"end-{secrets.token_hex(16)}"
        lines.append(f"{name}<<{end}\n{value}\n{end}\n")
    _append("GITHUB_OUTPUT", "".join(lines))


def _append(variable: str, text: str) -> None:
    file = os.environ.get(variable)
    if file:
        with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as opened:
            opened.write(text)


def announce_error(error: Exception, words: str) -> None:
    """Annotate the error that ended a command, at its lines if they are known."""
    if not in_actions():
        return
    if isinstance(error, InputError):
        annotate(map(_of_problem, error.problems))
    else:
        annotate([Annotation(Severity.ERROR, "reconciler", words)])


def announce_problems(problems: Sequence[Problem], verdict: str, report: str) -> None:
    """Annotate problems with files, and set the job's summary and the step's output.

    `report` is the format of stdout; `github` holds annotations already.
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


def announce_plans(found: Plan | Plans, report: str, files: Sequence[Path] = ()) -> None:
    """Annotate what an apply would refuse, and set the job's summary and the step's outputs.

    `report` is the format of stdout, `files` are the plan files that were written.
    """
    if not in_actions():
        return
    from reconciler.cli.ci_links import links
    from reconciler.planning.multi_plan import as_plans
    from reconciler.reports.markdown import plan_markdown
    from reconciler.reports.view.headline import verdict

    several = as_plans(found)
    said = verdict(several.plans, several.failures)
    for result in several.results:
        annotate(_of_result(result), among_text=report == "text")
    summarize(plan_markdown(several.plans, links(), several.failures))
    set_outputs(
        {
            "has-changes": "true" if any(plan.to_write for plan in several.plans) else "false",
            "plan-file": "\n".join(map(str, files)),
            "summary": escape_control(f"{said.headline}. {said.counts}"),
        }
    )


def announce_outcomes(outcomes: Sequence[Outcome], names: Mapping[str, str]) -> None:
    """Annotate what was not applied, and set the job's summary.

    `names` maps ids of connection specs in the outcomes to names.
    """
    if not in_actions():
        return
    from reconciler.reports.markdown.escape import fenced
    from reconciler.reports.text.apply_result import outcomes_report

    annotate(_of_outcome(outcome) for outcome in outcomes if not outcome.is_good)
    report = outcomes_report(outcomes, names=names)
    summarize(f"### What was applied\n\n{fenced(report.splitlines())}")


def _of_outcome(outcome: Outcome) -> Annotation:
    title, said = f"reconciler: {outcome.result}", f"{outcome.name}: {outcome.message}"
    return Annotation(Severity.ERROR, title, said, in_repository(outcome.file))


def _of_result(plan: Plan | Failure) -> Iterator[Annotation]:
    from reconciler.planning.multi_plan import Failure
    from reconciler.reports.view.impact import breakages

    if isinstance(plan, Failure):
        title = f"reconciler: there is no plan for {plan.target.name}"
        yield Annotation(Severity.ERROR, title, plan.message)
        return
    for refusal in plan.refusals:
        yield _of_refusal(refusal)
    for spec in plan.specs:
        for refusal in spec.refusals:
            yield _at(
                plan.target.name, spec, next(iter(refusal.pointers), ""), _of_refusal(refusal)
            )
    for breakage in breakages(plan):
        for example in () if breakage.is_refused else breakage.examples:
            said = f"{breakage.headline}. {example}"
            found = Annotation(Severity.WARNING, "reconciler: a breaking change", said)
            yield _at(plan.target.name, breakage.spec, example.path, found)
    for warning in plan.warnings:
        yield Annotation(Severity.WARNING, "reconciler", warning)


def _of_refusal(refusal: Refusal) -> Annotation:
    return Annotation(
        Severity.ERROR, f"reconciler: apply refuses this ({refusal.guard})", refusal.message
    )


def _at(target: str, spec: PlannedSpec, pointer: str, annotation: Annotation) -> Annotation:
    """Return an annotation at the line of a pointer in a spec's file, or of its nearest parent."""
    from reconciler.desired.find_line import find_line
    from reconciler.model.pointers import parse_pointer

    place = None
    if pointer:
        place = find_line(spec.file, spec.kind, target, parse_pointer(pointer))
    line, column = place or (0, 0)
    return replace(annotation, file=in_repository(spec.file), line=line, column=column)
