"""The controls above the specs: search, filters, the two views, opening and closing, the theme.

They need the page's script and are out of sight without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reconciler.planning.plan import Action, Origin, Plan
from reconciler.reports.html.elements import Html, element
from reconciler.reports.view.specs import Entry
from reconciler.reports.view.wording import IN_ORDER, ORIGINS


def toolbar(plans: Sequence[Plan], shown: Sequence[Entry]) -> Html:
    """Return the controls; a filter that would change nothing is left out."""
    in_order = sum(plan.summary.none for plan in plans)
    actions = [
        (action, action.value, _number(action is entry.spec.action for entry in shown), "")
        for action in (Action.CREATE, Action.UPDATE)
    ]
    origins = [
        (origin, origin, _number(origin in entry.origins for entry in shown), ORIGINS[origin])
        for origin in Origin
    ]
    targets = [
        (str(column), plan.target.name, _number(entry.column == column for entry in shown), "")
        for column, plan in enumerate(plans)
    ]
    refused = _number(bool(entry.spec.refusals) for entry in shown)
    return element(
        "form",
        _search(),
        _chips("Action", "action", [*actions, (Action.NONE, IN_ORDER, in_order, "")]),
        _chips("Origin", "origin", origins),
        _chips("Target", "target", targets) if len(plans) > 1 else None,
        _chips("Guard", "refused", [("yes", "refused", refused, "")]),
        _views(),
        element(
            "div",
            element("button", "Open all", type="button", id="open-all"),
            element("button", "Close all", type="button", id="close-all"),
            element("button", "Clear filters", type="reset"),
            class_="buttons",
        ),
        element("p", id="shown", role="status"),
        class_="toolbar",
        id="toolbar",
        aria_label="Filter and view",
        autocomplete="off",
    )


def theme_button() -> Html:
    """Return the switch between light and dark; the page's script brings it into sight."""
    return element(
        "button", "Dark theme", type="button", id="theme", aria_pressed="false", hidden=True
    )


def _number(facts: Iterable[bool]) -> int:
    return sum(facts)


def _search() -> Html:
    return element(
        "div",
        element("label", "Search", for_="search"),
        element(
            "input",
            type="search",
            id="search",
            placeholder="name, id, file, pointer or value   ( / )",
            aria_keyshortcuts="/",
        ),
        class_="search",
    )


def _chips(legend: str, name: str, choices: Sequence[tuple[str, str, int, str]]) -> Html | None:
    if not any(number for _, _, number, _ in choices):
        return None
    return element(
        "fieldset",
        element("legend", legend),
        (
            element(
                "label",
                element("input", type="checkbox", name=name, value=value),
                element("span", label, " ", element("small", f"{number:,}")),
                title=title or None,
            )
            for value, label, number, title in choices
            if number
        ),
    )


def _views() -> Html:
    return element(
        "fieldset",
        element("legend", "Diff"),
        (
            element(
                "label",
                element("input", type="radio", name="view", value=value, checked=value == "side"),
                element("span", label),
            )
            for value, label in (("side", "side by side"), ("inline", "inline"))
        ),
        class_="views",
    )
