"""The maps of all connections that a plan changes, one for each target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconciler.model.text import plural
from reconciler.planning.plan import Action, Plan
from reconciler.reports.html.connections import Connections, EdgeState, connections_of
from reconciler.reports.html.elements import Html, element
from reconciler.reports.html.map_svg import connection_map
from reconciler.reports.view.specs import ShownSpec

MOST_DRAWN = 24
"""Flow specs on one map; a map with more is hard to read."""
OPEN_AT_MOST = 8
"""Flow specs up to which the map is unfolded from the start."""


def maps(
    plans: Sequence[Plan], shown: Sequence[ShownSpec], names: Mapping[str, str]
) -> Iterator[Html]:
    """Yield a map for each target, of the flow specs whose connections change or of all."""
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
