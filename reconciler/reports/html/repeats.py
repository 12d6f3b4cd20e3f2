"""The changes that many specs share, once, with links to the specs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconciler.model.text import plural
from reconciler.reports.html.changes import changes_diff
from reconciler.reports.html.elements import Html, element
from reconciler.reports.view.repeats import Repeat, repeats
from reconciler.reports.view.specs import ShownSpec

MOST_REPEATS = 20


def repeated(shown: Sequence[ShownSpec], names: Mapping[str, str]) -> Html | None:
    """Return the changes that many specs share, folded, or None if there are none."""
    found = repeats(shown)
    if not found:
        return None
    rest = len(found) - MOST_REPEATS
    return element(
        "details",
        element("summary", element("h2", f"The same in many specs: {_numbers(found)}")),
        (_repeat(repeat, names) for repeat in found[:MOST_REPEATS]),
        element("p", f"and {rest:,} more that several specs share") if rest > 0 else None,
        class_="quiet repeats",
    )


def _numbers(found: Sequence[Repeat]) -> str:
    """Return how many changes are shared by how many specs: `2 changes in up to 50 specs`."""
    number = plural(sum(len(repeat.changes) for repeat in found), "change")
    many = plural(max(repeat.specs for repeat in found), "spec")
    return f"{number} in {'up to ' if len(found) > 1 else ''}{many}"


def _repeat(repeat: Repeat, names: Mapping[str, str]) -> Html:
    several = len({entry.column for entry in repeat.entries}) > 1
    links = (
        element(
            "li",
            element("a", entry.spec.name or entry.spec.id, href=f"#{entry.anchor}"),
            f" on {entry.plan.target.name}" if several else None,
        )
        for entry in repeat.entries
    )
    return element(
        "div",
        changes_diff(repeat.changes, names),
        element(
            "details",
            element("summary", plural(repeat.specs, "spec")),
            element("ul", links, class_="names"),
        ),
        class_="repeat",
    )
