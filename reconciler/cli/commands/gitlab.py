"""`reconciler gitlab`: one note on a merge request, kept up to date."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.options import command as declare
from reconciler.cli.options import existing, option


@click.group("gitlab")
def command() -> None:
    """Create or update a merge request's note with the plan.

    The project and the API's URL come from CI_PROJECT_ID and CI_API_V4_URL, as
    set in a pipeline. RECONCILER_COMMENT_TOKEN is a project access token with
    the scope api and the role Reporter: the token of a job cannot write notes.
    """


@declare("comment", short_help="Create or update one note on a merge request.")
@click.argument("plan_files", type=existing(), nargs=-1, required=True, metavar="PLAN_FILE…")
@option(
    "--merge-request",
    type=click.IntRange(min=1),
    metavar="N",
    help="The merge request's number [default: the pipeline's].",
)
@option("--name", metavar="NAME", help="Key to find it by [default: the job, RECONCILER_TARGET].")
def comment(plan_files: tuple[Path, ...], merge_request: int | None, name: str | None) -> int:
    """Create or update one note with these plans, one per target."""
    from reconciler.cli.ci_links import links
    from reconciler.cli.console import note
    from reconciler.operations.code_hosts import key_of_job, merge_request_number, open_gitlab
    from reconciler.operations.plan_targets import read_plan_files
    from reconciler.planning.multi_plan import as_plans
    from reconciler.reports.markdown.github import comment_markdown

    text = comment_markdown(as_plans(read_plan_files(plan_files)), links())
    number = merge_request or merge_request_number()
    with open_gitlab() as gitlab:
        kept = gitlab.keep_note(number, key_of_job(name), text)
    note(f"The note on merge request {number}: {kept}.")
    return 0


command.add_command(comment)
