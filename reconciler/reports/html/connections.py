"""The sources and targets that a flow spec connects, before and after an apply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.json_text import Json, JsonObject
from reconciler.model.references import is_referred_to, referred_kinds
from reconciler.model.shape import element_token
from reconciler.planning.plan import Plan, PlannedSpec

_SIDES = ("source", "target")


class EdgeState(StrEnum):
    """What an apply does to a connection."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class End:
    """A connection spec at one end of a flow spec; `name` is its id if its name is unknown."""

    id: str
    name: str
    state: EdgeState


@dataclass(frozen=True)
class Connections:
    """A flow spec and the connection specs that it connects."""

    id: str
    name: str
    sources: tuple[End, ...]
    targets: tuple[End, ...]

    @property
    def changes(self) -> bool:
        """True if a connection is added or removed."""
        return any(end.state is not EdgeState.KEPT for end in (*self.sources, *self.targets))


def connections_of(
    spec: PlannedSpec, before: JsonObject, names: Mapping[str, str]
) -> Connections | None:
    """Return the connections of a flow spec, or None for another kind or if there are none.

    `before` is the live document, `names` gives connection specs' names by id.
    """
    if not spec.kind.sides or spec.body is None:
        return None
    fields = {side: field for field, side in spec.kind.sides.items()}
    sources, targets = (
        _ends(before.get(fields[side]), spec.body.get(fields[side]), names) for side in _SIDES
    )
    return Connections(spec.id, spec.name, sources, targets) if sources or targets else None


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


def _ends(before: Json, after: Json, names: Mapping[str, str]) -> tuple[End, ...]:
    old, new = _tokens(before), _tokens(after)
    return tuple(
        End(token, names.get(token, token), _state(token in old, token in new))
        for token in [*new, *(token for token in old if token not in new)]
    )


def _state(was: bool, will_be: bool) -> EdgeState:
    if was and will_be:
        return EdgeState.KEPT
    return EdgeState.ADDED if will_be else EdgeState.REMOVED


def _tokens(value: Json) -> list[str]:
    return list(dict.fromkeys(map(element_token, value))) if isinstance(value, list) else []
