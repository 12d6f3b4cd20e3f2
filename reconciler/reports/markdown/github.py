"""The comment on a pull request and the issue about drift, as Markdown."""

from __future__ import annotations

from reconciler.model.text import escape_control, join_limited
from reconciler.planning.multi_plan import Plans
from reconciler.reports.markdown.links import Links
from reconciler.reports.markdown.plan import plan_markdown
from reconciler.reports.view.drift import unguarded

_LONGEST_TITLE = 200


def comment_markdown(plans: Plans, links: Links) -> str:
    """Return the comment that shows plans."""
    kept = f"\n<sub>The plan is among [this run's artifacts]({links.run}).</sub>\n"
    return plan_markdown(plans.plans, links, plans.failures) + (kept if links.run else "")


def failure_markdown(links: Links) -> str:
    """Return the comment that says that the newest commit could not be planned."""
    log = f"[run log]({links.run})" if links.run else "run log"
    return f"### Plan failed\n\nThe newest commit could not be planned. See the {log}.\n"


def ids_title(target: str | None) -> str:
    """Return the title of the pull request with the ids of new specs."""
    return f"Add the ids of new specs on {escape_control(target)}" if target else "Add new ids"


def ids_markdown() -> str:
    """Return the body of the pull request with the ids of new specs."""
    return (
        "`apply` created these specs, and the service gave them ids. Merge this to identify them "
        "by id; until then they are found by name and provider.\n\nA later apply adds its ids "
        "to this pull request.\n"
    )


def issue_title(plans: Plans) -> str:
    """Return the title of the issue about drift."""
    targets = join_limited(sorted({escape_control(each.target.name) for each in plans.results}), 8)
    return f"Drift on {targets}"[:_LONGEST_TITLE]


def issue_markdown(plans: Plans, links: Links) -> str | None:
    """Return the body of the issue about drift, None if no target can have any."""
    drifted = [unguarded(plan) for plan in plans.plans if plan.to_write]
    if not drifted and not plans.failures:
        return None
    return (
        "The target no longer matches Git. This issue is updated by each run, and closed once "
        f"there is no difference.\n\n{plan_markdown(drifted, links, plans.failures)}"
    )
