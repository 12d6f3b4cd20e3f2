"""Annotations of GitHub Actions: workflow commands that it shows at the lines they are about.

GitHub reads every printed line for such commands, so text from files and from the service
goes through `neutralize_workflow_commands`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reconciler.model.errors import Problem, Severity
from reconciler.model.text import escape_control

_COMMAND = re.compile(r"(?m)^([^\S\n]*):(?=:)")


@dataclass(frozen=True)
class Annotation:
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
