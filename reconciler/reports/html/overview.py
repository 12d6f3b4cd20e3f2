"""What stands above the specs: where the plans apply, what they rest on, what repeats, the map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconciler.model.text import plural
from reconciler.planning.plan import Action, Plan
from reconciler.planning.plan_file import change_digest
from reconciler.reports.html.changes import changes_diff
from reconciler.reports.html.connections import Connections, EdgeState, connections_of
from reconciler.reports.html.elements import Html, element
from reconciler.reports.html.map_svg import connection_map
from reconciler.reports.view.repeats import Repeat, repeats
from reconciler.reports.view.specs import Entry
from reconciler.reports.view.wording import base_in_words, commit_in_words, credentials_in_words

MOST_DRAWN = 24
"""Flow specs on one map; beyond that it shows less and not more."""
OPEN_AT_MOST = 8
"""Flow specs up to which the map stands open from the start."""
MOST_REPEATS = 20


def grounds(plan: Plan) -> Html:
    """Return where a plan applies and what it rests on: in one line, and in full below it."""
    target, commit, base = plan.target, commit_in_words(plan.git), base_in_words(plan.git)
    facts = (
        ("Target", target.url),
        ("Organisation", target.ims_org),
        ("Sandbox", target.sandbox),
        *([("Credentials", credentials_in_words(target))] if target.credentials else []),
        ("Commit", commit),
        ("Base", base),
        ("Change digest", change_digest(plan)),
    )
    return element(
        "details",
        element(
            "summary", f"{target.name}, sandbox {target.sandbox} · commit {commit} · base {base}"
        ),
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


def target_columns(plans: Sequence[Plan], shown: Sequence[Entry]) -> Html | None:
    """Return the specs with a column a target, or None where there is one target only."""
    if len(plans) == 1:
        return None
    cells: dict[tuple[str, str], dict[int, Entry]] = {}
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


def _cell(entry: Entry | None, managed: bool) -> Html:
    if entry is None:
        return element("td", "in order" if managed else "not managed", class_="quiet")
    changes = plural(len(entry.spec.changes), "change")
    return element(
        "td",
        element("a", f"{entry.spec.action}: {changes}", href=f"#{entry.anchor}"),
        " ",
        element("span", "refused", class_="guard") if entry.spec.refusals else None,
    )


def repeated(shown: Sequence[Entry], names: Mapping[str, str]) -> Html | None:
    """Return the changes that many specs share, or None where none does."""
    found = repeats(shown)
    if not found:
        return None
    rest = len(found) - MOST_REPEATS
    return element(
        "section",
        element("h2", "The same change in many specs"),
        (_repeat(repeat, names) for repeat in found[:MOST_REPEATS]),
        element("p", f"and {rest:,} more that several specs share") if rest > 0 else None,
        class_="repeats",
    )


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
            element("summary", f"in {plural(repeat.specs, 'spec')}"),
            element("ul", links, class_="names"),
        ),
        class_="repeat",
    )


def maps(plans: Sequence[Plan], shown: Sequence[Entry], names: Mapping[str, str]) -> Iterator[Html]:
    """Yield a map a target of the flow specs whose connections change, or else of those written."""
    for column, plan in enumerate(plans):
        flows = [
            flow
            for entry in shown
            if entry.column == column and entry.spec.action is not Action.NONE
            if (flow := connections_of(entry.spec, entry.before, names))
        ]
        concerned = [flow for flow in flows if flow.changes] or flows
        if len(concerned) > 1:
            yield _map(plan, column, concerned)


def _marks(flows: Sequence[Connections]) -> str:
    states = [end.state for flow in flows for end in (*flow.sources, *flow.targets)]
    counts = ((states.count(state), state) for state in (EdgeState.ADDED, EdgeState.REMOVED))
    changed = [f"{number:,} {state}" for number, state in counts if number]
    return ", ".join([plural(len(flows), "flow spec"), *changed])


def _map(plan: Plan, column: int, flows: Sequence[Connections]) -> Html:
    drawn = flows[:MOST_DRAWN]
    label = f"Connections on {plan.target.name}"
    note = (
        f"The first {len(drawn)} of {len(flows)} flow specs. "
        "Each of the others has its own map with its changes."
    )
    return element(
        "details",
        element("summary", element("h2", f"{label}: {_marks(flows)}")),
        element("p", note) if len(flows) > len(drawn) else None,
        connection_map(drawn, label),
        class_="quiet maps",
        data_of_target=str(column),
        open=len(flows) <= OPEN_AT_MOST,
    )
