"""The filters above the specs: by action, origin, target and guard."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from reconciler.planning.plan import Action, Origin, Plan
from reconciler.reports.view.blocked import is_blocked
from reconciler.reports.view.specs import ShownSpec
from reconciler.reports.view.wording import ORIGINS, SKIPPED, UNCHANGED, action_in_words


class Choice(Struct, frozen=True):
    """A value to filter by, and the number of specs that have it; `title` explains it."""

    value: str
    label: str
    number: int
    title: str = ""


def filters(
    plans: Sequence[Plan], shown: Sequence[ShownSpec]
) -> list[tuple[str, str, list[Choice]]]:
    """Return the legend, the name and the choices of each filter that can change anything."""
    words = {entry.spec.action: action_in_words(entry.spec, entry.plan) for entry in shown}
    actions = [entry.spec.action for entry in shown]
    skipped = actions.count(Action.NONE)
    unchanged = sum(plan.summary.none for plan in plans) - skipped
    origins = [origin for entry in shown for origin in entry.origins]
    columns = [entry.column for entry in shown]
    blocked = sum(is_blocked(entry.spec) for entry in shown)
    found = [
        (
            "Specs by action",
            "action",
            [
                *(
                    Choice(action, words.get(action, ""), actions.count(action))
                    for action in (Action.CREATE, Action.UPDATE)
                ),
                Choice(SKIPPED, SKIPPED, skipped),
                Choice(UNCHANGED, UNCHANGED, unchanged),
            ],
        ),
        (
            "by origin",
            "origin",
            [Choice(each, each, origins.count(each), ORIGINS[each]) for each in Origin],
        ),
        (
            "by target",
            "target",
            [
                Choice(str(column), plan.target.name, columns.count(column))
                for column, plan in enumerate(plans)
                if len(plans) > 1
            ],
        ),
        ("by guard", "blocked", [Choice("yes", "blocked", blocked)]),
    ]
    used = [(legend, name, [one for one in each if one.number]) for legend, name, each in found]
    return [each for each in used if each[2]]
