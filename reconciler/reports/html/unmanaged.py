"""The specs without changes, as compact lists: unchanged, no longer managed, unmanaged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.model.text import plural
from reconciler.planning.plan import Action, Plan, Unmanaged
from reconciler.reports.html.elements import Html, element


def unmanaged_lists(plans: Sequence[Plan]) -> Iterator[Html]:
    """Yield the lists that are not empty, target by target."""
    for column, plan in enumerate(plans):
        where = f" on {plan.target.name}" if len(plans) > 1 else ""
        unchanged = [spec for spec in plan.specs if spec.action is Action.NONE and not spec.skipped]
        if unchanged:
            items = [_item(spec.name or spec.id, spec.file) for spec in unchanged]
            yield _list(
                f"{plural(len(unchanged), 'spec')} unchanged{where}", items, column, "unchanged"
            )
        if plan.pending:
            title = f"{plural(len(plan.pending), 'spec')} pending{where}"
            items = [_item(spec.name or spec.id, spec.file) for spec in plan.pending]
            yield _list(title, items, column, "pending", "Committed, not applied yet.")
        gone = plan.unmanaged_since_base
        if gone:
            title = f"{plural(len(gone), 'spec')} no longer managed{where}"
            note = "No file describes them anymore. The API cannot delete them."
            yield _list(title, [_other(spec) for spec in gone], column, "gone", note)
        if plan.unmanaged:
            title = f"{plural(len(plan.unmanaged), 'spec')} on the target not managed here{where}"
            items = [_other(spec) for spec in plan.unmanaged]
            yield _list(title, items, column, "unmanaged")


def _list(title: str, items: Sequence[Html], column: int, name: str, note: str = "") -> Html:
    return element(
        "details",
        element("summary", element("h2", title)),
        element("p", note) if note else None,
        element("ul", items, class_="names"),
        class_=f"quiet {name}",
        data_of_target=str(column),
    )


def _item(name: str, detail: str) -> Html:
    return element("li", element("bdi", name), " ", element("small", detail))


def _other(spec: Unmanaged) -> Html:
    return _item(spec.name or spec.id, f"{spec.kind} {spec.id}")
