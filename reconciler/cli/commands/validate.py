"""`reconciler validate`: check spec files; reads no target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reconciler.cli import exit_codes
from reconciler.cli.app import File
from reconciler.cli.ci import announce_problems, in_repository
from reconciler.cli.console import has_color, note, result, width
from reconciler.cli.options import declare, option, output_formats, specs_option
from reconciler.model.errors import Severity

if TYPE_CHECKING:
    from pathlib import Path


@declare("validate")
@click.argument("paths", nargs=-1, type=File(exists=True), metavar="[PATH…]")
@specs_option
@output_formats(
    ["text", "json", "github", "junit", "sarif"],
    text="The output format; sarif is for code scanning. In GitHub Actions text also annotates "
    "the lines.",
)
@option("--list-checks", is_flag=True, help="List every check; check nothing.")
def command(paths: tuple[Path, ...], specs: Path, report: str, *, list_checks: bool) -> int:
    """Check spec files, or those of a folder; read no target.

    Finds what `plan` would reject, and reports all problems of all files at once.
    A comment on the line silences a warning: # reconciler: ignore[NAME].
    """
    from reconciler import __version__
    from reconciler.operations.validate import validate
    from reconciler.reports import github_annotations
    from reconciler.reports.sarif import problems_sarif
    from reconciler.reports.text import problems
    from reconciler.reports.text.checks import checks_text

    if list_checks:
        result(checks_text(width()))
        return 0
    found = validate(specs, paths)
    match report:
        case "json":
            result(problems.problems_json(found.problems))
        case "github":
            click.echo(github_annotations.problems_github(found.problems), nl=False)
        case "sarif":
            result(problems_sarif(found.problems, in_repository, __version__))
        case "junit":
            result(problems.problems_junit(found.problems, found.files))
        case _:
            result(problems.problems_text(found.problems, found.excerpts, color=has_color()))
    summary = problems.summary_line(found.problems, len(found.files))
    note(summary)
    announce_problems(found.problems, summary, report)
    return exit_codes.failed_if(any(each.severity is Severity.ERROR for each in found.problems))
