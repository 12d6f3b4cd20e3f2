"""The controls above the specs: search, filters, the two views, opening and closing, the theme.

They need the page's script and are hidden without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reconciler.planning.plan import Action, Origin, Plan
from reconciler.reports.html.elements import Html, element
from reconciler.reports.view.blocked import is_blocked
from reconciler.reports.view.specs import ShownSpec
from reconciler.reports.view.wording import ORIGINS, SKIPPED, UNCHANGED, action_in_words


def toolbar(plans: Sequence[Plan], shown: Sequence[ShownSpec]) -> Html:
    """Return the controls, without filters that would change nothing."""
    words = {
        action: action_in_words(entry.spec, entry.plan)
        for entry in shown
        if (action := entry.spec.action) is not Action.NONE
    }
    actions: list[tuple[str, str, int, str]] = [
        (action.value, words[action], _number(action is entry.spec.action for entry in shown), "")
        for action in (Action.CREATE, Action.UPDATE)
        if action in words
    ]
    skipped = _number(entry.spec.action is Action.NONE for entry in shown)
    unchanged = sum(plan.summary.none for plan in plans) - skipped
    actions += [(SKIPPED, SKIPPED, skipped, ""), (UNCHANGED, UNCHANGED, unchanged, "")]
    origins = [
        (origin, origin, _number(origin in entry.origins for entry in shown), ORIGINS[origin])
        for origin in Origin
    ]
    targets = [
        (str(column), plan.target.name, _number(entry.column == column for entry in shown), "")
        for column, plan in enumerate(plans)
    ]
    blocked = _number(is_blocked(entry.spec) for entry in shown)
    return element(
        "form",
        _search(),
        _chips("Specs by action", "action", actions),
        _chips("by origin", "origin", origins),
        _chips("by target", "target", targets) if len(plans) > 1 else None,
        _chips("by guard", "blocked", [("yes", "blocked", blocked, "")]),
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
    """Return the switch between light and dark; the page's script shows and labels it."""
    return element("button", "Dark theme", type="button", id="theme", hidden=True)


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
