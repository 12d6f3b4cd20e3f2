"""Gathering what a plan rests on: what the repo says and what the target holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reconciler.cli.progress import watching
from reconciler.desired.config import Config
from reconciler.live.fetch import Fetched, fetch_live
from reconciler.live.service import FlowService
from reconciler.live.settings import ConnectionSettings
from reconciler.model.kinds import CONNECTION_SPEC
from reconciler.model.specs import LiveSpec, Spec, SpecKey
from reconciler.model.targets import Target
from reconciler.operations.connection import open_service
from reconciler.operations.find_new import find_unidentified
from reconciler.operations.impact import ImpactMode, assess_impact
from reconciler.operations.inputs import PlanRequest, RepoInputs, read_desired, tell_warnings
from reconciler.operations.policies import check_policies
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.connection_names import named_kinds
from reconciler.planning.identify import (
    NewSpecMatcher,
    base_with_known,
    known_ids,
    namesakes,
    require_planned,
    with_known,
)
from reconciler.planning.plan import Action, GitFacts, Origin, Plan
from reconciler.planning.rollback import Earlier
from reconciler.planning.three_way import is_settled


async def fetch_and_plan(
    request: PlanRequest, desired: RepoInputs, service: FlowService, *, want_unmanaged: bool = True
) -> Plan:
    """Fetch what the target holds and build the plan. Reads only."""
    loaded, base = desired.loaded, desired.base.specs if desired.base else None
    search = NewSpecMatcher(loaded.specs, loaded.every, base or {})
    ids = known_ids(loaded.every)
    specs = [with_known(spec, ids) for spec in loaded.specs]
    by_key = {spec.key: spec for spec in specs if spec.has_id}
    known_base = base_with_known(base or {}, ids)
    fetched = await fetch_live(
        service,
        by_key,
        want_unmanaged=want_unmanaged and not request.only,
        is_settled=lambda live: is_settled(by_key[live.key], live, known_base.get(live.key)),
        want_listed=named_kinds(specs) | {spec.kind for spec in search.unresolved},
    )
    found = await find_unidentified(search, fetched, service)
    ids |= {reference: live.id for reference, live in found.items()}
    specs = [with_known(spec, ids) for spec in specs]
    require_planned(specs)
    known_base = base_with_known(base or {}, ids)
    at_base = None if base is None else known_base
    inputs = _plan_inputs(request, desired, specs, at_base, fetched, found)
    plan = await assess_impact(build_plan(specs, inputs), inputs.live, service, request.weighing)
    # Last: a policy may look at all that a plan says of a spec, its verdicts too.
    return check_policies(plan, desired.policies)


def _plan_inputs(
    request: PlanRequest,
    desired: RepoInputs,
    specs: Sequence[Spec],
    base: Mapping[SpecKey, Spec] | None,
    fetched: Fetched,
    found: Mapping[str, LiveSpec],
) -> PlanInputs:
    by_name = {live.key: live for live in found.values()}
    listed = fetched.listed.get(CONNECTION_SPEC.name, ())
    return PlanInputs(
        target=desired.target.identity,
        live={**fetched.live, **by_name},
        base=base,
        git=desired.git,
        safety=desired.config.safety_for(desired.target.name),
        only=frozenset(Origin) if request.only_origin is None else _kept(request.only_origin),
        unmanaged=[live for live in fetched.unmanaged if live.key not in by_name],
        unmanaged_since_base=[] if request.only else _no_longer_managed(specs, base or {}),
        warnings=fetched.warnings,
        connections=_connections(fetched),
        unconverged_by_spec=desired.unconverged_by_spec,
        found=frozenset(by_name),
        namesakes={spec.key: namesakes(spec, listed) for spec in specs if not spec.has_id},
    )


def _connections(fetched: Fetched) -> Mapping[str, str] | None:
    """Return the names of the target's connection specs by id, None where it does not list them."""
    listed = fetched.listed.get(CONNECTION_SPEC.name)
    return None if listed is None else {spec.id: spec.name for spec in listed}


def _kept(origin: Origin) -> frozenset[Origin]:
    """Return the origins to keep: a conflict is the repo's change too, and its guard refuses it."""
    return frozenset({Origin.REPO, Origin.CONFLICT} if origin is Origin.REPO else {origin})


def _no_longer_managed(specs: Sequence[Spec], base: Mapping[SpecKey, Spec]) -> Sequence[Spec]:
    managed = {spec.key for spec in specs}
    return [spec for key, spec in sorted(base.items()) if key not in managed]


async def plan_target(
    request: PlanRequest,
    settings: ConnectionSettings,
    *,
    read: Callable[[PlanRequest], RepoInputs] = read_desired,
    want_unmanaged: bool = True,
) -> Plan:
    """Load, fetch over a connection that cannot write, and plan."""
    desired = read(request)
    tell_warnings([desired])
    with watching(f"Reading {desired.target.name}") as on_event:
        async with open_service(
            desired.target, settings, read_only=True, on_event=on_event
        ) as service:
            return await fetch_and_plan(request, desired, service, want_unmanaged=want_unmanaged)


async def plan_of_rollback(
    earlier: Earlier, config: Config, target: Target, settings: ConnectionSettings
) -> Plan:
    """Fetch what the target holds and plan to put earlier documents back."""
    stays = [f"{name} was created by that run and stays live." for name in earlier.created]
    with watching(f"Reading {target.name}") as on_event:
        async with open_service(target, settings, read_only=True, on_event=on_event) as service:
            fetched = await fetch_live(
                service,
                [spec.key for spec in earlier.desired],
                want_unmanaged=False,
                want_listed=named_kinds(earlier.desired),
            )
            inputs = PlanInputs(
                target=earlier.target,
                live=fetched.live,
                base=earlier.base,
                git=GitFacts(base_name="the apply report"),
                safety=config.safety_for(target.name),
                only=_kept(Origin.REPO),
                warnings=(*fetched.warnings, *stays),
                connections=_connections(fetched),
            )
            plan = build_plan(earlier.desired, inputs)
            return await assess_impact(plan, inputs.live, service, ImpactMode.DATAFLOWS)


def has_changes(plan: Plan) -> bool:
    """Say whether an apply would write anything."""
    return any(spec.action is not Action.NONE for spec in plan.specs)
