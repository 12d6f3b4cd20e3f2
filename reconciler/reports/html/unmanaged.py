"""The specs with nothing to do for, listed compactly: in order, no longer managed, unmanaged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.model.text import plural
from reconciler.planning.plan import Action, Plan, Unmanaged
from reconciler.reports.html.elements import Html, element


def quiet_lists(plans: Sequence[Plan]) -> Iterator[Html]:
    """Yield, target by target, the lists that are not empty."""
    for column, plan in enumerate(plans):
        where = f" on {plan.target.name}" if len(plans) > 1 else ""
        order = [spec for spec in plan.specs if spec.action is Action.NONE and not spec.skipped]
        if order:
            items = [_item(spec.name or spec.id, spec.file) for spec in order]
            yield _list(f"{plural(len(order), 'spec')} in order{where}", items, column, "order")
        gone = plan.unmanaged_since_base
        if gone:
            title = f"{plural(len(gone), 'spec')} no longer managed{where}"
            note = "No file describes them any more. They stay live: the API has no DELETE."
            yield _list(title, [_other(spec) for spec in gone], column, "gone", note)
        if plan.unmanaged:
            title = f"{plural(len(plan.unmanaged), 'spec')} of the target in no file{where}"
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
