"""Plans that contain everything the HTML report can show."""

from __future__ import annotations

from builders import TARGET, flow_spec, live, spec
from msgspec.structs import replace

from reconciler.model.kinds import CONNECTION_SPEC
from reconciler.model.specs import SpecKey
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.git_facts import GitFacts
from reconciler.planning.plan import Origin, Plan

SCRIPT = "<script>window.ran = 1</script><img src=x onerror='window.ran = 2'>"
TEXT = "\n".join(f"line {n} of the notes" for n in range(12))
GIT = GitFacts("c" * 40, False, "b" * 40, "--base main")


def document(name: str, **fields: object) -> dict:
    """A flow spec with an id derived from its name."""
    return flow_spec(name=name, id=f"id-of-{name}", **fields)


def varied_plan(**how: object) -> Plan:
    """A plan of every action and origin, with a removal that is refused and a hostile name."""
    base = {
        name: document(name, attributes={"notes": TEXT, "owner": "team one"})
        for name in ("Sources", "Wording", "Drifted", "Both", "Quiet", SCRIPT)
    }
    desired = {
        **base,
        "Sources": {**base["Sources"], "sourceConnectionSpecIds": ["s1", "new"]},
        "Wording": {
            **base["Wording"],
            "attributes": {"notes": TEXT.replace("line 5 of", "row 5 of"), "owner": "team two"},
        },
        "Both": {**base["Both"], "version": "2.0"},
        SCRIPT: {**base[SCRIPT], "version": SCRIPT},
        "Created": document("Created"),
    }
    held = {
        **base,
        "Drifted": {**base["Drifted"], "targetConnectionSpecIds": ["t1", "theirs"]},
        "Both": {**base["Both"], "version": "3.0"},
    }
    name = spec(
        {"id": "s1", "name": "MailChimp", "providerId": "p", "version": "1.0"},
        kind=CONNECTION_SPEC,
    )
    inputs = PlanInputs(
        TARGET,
        {SpecKey("flowSpec", one["id"]): live(one) for one in held.values()}
        | {name.key: live(name.document, kind=CONNECTION_SPEC)},
        base={SpecKey("flowSpec", one["id"]): spec(one) for one in base.values()}
        | {name.key: name},
        git=GIT,
        unmanaged=[live(document("Unmanaged"))],
        unmanaged_since_base=[spec(document("Gone"))],
        warnings=[f"a warning with {SCRIPT}"],
        **how,
    )
    plan = build_plan([*map(spec, desired.values()), name], inputs)
    return replace(plan, names={"new": "Acme Orders"})


def plan_of_many(number: int) -> Plan:
    """A plan of this many updates, all different."""
    base = [document(f"Spec{n}") for n in range(number)]
    desired = [{**one, "version": f"{n}.5"} for n, one in enumerate(base)]
    keys = [SpecKey("flowSpec", one["id"]) for one in base]
    held = dict(zip(keys, map(live, base), strict=True))
    was = dict(zip(keys, map(spec, base), strict=True))
    return build_plan([*map(spec, desired)], PlanInputs(TARGET, held, base=was, git=GIT))


def on(plan: Plan, name: str) -> Plan:
    """The same plan for a target of another name."""
    return replace(plan, target=replace(plan.target, name=name))


def of_repo_only() -> Plan:
    """The varied plan as `--only-origin repo` makes it: drift is skipped."""
    return varied_plan(only=frozenset({Origin.REPO, Origin.CONFLICT}))
