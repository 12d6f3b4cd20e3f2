"""One spec of a plan: one line, and unfolded its changes and what else is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.model.pointers import format_pointer
from reconciler.planning.plan import Action, Change, Operation, PlannedSpec
from reconciler.reports.html.changes import changes_diff, document_diff, origin_badge
from reconciler.reports.html.connections import Connections, connections_of
from reconciler.reports.html.elements import Html, element
from reconciler.reports.html.hunks import blocks
from reconciler.reports.html.map_svg import connection_map, connections_in_words
from reconciler.reports.view.blocked import is_blocked
from reconciler.reports.view.changes import Marks
from reconciler.reports.view.facts import facts
from reconciler.reports.view.side_by_side import document_rows
from reconciler.reports.view.specs import ShownSpec
from reconciler.reports.view.wording import SKIPPED, action_in_words

_SIGNS = {
    Operation.ADD: ("+", "added"),
    Operation.REMOVE: ("−", "removed"),  # noqa: RUF001
    Operation.REPLACE: ("~", "replaced"),
}


def card(entry: ShownSpec, names: Mapping[str, str], *, is_open: bool, with_target: bool) -> Html:
    """Return a spec with its changes; `names` are those of connection specs, by id."""
    spec = entry.spec
    return element(
        "article",
        element(
            "details",
            _summary(entry, with_target=with_target),
            element("div", _inside(entry, names), class_="inside"),
            open=is_open,
        ),
        class_="card",
        id=entry.anchor,
        data_action=SKIPPED if spec.action is Action.NONE else spec.action,
        data_origins=" ".join(entry.origins),
        data_target=str(entry.column),
        data_blocked=is_blocked(spec),
    )


def _summary(entry: ShownSpec, *, with_target: bool) -> Html:
    spec = entry.spec
    return element(
        "summary",
        element("span", action_in_words(spec, entry.plan), class_=f"action {spec.action}"),
        element("h3", element("bdi", spec.name or spec.id)),
        element("span", entry.plan.target.name, class_="target") if with_target else None,
        element("span", _signs(spec.changes), class_="signs"),
        map(origin_badge, entry.origins),
        element("span", "blocked", class_="guard") if is_blocked(spec) else None,
        element("span", _touched(spec), class_="touched"),
    )


def _signs(changes: tuple[Change, ...]) -> Iterator[Html]:
    for operation, (sign, word) in _SIGNS.items():
        number = sum(change.operation is operation for change in changes)
        if number:
            yield element(
                "span",
                element("span", f"{sign}{number}", aria_hidden="true"),
                element("span", f"{number} {word}", class_="unseen"),
                class_=operation,
            )


def _touched(spec: PlannedSpec) -> str:
    """Return the kind, and the fields of the document in which something changes."""
    fields = dict.fromkeys(change.pointer[0] for change in spec.changes)
    if spec.action is not Action.UPDATE:
        return spec.kind.name
    return f"{spec.kind.name}: {', '.join(fields)}"


def _inside(entry: ShownSpec, names: Mapping[str, str]) -> Iterator[Html]:
    spec = entry.spec
    yield element("dl", _facts(spec), class_="facts")
    notes = [element("li", fact) for fact in facts(spec)]
    if notes:
        yield element("ul", notes, class_="notes")
    if spec.body is not None:
        flow = connections_of(spec, entry.before, names)
        if flow is not None:
            yield _connections(flow)
        rows = document_rows(spec.kind, entry.before, spec.body)
        is_new = spec.action is Action.CREATE
        changes = (*spec.changes, *spec.skipped) if is_new else spec.changes
        marks = Marks.of(changes, spec.refusals, entry.plan)
        yield document_diff(blocks(rows, changes), marks, names, is_new=is_new)
    if spec.skipped:
        yield element(
            "section",
            element("h4", f"Skipped by this plan ({len(spec.skipped)})"),
            changes_diff(spec.skipped, names),
            class_="skipped",
        )


def _connections(flow: Connections) -> Html:
    return element(
        "details",
        element("summary", f"Connections: {connections_in_words(flow)}"),
        connection_map([flow], f"Connections of {flow.name}"),
        class_="connections",
        open=flow.changes,
    )


def _facts(spec: PlannedSpec) -> Iterator[Html]:
    yield _fact("File", spec.file)
    yield _fact("Id", spec.id)
    if spec.shared:
        yield _fact("Shared lists", ", ".join(map(format_pointer, spec.shared)))


def _fact(term: str, description: str) -> Html:
    return element("div", element("dt", term), element("dd", description))
