"""Problems with files as text, JSON and JUnit XML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from reconciler.model.errors import Severity
from reconciler.model.problems import Problem
from reconciler.model.text import escape_control, plural
from reconciler.reports.text.layout import Layout
from reconciler.reports.text.wrap import UNWRAPPED, columns, cut, cut_before

Excerpts = Mapping[tuple[str, int], str]
"""Source lines by file and line number, if they are known."""
_EXCERPT = 76
"""Columns of a source line that are shown."""


def problems_text(problems: Sequence[Problem], excerpts: Excerpts, *, color: bool = False) -> str:
    """Return each problem with its position, the source line and a caret below the column."""
    layout = Layout(UNWRAPPED, color)
    lines: list[str] = []
    for problem in problems:
        tone = "red" if problem.severity is Severity.ERROR else "yellow"
        severity = layout.paint(f"{problem.severity}:", tone, "bold")
        check = layout.paint(f" [{problem.check}]", "dim") if problem.check else ""
        lines.append(
            f"{escape_control(problem.place)}: {severity} {escape_control(problem.message)}{check}"
        )
        source = excerpts.get((problem.file, problem.line), "")
        if source.strip():
            shown, caret = excerpt(_without_password(source), problem.column)
            lines += [f"    {shown}", f"    {' ' * caret}{layout.paint('^', tone)}"]
        if problem.fix:
            lines.append(f"    {escape_control(problem.fix)}")
    return "".join(line + "\n" for line in lines)


def _without_password(line: str) -> str:
    """Return a line of the same length, with a user name and password in a URL hidden."""
    return re.sub(r"//\S*(?=@)", lambda found: "//" + "*" * (len(found[0]) - 2), line)


def summary_line(problems: Sequence[Problem], files: int) -> str:
    """Return how many files were checked, and how many errors and warnings they have."""
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    counts = [(errors, "error"), (len(problems) - errors, "warning")]
    found = ", ".join(plural(number, noun) for number, noun in counts if number)
    return f"Checked {plural(files, 'file')}: {found or 'no problems'}."


def excerpt(line: str, column: int) -> tuple[str, int]:
    """Return the part of a line around a column (1-based), and the indentation of its caret.

    A line that is too long is cut at both ends. The indentation is in columns of a
    terminal: some characters take two, and a tab is shown as an escape.
    """
    before, after = escape_control(line[: column - 1]), escape_control(line[column - 1 :])
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


def problems_junit(problems: Sequence[Problem], files: Sequence[str]) -> str:
    """Return a JUnit report: a test case for each file, which fails if the file has an error.

    It is valid under the schema that Jenkins publishes, and GitLab reads it. Characters
    that XML does not allow become visible escapes.
    """
    names = sorted({*files, *(problem.file for problem in problems)})
    cases, failed = [], 0
    for file in names:
        here = [problem for problem in problems if problem.file == file]
        errors = [problem for problem in here if problem.severity is Severity.ERROR]
        warnings = [problem for problem in here if problem.severity is Severity.WARNING]
        failed += bool(errors)
        name = quoteattr(escape_control(file))
        cases.append(f'    <testcase classname="reconciler validate" name={name}>')
        if errors:
            message = quoteattr(escape_control(errors[0].message))
            cases.append(f"      <failure message={message}>{_listed(errors)}</failure>")
        if warnings:
            cases.append(f"      <system-out>{_listed(warnings)}</system-out>")
        cases.append("    </testcase>")
    counts = f'tests="{len(names)}" failures="{failed}" errors="0"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites {counts}>",
        f'  <testsuite name="reconciler validate" {counts}>',
        *cases,
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _listed(problems: Sequence[Problem]) -> str:
    return escape("\n".join(escape_control(str(problem)) for problem in problems))
