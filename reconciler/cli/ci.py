"""Reporting to the CI: annotations, the job's summary, the step's outputs, and links.

Annotations go to the log that the runner reads, and into no report. Summaries and
outputs go to the files that the runner names.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from reconciler.model.errors import InputError, ReconcilerError, Severity
from reconciler.model.text import escape_control

if TYPE_CHECKING:
    from reconciler.model.problems import Problem
    from reconciler.planning.multi_plan import Plans
    from reconciler.planning.plan import Plan, PlannedSpec
    from reconciler.planning.results import Outcome
    from reconciler.reports.github_annotations import Annotation
    from reconciler.reports.markdown.links import Links


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
    from msgspec.structs import replace

    from reconciler.reports.github_annotations import annotation_lines

    text = annotation_lines(
        replace(each, file=in_repository(each.file) if each.file else "") for each in annotations
    )
    if text:
        click.echo(text, nl=False, err=not (among_text and is_logged(sys.stdout)))


def in_repository(file: str) -> str:
    """Return a file's path relative to the repository's root, as annotations expect it.

    That is the clone's top folder, wherever `actions/checkout` put it, in a container and behind
    a link too.
    """
    from reconciler.desired.git_command import top_folder

    path = Path(file).resolve()
    top = top_folder(path.parent)
    return path.relative_to(top).as_posix() if top else file


def summarize(markdown: str) -> None:
    """Add Markdown to the job's summary; a summary that cannot be written is a warning."""
    try:
        _append("GITHUB_STEP_SUMMARY", markdown.rstrip("\n") + "\n\n")
    except ReconcilerError as error:
        click.echo(f"warning: {error}", err=True)


def set_outputs(outputs: Mapping[str, str]) -> None:
    """Set outputs of the step. A random delimiter keeps a value from ending early.

    Raises `ReconcilerError` if they cannot be written: a later step would miss them.
    """
    import secrets

    lines = []
    for name, value in outputs.items():
        end = f"end-{secrets.token_hex(16)}"
        lines.append(f"{name}<<{end}\n{value}\n{end}\n")
    _append("GITHUB_OUTPUT", "".join(lines))


def _append(variable: str, text: str) -> None:
    file = os.environ.get(variable)
    if not file:
        return
    try:
        with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as opened:
            opened.write(text)
    except OSError as error:
        raise ReconcilerError(f"{variable}: cannot write {file}: {error.strerror}.") from error


def announce_error(error: Exception, words: str) -> None:
    """Annotate the error that ended a command, at its lines if they are known."""
    if not in_actions():
        return
    from reconciler.reports.github_annotations import Annotation, annotation_of

    if isinstance(error, InputError):
        annotate(map(annotation_of, error.problems))
    else:
        annotate([Annotation(Severity.ERROR, "reconciler", words)])


def announce_problems(problems: Sequence[Problem], verdict: str, report: str) -> None:
    """Annotate problems with files, and set the job's summary and the step's output.

    `report` is the format of stdout; `github` holds annotations already.
    """
    if not in_actions():
        return
    from reconciler.reports.github_annotations import annotation_of
    from reconciler.reports.markdown.problems import problems_markdown

    if report != "github":
        annotate(map(annotation_of, problems), among_text=report == "text")
    summarize(problems_markdown(problems, verdict))
    set_outputs({"summary": verdict})


def announce_plans(
    found: Plan | Plans, report: str, files: Sequence[Path] = (), *, with_ways_out: bool = True
) -> None:
    """Annotate what an apply would refuse, and set the job's summary and the step's outputs.

    `report` is the format of stdout, `files` are the plan files that were written,
    `with_ways_out` shows in the summary those of drift.
    """
    if not in_actions():
        return
    from reconciler.planning.multi_plan import as_plans
    from reconciler.reports.github_annotations import failure_annotation, plan_annotations
    from reconciler.reports.markdown import plan_markdown
    from reconciler.reports.view.headline import verdict

    several = as_plans(found)
    said = verdict(several.plans, several.failures)
    for plan in several.plans:
        annotate(plan_annotations(plan, _find(plan)), among_text=report == "text")
    annotate(map(failure_annotation, several.failures), among_text=report == "text")
    summary = plan_markdown(several.plans, links(), several.failures, with_ways_out=with_ways_out)
    summarize(summary)
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
    from reconciler.reports.github_annotations import outcome_annotation
    from reconciler.reports.markdown.escape import fenced
    from reconciler.reports.text.apply_result import outcomes_report

    annotate(outcome_annotation(outcome) for outcome in outcomes if not outcome.is_good)
    report = outcomes_report(outcomes, names=names)
    summarize(f"### What was applied\n\n{fenced(report.splitlines())}")


def _find(plan: Plan) -> Callable[[PlannedSpec, str], tuple[int, int] | None]:
    from reconciler.desired.spec_file import find_line
    from reconciler.model.pointers import parse_pointer

    return lambda spec, pointer: find_line(
        spec.file, spec.kind, plan.target.name, parse_pointer(pointer)
    )


def links() -> Links:
    """Return the addresses in GitHub Actions or GitLab CI; none anywhere else."""
    from reconciler.reports.markdown.links import NO_LINKS, Links

    environ = os.environ.get
    if environ("GITHUB_ACTIONS") == "true":
        project = f"{environ('GITHUB_SERVER_URL', '')}/{environ('GITHUB_REPOSITORY', '')}"
        run = f"{project}/actions/runs/{environ('GITHUB_RUN_ID', '')}"
        return Links(f"{project}/blob/", _folder(), run)
    if environ("GITLAB_CI") == "true":
        project = environ("CI_PROJECT_URL", "")
        run = environ("CI_PIPELINE_URL", "")
        return Links(f"{project}/-/blob/", _folder(), run)
    return NO_LINKS


def _folder() -> str:
    """Return the folder that this runs in, relative to the clone's top folder."""
    from reconciler.desired.git_command import top_folder

    here = Path.cwd().resolve()
    top = top_folder(here)
    return here.relative_to(top).as_posix() if top and top != here else ""
