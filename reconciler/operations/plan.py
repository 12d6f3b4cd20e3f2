"""Planning one target: read what it holds, build the plan, assess the impact, check policies."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from reconciler.desired.base import load_since, target_changes
from reconciler.desired.git import REF_PREFIX, noted_creations
from reconciler.live.fetch import Fetched, fetch_live, list_kind, reread
from reconciler.live.service import FlowService
from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import LiveError
from reconciler.model.flows import Flows
from reconciler.model.references import referred_kinds
from reconciler.model.specs import LiveSpec, Spec, SpecKey
from reconciler.operations.approval import reviewed
from reconciler.operations.connection import open_service
from reconciler.operations.inputs import ImpactMode, RepoInputs
from reconciler.operations.policies import check_policies, require_valid_schemas
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.connection_names import named_kinds
from reconciler.planning.drift import build_drift_plan
from reconciler.planning.identify import (
    NewSpecMatcher,
    base_with_known,
    earlier_keys,
    known_ids,
    namesakes,
    require_planned,
    twins_of,
    with_known,
)
from reconciler.planning.plan import Origin, Plan
from reconciler.planning.schema_changes import SchemaChange, contract_changes
from reconciler.planning.three_way import is_settled

if TYPE_CHECKING:
    from reconciler.live.events import OnEvent


async def plan_target(
    inputs: RepoInputs,
    settings: ConnectionSettings,
    *,
    want_unmanaged: bool = True,
    on_event: OnEvent | None = None,
) -> Plan:
    """Fetch the live specs, over a connection that cannot write, and build the plan.

    With `want_unmanaged` the plan lists the target's specs that no file describes.
    Raises `LiveError` if the target cannot be read.
    """
    async with open_service(inputs.target, settings, read_only=True, on_event=on_event) as service:
        return await fetch_and_plan(inputs, service, want_unmanaged=want_unmanaged)


async def fetch_and_plan(
    inputs: RepoInputs, service: FlowService, *, want_unmanaged: bool = True
) -> Plan:
    """Fetch the live specs and build the plan. Reads only."""
    request, loaded = inputs.request, inputs.loaded
    base = inputs.base.specs if inputs.base else None
    is_applied = inputs.git.base_name.startswith(REF_PREFIX)
    matcher = NewSpecMatcher(loaded.specs, loaded.every, base or {}, is_applied)
    new = [spec.reference for spec in matcher.unresolved]
    created = noted_creations(request.specs, inputs.target.name, new)
    matcher = replace(matcher, created=created)
    ids = known_ids(loaded.every)
    specs = [with_known(spec, ids) for spec in loaded.specs]
    by_key = {spec.key: spec for spec in specs if spec.has_id}
    known_base = base_with_known(base or {}, ids)
    fetched = await fetch_live(
        service,
        by_key,
        want_unmanaged=want_unmanaged and not request.only,
        is_settled=lambda live: is_settled(by_key[live.key], live, known_base.get(live.key)),
        want_listed=named_kinds(specs) | {spec.kind for spec in matcher.unresolved},
    )
    found = await _find_unidentified(matcher, fetched, service)
    ids |= {reference: live.id for reference, live in found.items()}
    specs = [with_known(spec, ids) for spec in specs]
    require_planned(specs)
    known_base = base_with_known(base or {}, ids)
    live = {**fetched.live, **{spec.key: spec for spec in found.values()}}
    twins = await _find_twins(
        [spec for spec in specs if spec.key not in live],
        known_base,
        {*ids.values(), *(spec.id for spec in loaded.every)},
        fetched,
        service,
    )
    plan_inputs = _plan_inputs(
        inputs, specs, None if base is None else known_base, fetched, found, twins
    )
    require_valid_schemas(loaded, specs, live, inputs.target.name)
    build = build_drift_plan if request.committed else build_plan
    plan = build(specs, plan_inputs)
    if plan.summary.conflicts:
        plan = build(specs, replace(plan_inputs, since=_since(inputs, plan, ids)))
    plan = await assess_impact(plan, plan_inputs.live, service, request.impact)
    # Last: a policy can check the whole entry of a spec, its verdicts too.
    plan = check_policies(plan, inputs.policies)
    return plan if request.committed else reviewed(plan, request.specs)


def _since(
    inputs: RepoInputs, plan: Plan, ids: Mapping[str, str]
) -> Mapping[SpecKey, Sequence[Spec]]:
    """Return what the files of specs with conflicts held in the commits since the base."""
    base, head = inputs.git.base, inputs.git.commit
    if base is None or head is None:
        return {}
    found = load_since(inputs.request.specs, base, head, target=inputs.target.name)
    conflicts = {
        spec.key
        for spec in plan.specs
        if any(change.origin is Origin.CONFLICT for change in spec.changes)
    }
    return {
        key: [spec for spec in (with_known(each, ids) for each in found) if spec.key == key]
        for key in conflicts
    }


async def _find_unidentified(
    matcher: NewSpecMatcher, fetched: Fetched, service: FlowService
) -> dict[str, LiveSpec]:
    """Return the live specs of files without an id that exist on the target, by reference.

    Raises `LiveError` if the target does not list its specs, and
    `ReconcilerError` if several match.
    """
    if not matcher.unresolved:
        return {}
    for spec in matcher.unresolved:
        if spec.kind.name not in fetched.listed:
            if matcher.unresolved == matcher.removed:
                return {}
            raise LiveError(
                f"{spec.file}: it has no id, and the target does not list {spec.kind.collection}, "
                f"so it is unknown whether it exists already. Write its id into the file. "
                f"{' '.join(fetched.warnings)}"
            )
    listed = [live for lives in fetched.listed.values() for live in lives]
    found = matcher.found((await reread(service, matcher.candidates(listed))).values())
    return {
        spec.reference: found[spec.reference]
        for spec in matcher.unresolved
        if spec.reference in found
    }


async def _find_twins(
    specs: Sequence[Spec],
    base: Mapping[SpecKey, Spec],
    managed: Collection[str],
    fetched: Fetched,
    service: FlowService,
) -> Mapping[SpecKey, tuple[LiveSpec, ...] | None]:
    """Return what specs that are to be created may be mistaken for on the target.

    None if that is unknown: the target does not list the kind.
    """
    names = {(spec.kind.name, spec.name) for spec in specs}
    lists = {
        kind: fetched.listed.get(kind.name) or await list_kind(service, kind)
        for kind in dict.fromkeys(spec.kind for spec in specs)
    }
    unknown = dict.fromkeys(spec.key for spec in specs if lists[spec.kind] is None)
    listed = [live for lives in lists.values() for live in lives or ()]
    alike = [live.key for live in listed if (live.kind.name, live.name) in names]
    earlier = earlier_keys(specs, base, managed)
    keys = dict.fromkeys([key for key in alike if key.id not in managed])
    lives = await reread(service, [*(keys | dict.fromkeys(earlier.values()))])
    return {**unknown, **twins_of(specs, lives.values(), managed, earlier)}


def _plan_inputs(
    inputs: RepoInputs,
    specs: Sequence[Spec],
    base: Mapping[SpecKey, Spec] | None,
    fetched: Fetched,
    found: Mapping[str, LiveSpec],
    twins: Mapping[SpecKey, tuple[LiveSpec, ...] | None],
) -> PlanInputs:
    by_name = {live.key: live for live in found.values()}
    listed = [live for lives in fetched.listed.values() for live in lives]
    request = inputs.request
    return PlanInputs(
        target=inputs.target.identity,
        target_changes=target_changes(inputs.target, inputs.base, inputs.config.file),
        live={**fetched.live, **by_name},
        base=base,
        git=inputs.git,
        safety=inputs.config.safety_for(inputs.target.name),
        only=frozenset(Origin)
        if request.only_origin is None
        else with_conflicts(request.only_origin),
        unmanaged=[live for live in fetched.unmanaged if live.key not in by_name],
        partial=request.partial,
        unmanaged_since_base=[]
        if request.only or request.committed
        else _unmanaged_since_base(specs, base or {}),
        warnings=fetched.warnings,
        connections=connection_names(fetched),
        unconverged_by_spec=inputs.unconverged_by_spec,
        found=frozenset(by_name),
        twins=twins,
        namesakes={spec.key: namesakes(spec, listed) for spec in specs if not spec.has_id},
    )


def connection_names(fetched: Fetched) -> Mapping[str, str] | None:
    """Return the names of specs that others refer to by id, None if the target lists none."""
    listed = [fetched.listed.get(kind.name) for kind in referred_kinds()]
    if all(lives is None for lives in listed):
        return None
    return {spec.id: spec.name for lives in listed for spec in lives or ()}


def with_conflicts(origin: Origin) -> frozenset[Origin]:
    """Return the origins to keep: a conflict is a change in Git too, and its guard blocks it."""
    return frozenset({Origin.REPO, Origin.CONFLICT} if origin is Origin.REPO else {origin})


def _unmanaged_since_base(specs: Sequence[Spec], base: Mapping[SpecKey, Spec]) -> Sequence[Spec]:
    managed = {spec.key for spec in specs}
    return [spec for key, spec in sorted(base.items()) if key not in managed]


async def assess_impact(
    plan: Plan, live: Mapping[SpecKey, LiveSpec], service: FlowService, mode: ImpactMode
) -> Plan:
    """Return the plan with what it breaks. Reads only, and only dataflows that it could affect."""
    changes = [] if mode is ImpactMode.OFF else list(contract_changes(plan.specs, live))
    if not changes:
        return plan
    from reconciler.live.flows import read_connections, read_flows

    wants_flows = mode is ImpactMode.DATAFLOWS
    flow_specs = [change for change in changes if wants_flows and change.touches_dataflows]
    losing = {change.spec.id for change in flow_specs if change.removed_connections}
    read, plan = await asyncio.gather(
        read_flows(service, [change.spec.id for change in flow_specs], losing),
        _judged(plan, changes),
    )
    from reconciler.planning.assess import possibly_breaking, with_impact

    touching = possibly_breaking(plan, changes)
    others = [change.spec.id for change in touching if not change.spec.kind.has_dataflows]
    if wants_flows:
        read |= await read_connections(service, others)
    else:
        skipped = Flows(note="live dataflows were not read (--no-impact)", is_skipped=True)
        read = {change.spec.id: skipped for change in touching}
    return with_impact(plan, touching, read)


async def _judged(plan: Plan, changes: Sequence[SchemaChange]) -> Plan:
    """Return the plan with verdicts, computed while the service answers."""
    await _let_requests_proceed()
    from reconciler.planning.assess import with_specs, with_verdicts

    found = {}
    for change in changes:
        found[change.spec.key] = with_verdicts(change)
        await _let_requests_proceed()
    return with_specs(plan, found)


async def _let_requests_proceed() -> None:
    """Run what waits in the event loop; to read an answer and send a request takes a few turns."""
    for _ in range(5):
        await asyncio.sleep(0)
