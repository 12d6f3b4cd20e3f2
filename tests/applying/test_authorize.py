"""The guards' refusals against what was allowed."""

import pytest
from builders import flow_spec, plan_of, spec
from msgspec.structs import replace

from reconciler.applying.authorize import remaining_refusals, require_allowed
from reconciler.model.errors import RefusedError
from reconciler.planning.guards import Overrides
from reconciler.planning.refusal import Guard, Refusal

REMOVAL = plan_of(spec(flow_spec(sourceConnectionSpecIds=["s1"])), flow_spec())
LIMIT = Refusal(Guard.LIMIT, (), "too many at once.", "")


def test_a_plan_without_refusals_is_allowed():
    require_allowed(plan_of(spec(flow_spec(version="2")), flow_spec()), Overrides())


def test_a_refusal_names_its_spec_and_every_element():
    with pytest.raises(RefusedError) as caught:
        require_allowed(REMOVAL, Overrides())
    said = str(caught.value)
    assert said.startswith("blocked by 1 guard; nothing was written.")
    assert "RestStorageToAEP: removals: " in said
    assert "/sourceConnectionSpecIds/s2" in said
    with pytest.raises(RefusedError, match="/sourceConnectionSpecIds/s2  Members"):
        require_allowed(replace(REMOVAL, names={"s2": "Members"}), Overrides())


def test_an_overridden_refusal_is_not_listed():
    allowed = Overrides(frozenset({Guard.REMOVALS}))
    assert remaining_refusals(REMOVAL, allowed) == ()
    require_allowed(REMOVAL, allowed)


def test_a_refusal_of_the_whole_plan_is_listed_beside_those_of_a_spec():
    both = replace(REMOVAL, refusals=(LIMIT,))
    with pytest.raises(RefusedError, match="blocked by 2 guards"):
        require_allowed(both, Overrides())
    assert remaining_refusals(both, Overrides(frozenset(Guard)))[0] == ("", LIMIT)
