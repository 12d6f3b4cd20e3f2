"""The sources and targets that flow specs connect, before and after an apply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from reconciler.model.json_text import Json
from reconciler.model.references import is_referred_to, referred_kinds
from reconciler.model.shape import element_token
from reconciler.model.text import plural
from reconciler.planning.plan import Action, Plan
from reconciler.reports.view.specs import ShownSpec


class EdgeState(StrEnum):
    """What an apply does to a connection."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


class End(Struct, frozen=True):
    """A connection spec at one end of a flow spec; `name` is its id if its name is unknown."""

    side: str
    """`source` or `target`."""
    id: str
    name: str
    state: EdgeState


class Connections(Struct, frozen=True):
    """A flow spec and the connection specs that it connects, its sources first."""

    id: str
    name: str
    ends: tuple[End, ...]

    @property
    def changes(self) -> bool:
        """True if a connection is added or removed."""
        return any(end.state is not EdgeState.KEPT for end in self.ends)


def connections_of(entry: ShownSpec, names: Mapping[str, str]) -> Connections | None:
    """Return the connections of a flow spec, or None for another kind or if there are none.

    `names` gives connection specs' names by id.
    """
    spec = entry.spec
    if spec.body is None:
        return None
    ends: list[End] = []
    for field, side in sorted(spec.kind.sides.items(), key=lambda item: item[1]):
        old, new = _tokens(entry.before.get(field)), _tokens(spec.body.get(field))
        ends += [
            End(side, token, names.get(token, token), _state(token in old, token in new))
            for token in [*new, *(token for token in old if token not in new)]
        ]
    return Connections(spec.id, spec.name, tuple(ends)) if ends else None


def changed_flows(
    shown: Sequence[ShownSpec], column: int, names: Mapping[str, str]
) -> list[Connections]:
    """Return the flow specs of one plan whose connections change, or all if none does.

    `column` is the plan's; it is empty for fewer than two, which need no map of their own.
    """
    flows = [
        flow
        for entry in shown
        if entry.column == column and entry.spec.action is not Action.NONE
        if (flow := connections_of(entry, names))
    ]
    found = [flow for flow in flows if flow.changes] or flows
    return found if len(found) > 1 else []


def connection_names(plans: Sequence[Plan]) -> dict[str, str]:
    """Return the names of all connection specs that these plans name, by id."""
    names: dict[str, str] = {}
    kinds = {kind.name for kind in referred_kinds()}
    for plan in plans:
        names |= plan.names
        for spec in plan.specs:
            if is_referred_to(spec.kind):
                names[spec.id] = spec.name
        for other in (*plan.unmanaged, *plan.unmanaged_since_base):
            if other.kind in kinds and other.name:
                names.setdefault(other.id, other.name)
    return names


def connections_in_words(flow: Connections) -> str:
    """Return how many sources and targets a flow spec connects, and what changes of that."""
    parts = []
    for side in ("source", "target"):
        states = [end.state for end in flow.ends if end.side == side]
        text = plural(len(states) - states.count(EdgeState.REMOVED), side)
        marks = ", ".join(_marks(states))
        parts.append(f"{text} ({marks})" if marks else text)
    return " to ".join(parts)


def flows_in_words(flows: Sequence[Connections]) -> str:
    """Return how many flow specs there are, and how many connections change."""
    states = [end.state for flow in flows for end in flow.ends]
    return ", ".join([plural(len(flows), "flow spec"), *_marks(states)])


def _marks(states: Sequence[EdgeState]) -> list[str]:
    counts = ((states.count(state), state) for state in (EdgeState.ADDED, EdgeState.REMOVED))
    return [f"{number:,} {state}" for number, state in counts if number]


def _state(was: bool, will_be: bool) -> EdgeState:
    if was and will_be:
        return EdgeState.KEPT
    return EdgeState.ADDED if will_be else EdgeState.REMOVED


def _tokens(value: Json) -> list[str]:
    return list(dict.fromkeys(map(element_token, value))) if isinstance(value, list) else []
