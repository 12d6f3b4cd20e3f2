"""`reconciler github`: one comment on a pull request, one issue about drift, kept up to date."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from reconciler.cli.options import Function, existing, option
from reconciler.cli.options import command as declare


@click.group("github")
def command() -> None:
    """Keep a pull request's comment, or the issue about drift.

    Both are found again by a mark that nobody sees, updated, and never
    repeated. The repository, the address of the API and the token come from
    GITHUB_REPOSITORY, GITHUB_API_URL and GITHUB_TOKEN, as a workflow has them.
    """


def _who_and_which(function: Function) -> Function:
    for declared in (
        option(
            "--author",
            default="github-actions[bot]",
            show_default=True,
            metavar="LOGIN",
            help="The account that the token writes as; what others wrote is never touched.",
        ),
        option(
            "--name",
            metavar="NAME",
            help="Under which name it is found again [default: the workflow's path].",
        ),
    ):
        function = declared(function)
    return function


_plan_files: Callable[[Function], Function] = click.argument(
    "plan_files", type=existing(), nargs=-1, metavar="PLAN_FILE…"
)


@declare("comment", short_help="Keep one comment on a pull request.")
@_plan_files
@option(
    "--pull-request",
    type=click.IntRange(min=1),
    metavar="N",
    help="The pull request's number [default: that of the event that a workflow runs for].",
)
@option("--update-only", is_flag=True, help="Make no comment where there is none yet.")
@option(
    "--failed",
    is_flag=True,
    help="Say that there is no plan, where a comment still shows an older one.",
)
@_who_and_which
def comment(
    plan_files: tuple[Path, ...],
    pull_request: int | None,
    update_only: bool,
    failed: bool,
    name: str | None,
    author: str,
) -> int:
    """Have one comment on a pull request that shows these plans, one a target."""
    from reconciler.cli.console import note
    from reconciler.github.sticky import keep_comment
    from reconciler.operations.github import (
        comment_text,
        failure_text,
        known_as,
        open_github,
        pull_request_number,
        read_files,
    )

    if failed == bool(plan_files):
        raise click.UsageError("name the plan files, or say --failed where there are none.")
    text = failure_text() if failed else comment_text(read_files(plan_files))
    number = pull_request or pull_request_number()
    with open_github() as github:
        kept = keep_comment(
            github,
            number,
            known_as(name, "plan"),
            author,
            text,
            create=not (failed or update_only),
        )
    note(f"The comment on pull request {number}: {kept}.")
    return 0


@declare("issue", short_help="Keep one issue about drift.")
@_plan_files
@_who_and_which
def issue(plan_files: tuple[Path, ...], name: str | None, author: str) -> int:
    """Have one open issue where these plans of `drift` hold a difference, and none where not."""
    from reconciler.cli.console import note
    from reconciler.github.sticky import keep_issue
    from reconciler.operations.github import (
        issue_text,
        issue_title,
        known_as,
        open_github,
        read_files,
    )

    if not plan_files:
        raise click.UsageError("name what `reconciler drift --format json` printed.")
    plans = read_files(plan_files)
    with open_github() as github:
        kept = keep_issue(
            github, known_as(name, "drift"), author, issue_title(plans), issue_text(plans)
        )
    note(f"The issue about drift: {kept}.")
    return 0


command.add_command(comment)
command.add_command(issue)
