"""What is posted to GitHub, and where to: from the plan files and the environment of a workflow."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from reconciler.cli.ci_links import links
from reconciler.github.client import API_URL, GitHub
from reconciler.model.errors import GitHubError
from reconciler.model.json_access import expect_count, expect_object
from reconciler.model.json_text import JsonObject, parse_json
from reconciler.model.text import escape_control, join_limited
from reconciler.planning.multi_plan import Plans
from reconciler.planning.plan_file_reader import read_plans
from reconciler.reports.markdown import plan_markdown
from reconciler.reports.view.drift import unguarded

_LONGEST_TITLE = 200


def open_github() -> GitHub:
    """Return the repository of this environment. Raises `GitHubError` where it names none."""
    repository, token = (os.environ.get(f"GITHUB_{name}", "") for name in ("REPOSITORY", "TOKEN"))
    if repository.count("/") != 1:
        raise GitHubError("GITHUB_REPOSITORY does not name a repository (OWNER/NAME).")
    if not token:
        raise GitHubError(
            "there is no GITHUB_TOKEN. In a workflow: env: {GITHUB_TOKEN: ${{ github.token }}}."
        )
    return GitHub(repository, token, url=os.environ.get("GITHUB_API_URL") or API_URL)


def pull_request_number() -> int:
    """Return the number of the pull request that this workflow runs for.

    Raises `GitHubError` where it runs for none.
    """
    try:
        return expect_count(expect_object(_event()["pull_request"])["number"])
    except (KeyError, TypeError, ValueError, OSError):
        raise GitHubError(
            "this is no run for a pull request: name one with --pull-request N."
        ) from None


def known_as(name: str | None, usual: str) -> str:
    """Return the name under which a comment or an issue is found again."""
    workflow = os.environ.get("GITHUB_WORKFLOW_REF", "").partition("@")[0]
    repository = os.environ.get("GITHUB_REPOSITORY", "") + "/"
    return name or workflow.removeprefix(repository) or usual


def read_files(files: Sequence[Path]) -> Plans:
    """Read plan files as one report. Raises `RefusedError` where one is not as it was written."""
    return Plans(tuple(each for file in files for each in read_plans(file.read_bytes(), str(file))))


def comment_text(plans: Plans) -> str:
    """Return the comment that shows plans."""
    where = links()
    kept = f"\n<sub>The plan is among [this run's artifacts]({where.run}).</sub>\n"
    return plan_markdown(plans.plans, where, plans.failures) + (kept if where.run else "")


def failure_text() -> str:
    """Return the comment that says that there is no plan."""
    run = links().run
    where = f"[this run]({run}) says why" if run else "the run says why"
    return f"### There is no plan\n\nNo plan could be made of the newest commit: {where}.\n"


def issue_title(plans: Plans) -> str:
    """Return the title of the issue about drift."""
    targets = join_limited(sorted({escape_control(each.target.name) for each in plans.results}), 8)
    return f"Drift at {targets}"[:_LONGEST_TITLE]


def issue_text(plans: Plans) -> str | None:
    """Return the body of the issue about drift, None where no target can have any."""
    drifted = [unguarded(plan) for plan in plans.plans if plan.to_write]
    if not drifted and not plans.failures:
        return None
    return (
        "What is live is not what was committed. `reconciler pull` takes it into the files; the "
        "next apply takes it back. This issue is updated by each run, and closed once there is no "
        f"difference any more.\n\n{plan_markdown(drifted, links(), plans.failures)}"
    )


def _event() -> JsonObject:
    return expect_object(parse_json(Path(os.environ["GITHUB_EVENT_PATH"]).read_bytes()))
