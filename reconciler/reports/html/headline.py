"""The head of the page: the verdict, the target of each plan, and links to what is below."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.planning.plan import Plan
from reconciler.planning.plan_file import change_digest
from reconciler.reports.html.elements import Html, element
from reconciler.reports.html.toolbar import theme_button
from reconciler.reports.view.drift import adopt_in_words, is_of_drift
from reconciler.reports.view.headline import Headline
from reconciler.reports.view.wording import base_in_words, commit_in_words, credentials_in_words


def page_head(said: Headline, plans: Sequence[Plan], jumps: Sequence[tuple[str, str]]) -> Html:
    """Return the head of the page. `jumps` are ids on the page and what is there."""
    command = "drift" if plans and all(map(is_of_drift, plans)) else "plan"
    return element(
        "header",
        element("p", f"reconciler {command}", theme_button(), class_="brand"),
        element("h1", said.headline),
        element("p", said.counts, class_="counts"),
        _target_changes(plans),
        map(_target, plans),
        _ways_out(plans),
        element("nav", (_jump(*jump) for jump in jumps), class_="jumps", aria_label="On this page")
        if len(jumps) > 1
        else None,
        class_=f"verdict {said.state}",
    )


def _target_changes(plans: Sequence[Plan]) -> Html | None:
    """Return how the config changed, since the base, where credentials are sent and which."""
    changed = [element("li", change) for plan in plans for change in plan.target_changes]
    if not changed:
        return None
    title = element("h2", "The target changed")
    return element("section", title, element("ul", changed), class_="notices refusals")


def _jump(place: str, title: str) -> Html:
    return element("a", title, href=f"#{place}")


def _ways_out(plans: Sequence[Plan]) -> Html | None:
    """Return the two ways out of drift, None if there is none."""
    drifted = [plan.target.name for plan in plans if is_of_drift(plan) and plan.to_write]
    if not drifted:
        return None
    target = "" if len(plans) == 1 else "NAME" if len(drifted) > 1 else drifted[0]
    return element(
        "ul", (element("li", line) for line in adopt_in_words(target)), class_="ways-out"
    )


def _target(plan: Plan) -> Html:
    """Return the target, the commit and the base: in one line, and in full below it."""
    target, commit, base = plan.target, commit_in_words(plan.git), base_in_words(plan.git)
    facts = (
        ("Target", target.url),
        ("Organisation", target.ims_org),
        ("Sandbox", target.sandbox),
        *([("Credentials", credentials_in_words(target))] if target.credentials else []),
        ("Commit", commit),
        ("Base", base.removeprefix("base: ")),
        ("Change digest", change_digest(plan)),
    )
    return element(
        "details",
        element("summary", f"{target.name}, sandbox {target.sandbox} · commit {commit} · {base}"),
        element(
            "dl",
            (
                element("div", element("dt", term), element("dd", description))
                for term, description in facts
            ),
            class_="facts",
        ),
        class_="grounds",
    )
