"""`reconciler validate`: check spec files; read nothing from a target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.options import command as declare
from reconciler.cli.options import option, specs_option

if TYPE_CHECKING:
    from reconciler.desired.spec_file import SpecFile
    from reconciler.model.errors import Problem
    from reconciler.model.policies import Policy


def _held_against(file: SpecFile, policies: Sequence[Policy]) -> Iterable[Problem]:
    """Hold a file against the policies, where there are any."""
    if not policies:
        return ()
    from reconciler.operations.policies import check_file_policies

    return check_file_policies(file, policies)


@declare("validate")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH…]")
@specs_option
@option(
    "--format",
    "report",
    type=click.Choice(["text", "json", "github", "junit"]),
    default="text",
    show_default=True,
    help="How problems are shown; in GitHub Actions text also annotates the lines.",
)
@option("--list-checks", is_flag=True, help="List every check and what it says; check nothing.")
def command(paths: tuple[Path, ...], specs: Path, report: str, *, list_checks: bool) -> int:
    """Check spec files, or those of a folder; read nothing from a target.

    Finds what `plan` would refuse, and tells everything of all files at once.
    A warning is silenced by a comment on its line: # reconciler: ignore[NAME].
    """
    from reconciler.cli.annotate_problems import announce_problems
    from reconciler.cli.console import has_color, note, result, width
    from reconciler.desired.validate import examine
    from reconciler.model.errors import Severity
    from reconciler.reports import github_annotations
    from reconciler.reports.text import problems
    from reconciler.reports.text.checks import checks_text

    if list_checks:
        result(checks_text(width()))
        return 0
    found = examine(specs, paths, _held_against)
    match report:
        case "json":
            result(problems.problems_json(found.problems))
        case "github":
            click.echo(github_annotations.problems_github(found.problems), nl=False)
        case "junit":
            result(problems.problems_junit(found.problems, found.files))
        case _:
            result(problems.problems_text(found.problems, found.excerpts, color=has_color()))
    errors = sum(problem.severity is Severity.ERROR for problem in found.problems)
    warnings = len(found.problems) - errors
    counts = [f"{errors} error{'' if errors == 1 else 's'}"] if errors else []
    counts += [f"{warnings} warning{'' if warnings == 1 else 's'}"] if warnings else []
    number = len(found.files)
    files = f"{number} file{'' if number == 1 else 's'}"
    verdict = f"Checked {files}: {', '.join(counts) or 'no problems'}."
    note(verdict)
    announce_problems(found.problems, verdict, report)
    return 1 if errors else 0
