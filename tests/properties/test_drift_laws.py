"""The laws of drift, for arbitrary documents: it agrees with the plan and keeps what is pending."""

from __future__ import annotations

from builders import TARGET, live, spec
from documents import situations
from hypothesis import example, given
from msgspec.structs import replace

from reconciler.model.kinds import CONNECTION_SPEC
from reconciler.planning.body import put_body
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.drift import build_drift_plan, pending_changes
from reconciler.planning.plan import Origin

ON_TARGET = {Origin.DRIFT, Origin.CONFLICT}


def inputs_of(situation):
    kind, wanted, held, base = situation
    recorded = {} if base is None else {wanted.key: spec(base, kind=kind)}
    return PlanInputs(TARGET, {wanted.key: live(held, kind=kind)}, base=recorded)


def overlaps(pointer, others):
    return any(pointer[: len(one)] == one or one[: len(pointer)] == pointer for one in others)


BARE = {"id": "i", "name": "n", "providerId": "p"}
UNKNOWN_FIELD = (
    CONNECTION_SPEC,
    spec({**BARE, "later": 1}, kind=CONNECTION_SPEC),
    {**BARE, "later": 2},
    BARE,
)
"""An unknown field that was added to HEAD and to the target since the base."""
LAST_OF_A_LIST = (
    CONNECTION_SPEC,
    spec({**BARE, "authSpec": [{"name": "b"}]}, kind=CONNECTION_SPEC),
    {**BARE, "authSpec": [{"name": "b", "type": "T"}]},
    {**BARE, "authSpec": [{"name": "a"}]},
)
"""An element that HEAD and the target have each in place of another one, differently: to revert it
leaves a list that is empty, as it is by default."""


@given(situations())
@example(UNKNOWN_FIELD)
@example(LAST_OF_A_LIST)
def test_drift_agrees_with_the_origins_in_the_plan(situation):
    _, wanted, _, _ = situation
    inputs = inputs_of(situation)
    (planned,) = build_plan([wanted], inputs).specs
    (drifted,) = build_drift_plan([wanted], inputs).specs
    expected = [change.pointer for change in planned.changes if change.origin in ON_TARGET]
    shown = [change.pointer for change in drifted.changes]
    assert all(overlaps(pointer, expected) for pointer in shown)
    assert all(overlaps(pointer, shown) for pointer in expected)


@given(situations())
@example(UNKNOWN_FIELD)
@example(LAST_OF_A_LIST)
def test_after_adopting_drift_only_pending_changes_are_left(situation):
    kind, wanted, held, _ = situation
    inputs = inputs_of(situation)
    drift = build_drift_plan([wanted], inputs)
    waiting = pending_changes(drift).get(wanted.key, ())
    adopted = replace(wanted, document=put_body(kind, held, waiting))
    (planned,) = build_plan([adopted], inputs).specs
    assert not [change for change in planned.changes if change.origin in ON_TARGET]
    (again,) = build_drift_plan([adopted], inputs).specs
    assert again.changes == ()
