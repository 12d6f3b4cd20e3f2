"""Which specs change on which targets: a table with a row per spec and a column per target."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.model.text import plural
from reconciler.planning.plan import Plan
from reconciler.reports.html.elements import Html, element
from reconciler.reports.view.blocked import is_blocked
from reconciler.reports.view.specs import ShownSpec
from reconciler.reports.view.wording import UNCHANGED, action_in_words


def target_matrix(plans: Sequence[Plan], shown: Sequence[ShownSpec]) -> Html | None:
    """Return a table with a column for each target, or None if there is only one target."""
    if len(plans) == 1:
        return None
    cells: dict[tuple[str, str], dict[int, ShownSpec]] = {}
    for entry in shown:
        cells.setdefault(entry.spec.place, {})[entry.column] = entry
    head = element(
        "tr",
        element("th", "Spec", scope="col"),
        (element("th", plan.target.name, scope="col") for plan in plans),
    )
    held = [{spec.place for spec in plan.specs} for plan in plans]
    rows = (
        element(
            "tr",
            element("th", next(iter(found.values())).spec.name, scope="row"),
            (_cell(found.get(column), place in held[column]) for column in range(len(plans))),
        )
        for place, found in cells.items()
    )
    table = element("table", element("thead", head), element("tbody", rows))
    return element(
        "section",
        element("h2", "Targets side by side"),
        element(
            "div", table, class_="wide", tabindex=0, role="region", aria_label="Specs by target"
        ),
        class_="columns",
    )


def _cell(entry: ShownSpec | None, managed: bool) -> Html:
    if entry is None:
        return element("td", UNCHANGED if managed else "not managed", class_="quiet")
    changes = plural(len(entry.spec.changes), "change")
    return element(
        "td",
        element(
            "a", f"{action_in_words(entry.spec, entry.plan)}: {changes}", href=f"#{entry.anchor}"
        ),
        " ",
        element("span", "blocked", class_="guard") if is_blocked(entry.spec) else None,
    )
