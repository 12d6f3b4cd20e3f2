"""Annotations of GitHub Actions: workflow commands that are shown at lines of files.

GitHub looks for such commands in every line that is printed, so content of files and of
the service goes through `neutralize_workflow_commands`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from reconciler.model.errors import Severity
from reconciler.model.problems import Problem
from reconciler.model.text import escape_control

if TYPE_CHECKING:
    from reconciler.planning.multi_plan import Failure
    from reconciler.planning.plan import Plan, PlannedSpec
    from reconciler.planning.refusal import Refusal
    from reconciler.planning.results import Outcome

FindLine: TypeAlias = "Callable[[PlannedSpec, str], tuple[int, int] | None]"
"""Returns the line and the column (1-based) of a pointer in a spec's file."""
_COMMAND = re.compile(r"(?m)^([^\S\n]*):(?=:)")


class Annotation(Struct, frozen=True):
    """What is to be shown, and where: a file of the repository, or no place in particular.

    `file` is relative to the repository's root; `line` and `column` count from
    1, and 0 means the file as a whole.
    """

    severity: Severity
    title: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0

    @property
    def command(self) -> str:
        """The workflow command, a line of its own."""
        place = f"file={_property(self.file)}," if self.file else ""
        if self.file:
            place += f"line={self.line or 1},col={self.column or 1},"
        return f"::{self.severity} {place}title={_property(self.title)}::{_message(self.message)}\n"


def annotation_of(problem: Problem) -> Annotation:
    """Return a problem with a file as an annotation."""
    return Annotation(
        problem.severity,
        f"reconciler {problem.check}".strip(),
        f"{problem.message} {problem.fix}".strip(),
        problem.file,
        problem.line,
        problem.column,
    )


def failure_annotation(failure: Failure) -> Annotation:
    """Return a target that could not be planned as an annotation."""
    title = f"reconciler: no plan for {failure.target.name}"
    return Annotation(Severity.ERROR, title, failure.message)


def outcome_annotation(outcome: Outcome) -> Annotation:
    """Return what was not applied as an annotation."""
    title, message = f"reconciler: {outcome.result}", f"{outcome.name}: {outcome.message}"
    return Annotation(Severity.ERROR, title, message, outcome.file)


def plan_annotations(plan: Plan, find: FindLine) -> Iterator[Annotation]:
    """Yield what blocks a plan, what it breaks, and its warnings; `find` locates a pointer."""
    from reconciler.reports.view.blocked import risks

    def at(spec: PlannedSpec, pointer: str, annotation: Annotation) -> Annotation:
        line, column = (find(spec, pointer) if pointer else None) or (0, 0)
        return replace(annotation, file=spec.file, line=line, column=column)

    for refusal in plan.refusals:
        yield _of_refusal(refusal)
    for spec in plan.specs:
        for refusal in spec.refusals:
            yield at(spec, next(iter(refusal.pointers), ""), _of_refusal(refusal))
    for breakage in (each for _, group in risks(plan) for each in group):
        for example in breakage.examples:
            message = f"{breakage.headline}. {example}"
            found = Annotation(Severity.WARNING, "reconciler: a breaking change", message)
            yield at(breakage.spec, example.path, found)
    for warning in plan.warnings:
        yield Annotation(Severity.WARNING, "reconciler", warning)


def _of_refusal(refusal: Refusal) -> Annotation:
    if refusal.override is None:
        override = f"\nTo override: {refusal.flag}" if refusal.flag else ""
        title = f"reconciler: blocked by {refusal.guard}"
        return Annotation(Severity.ERROR, title, refusal.message + override)
    from reconciler.reports.view.blocked import override_in_words

    message = f"{override_in_words(refusal.override)}. {refusal.message}"
    return Annotation(Severity.WARNING, f"reconciler: {refusal.guard} allowed", message)


def annotation_lines(annotations: Iterable[Annotation]) -> str:
    """Return annotations as GitHub reads them from a job's output."""
    return "".join(annotation.command for annotation in annotations)


def problems_github(problems: Sequence[Problem]) -> str:
    """Return problems with files as annotations."""
    return annotation_lines(map(annotation_of, problems))


def neutralize_workflow_commands(text: str) -> str:
    r"""Return `text` so that GitHub Actions takes no line of it for a command of ours.

    It knows two forms: `::name` at the start of a line, and `##[name]` anywhere. One character of
    them becomes an escape, which in JSON too means that character.
    """
    return _COMMAND.sub(r"\1\\u003a", text.replace("##[", "#\\u0023["))


def _message(text: str) -> str:
    return (
        escape_control(text, keep="\n")
        .replace("%", "%25")
        .replace("\r", "%0D")
        .replace("\n", "%0A")
    )


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
