"""`reconciler github` and `gitlab`: one comment, issue or pull request, kept up to date."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from reconciler.cli.app import Integer, existing
from reconciler.cli.ci import links
from reconciler.cli.console import note
from reconciler.cli.options import Function, declare, option

if TYPE_CHECKING:
    from pathlib import Path


@click.group("github")
def github() -> None:
    """Create or update a pull request's comment, the issue about drift, or a pull request.

    Each is found again, by a hidden marker or its branch, and never repeated. The
    repository, the API's URL and the token come from GITHUB_REPOSITORY,
    GITHUB_API_URL and GITHUB_TOKEN, as set in a workflow.
    """


_author_option = option(
    "--author",
    metavar="LOGIN",
    help="Account whose comments and issues are updated [default: the token's].",
)
_name_option = option(
    "--name",
    metavar="NAME",
    help="Key to find it by [default: the workflow's path, the job, RECONCILER_TARGET].",
)
_plan_files: Callable[[Function], Function] = click.argument(
    "plan_files", type=existing(), nargs=-1, metavar="PLAN_FILE…"
)


@declare("comment", short_help="Create or update one comment on a pull request.")
@_plan_files
@option(
    "--pull-request",
    type=Integer(min=1),
    metavar="N",
    help="The pull request's number [default: that of the workflow's event].",
)
@option("--update-only", is_flag=True, help="Create no comment if there is none.")
@option("--failed", is_flag=True, help="Say in an existing comment that planning failed.")
@_name_option
@_author_option
def comment(
    plan_files: tuple[Path, ...],
    pull_request: int | None,
    update_only: bool,
    failed: bool,
    name: str | None,
    author: str | None,
) -> int:
    """Create or update one comment with these plans, one per target."""
    from reconciler.operations.code_hosts import at_own_commit, keep_plan_comment
    from reconciler.operations.plan_targets import read_plan_files
    from reconciler.planning.multi_plan import as_plans
    from reconciler.reports.markdown.github import comment_markdown, failure_markdown

    if failed == bool(plan_files):
        raise click.UsageError("name the plan files, or pass --failed if there are none.")
    if failed:
        text = failure_markdown(links())
    else:
        text = comment_markdown(at_own_commit(as_plans(read_plan_files(plan_files))), links())
    create = not (failed or update_only)
    number, kept = keep_plan_comment(text, pull_request, name, author, create=create)
    note(f"The comment on pull request {number}: {kept}.")
    return 0


@declare("issue", short_help="Keep one issue about drift.")
@_plan_files
@_name_option
@_author_option
def issue(plan_files: tuple[Path, ...], name: str | None, author: str | None) -> int:
    """Keep one issue open while these plans of `drift` have changes; close it otherwise."""
    from reconciler.operations.code_hosts import keep_drift_issue
    from reconciler.operations.plan_targets import read_plan_files
    from reconciler.planning.multi_plan import as_plans
    from reconciler.reports.markdown.github import issue_markdown, issue_title

    if not plan_files:
        raise click.UsageError("name the files that `reconciler drift --format json` printed.")
    plans = as_plans(read_plan_files(plan_files))
    title, text = issue_title(plans), issue_markdown(plans, links())
    kept = keep_drift_issue(title, text, name, author)
    note(f"The issue about drift: {kept}.")
    return 0


@declare("pull-request", short_help="Keep one pull request with the ids of new specs.")
@option("--head", required=True, metavar="BRANCH", help="The branch that holds the ids.")
@option("--base", required=True, metavar="BRANCH", help="The branch to merge it into.")
@option("--target", metavar="T", help="The target that gave the ids, for the title.")
def pull_request(head: str, base: str, target: str | None) -> int:
    """Open a pull request with the ids that `apply` wrote into the files, unless one is open."""
    from reconciler.operations.code_hosts import keep_ids_pull_request
    from reconciler.reports.markdown.github import ids_markdown, ids_title

    kept, url = keep_ids_pull_request(head, base, ids_title(target), ids_markdown())
    note(f"The pull request {url}: {kept}.")
    return 0


@click.group("gitlab")
def gitlab() -> None:
    """Create or update a merge request's note with the plan.

    The project and the API's URL come from CI_PROJECT_ID and CI_API_V4_URL, as
    set in a pipeline. RECONCILER_COMMENT_TOKEN is a project access token with
    the scope api and the role Reporter: the token of a job cannot write notes.
    """


@declare("comment", short_help="Create or update one note on a merge request.")
@click.argument("plan_files", type=existing(), nargs=-1, required=True, metavar="PLAN_FILE…")
@option(
    "--merge-request",
    type=Integer(min=1),
    metavar="N",
    help="The merge request's number [default: the pipeline's].",
)
@option("--name", metavar="NAME", help="Key to find it by [default: the job, RECONCILER_TARGET].")
def merge_request_note(
    plan_files: tuple[Path, ...], merge_request: int | None, name: str | None
) -> int:
    """Create or update one note with these plans, one per target."""
    from reconciler.operations.code_hosts import keep_plan_note
    from reconciler.operations.plan_targets import read_plan_files
    from reconciler.planning.multi_plan import as_plans
    from reconciler.reports.markdown.github import comment_markdown

    text = comment_markdown(as_plans(read_plan_files(plan_files)), links())
    number, kept = keep_plan_note(text, merge_request, name)
    note(f"The note on merge request {number}: {kept}.")
    return 0


for each in (comment, issue, pull_request):
    github.add_command(each)
gitlab.add_command(merge_request_note)
