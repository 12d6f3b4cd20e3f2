"""Problems with files, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from reconciler.model.errors import Problem, Severity
from reconciler.reports.escape import printable
from reconciler.reports.layout import columns, cut, cut_before
from reconciler.reports.style import Style

Excerpts = Mapping[tuple[str, int], str]
"""Source lines by file and line number, as far as they are known."""
_EXCERPT = 76
"""Columns of a source line that are shown."""


def problems_text(problems: Sequence[Problem], excerpts: Excerpts, *, color: bool = False) -> str:
    """Return each problem with its place, its line and a caret under what is meant."""
    style = Style(color)
    lines: list[str] = []
    for problem in problems:
        tone = "red" if problem.severity is Severity.ERROR else "yellow"
        severity = style.paint(f"{problem.severity}:", tone, "bold")
        check = style.paint(f" [{problem.check}]", "dim") if problem.check else ""
        lines.append(f"{printable(problem.place)}: {severity} {printable(problem.message)}{check}")
        source = excerpts.get((problem.file, problem.line), "")
        if source.strip():
            shown, caret = excerpt(source, problem.column)
            lines += [f"    {shown}", f"    {' ' * caret}{style.paint('^', tone)}"]
        if problem.fix:
            lines.append(f"    {printable(problem.fix)}")
    return "".join(line + "\n" for line in lines)


def excerpt(line: str, column: int) -> tuple[str, int]:
    """Return what is shown of a line around a column (1-based), and how far in that stands.

    A line that is too long is cut at both ends; the caret's distance is in
    columns of a terminal, where some characters take two and a tab is an escape.
    """
    before, after = printable(line[: column - 1]), printable(line[column - 1 :])
    if columns(before) + columns(after) <= _EXCERPT:
        return before + after, columns(before)
    before = cut_before(before, _EXCERPT - min(columns(after), _EXCERPT // 2))
    return before + cut(after, _EXCERPT - columns(before)), columns(before)


def problems_json(problems: Sequence[Problem]) -> str:
    """Return the problems as a JSON list."""
    entries = [
        {
            "file": problem.file,
            "line": problem.line,
            "column": problem.column,
            "severity": problem.severity.value,
            "check": problem.check,
            "message": problem.message,
            "fix": problem.fix,
        }
        for problem in problems
    ]
    return json.dumps(entries, indent=2) + "\n"


def problems_github(problems: Sequence[Problem]) -> str:
    """Return the problems as workflow commands, which GitHub shows at their lines."""
    return "".join(
        f"::{problem.severity} file={_property(problem.file)},line={problem.line or 1},"
        f"col={problem.column or 1},title={_property(f'reconciler {problem.check}')}"
        f"::{_message(f'{problem.message} {problem.fix}'.strip())}\n"
        for problem in problems
    )


def _message(text: str) -> str:
    return printable(text, keep="\n").replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def problems_junit(problems: Sequence[Problem], files: Sequence[str]) -> str:
    """Return a JUnit report: a test case a file, failed where it has an error."""
    cases = []
    failed = 0
    for file in sorted({*files, *(problem.file for problem in problems)}):
        errors = [p for p in problems if p.file == file and p.severity is Severity.ERROR]
        failed += bool(errors)
        text = "\n".join(printable(str(problem)) for problem in errors)
        inner = (
            f"<failure message={quoteattr(printable(errors[0].message))}>{escape(text)}</failure>"
            if errors
            else ""
        )
        name = quoteattr(printable(file))
        cases.append(f'    <testcase classname="reconciler" name={name}>{inner}</testcase>\n')
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites>\n  <testsuite name="reconciler validate" tests="{len(cases)}" '
        f'failures="{failed}">\n{"".join(cases)}  </testsuite>\n</testsuites>\n'
    )
