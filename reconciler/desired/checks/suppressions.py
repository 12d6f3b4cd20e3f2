"""Comments that silence a warning on their line: `# reconciler: ignore[near-key, typo]`.

Errors cannot be silenced. A comment that silences nothing is reported, so that
it is deleted with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from reconciler.model.checks import CHECKS, can_be_silenced
from reconciler.model.errors import Severity
from reconciler.model.problems import Problem
from reconciler.model.suggestions import did_you_mean
from reconciler.yamledit.source_lines import lines_of
from reconciler.yamledit.source_map import SourceMap

_MARK = "reconciler:"
_COMMENT = re.compile(r"(?:^|(?<=\s))#\s*reconciler:\s*ignore\s*\[([^\[\]]*)\]")
_NAME = re.compile(r"[^\s,]+")


class Silence(Struct, frozen=True):
    """One name in such a comment, and the name's position (from 1)."""

    line: int
    column: int
    name: str


def silences(locator: SourceMap) -> Iterator[Silence]:
    """Yield the names in a file's comments. The text is only parsed if there are any."""
    if _MARK not in locator.text:
        return
    for number, line in enumerate(lines_of(locator.text), start=1):
        for comment in _COMMENT.finditer(line):
            if locator.is_outside_values(number, comment.start() + 1):
                for name in _NAME.finditer(line, comment.start(1), comment.end(1)):
                    yield Silence(number, name.start() + 1, name.group())


def apply_suppressions(problems: Sequence[Problem], locator: SourceMap) -> list[Problem]:
    """Return the problems that are not silenced."""
    if not problems:
        return []
    quiet = {(silence.line, silence.name) for silence in silences(locator)}
    return [problem for problem in problems if not _is_silenced(problem, quiet)]


def unused(problems: Iterable[Problem], locator: SourceMap, file: str) -> Iterator[Problem]:
    """Yield a warning for every name in a comment that silences none of these problems."""
    silenced = {(problem.line, problem.check) for problem in problems}
    for silence in silences(locator):
        message, fix = _flaw(silence, is_used=(silence.line, silence.name) in silenced)
        if message:
            severity = CHECKS["unused-silence"].severity
            yield Problem(
                file, silence.line, silence.column, message, fix, "unused-silence", severity
            )


def _is_silenced(problem: Problem, quiet: set[tuple[int, str]]) -> bool:
    return (
        problem.severity is Severity.WARNING
        and can_be_silenced(problem.check)
        and (problem.line, problem.check) in quiet
    )


def _flaw(silence: Silence, *, is_used: bool) -> tuple[str, str]:
    silenceable = [name for name in CHECKS if can_be_silenced(name)]
    if silence.name in silenceable:
        message = f"no warning '{silence.name}' on this line to silence."
        return ("", "") if is_used else (message, "Delete it from the comment.")
    if silence.name in CHECKS:
        return f"'{silence.name}' cannot be silenced.", "Fix the problem and delete this."
    return f"unknown check '{silence.name}'.", did_you_mean(silence.name, silenceable)
