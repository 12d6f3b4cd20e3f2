"""Planning a rollback: the documents that an apply replaced, as an ordinary plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.desired.base import load_base
from reconciler.desired.config import Config, load_config
from reconciler.desired.git import head_commit
from reconciler.desired.load import load_specs
from reconciler.desired.policies import load_policies
from reconciler.live.fetch import fetch_live
from reconciler.live.service import FlowService
from reconciler.live.settings import ConnectionSettings
from reconciler.model.targets import Target
from reconciler.operations.apply import Proposal, require_same_target
from reconciler.operations.connection import open_service
from reconciler.operations.inputs import ImpactMode, read_report
from reconciler.operations.plan import assess_impact, connection_names, with_conflicts
from reconciler.operations.policies import check_policies
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.connection_names import named_kinds
from reconciler.planning.git_facts import GitFacts
from reconciler.planning.plan import Origin, Plan
from reconciler.planning.rollback import Earlier, earlier_documents, with_protection, without_advice

if TYPE_CHECKING:
    from reconciler.live.events import OnEvent


async def propose_rollback(
    report: Path, specs: Path, settings: ConnectionSettings, *, on_event: OnEvent | None = None
) -> Proposal:
    """Plan to put back what the apply of a report replaced. Reads only.

    Raises `InputError` if a file is not valid, `RefusedError` if the config's
    target is another place now, and `LiveError` if it cannot be read.
    """
    earlier = earlier_documents(read_report(report), str(report))
    config = load_config(specs)
    target = config.target(earlier.target.name)
    files = load_specs(specs, target=target.name, known=config.targets)
    head = head_commit(specs)
    held = load_base(specs, head, target=target.name).specs if head else {}
    held = {**held, **{spec.key: spec for spec in files.specs}}  # a file may be deleted by mistake
    earlier = with_protection(earlier, held.values())
    async with open_service(target, settings, read_only=True, on_event=on_event) as service:
        plan = await _fetch_and_plan(earlier, config, target, service)
    plan = check_policies(plan, load_policies(specs, config.targets), refuses=False)
    require_same_target(plan, target, str(report))
    return Proposal(plan, target, specs)


async def _fetch_and_plan(
    earlier: Earlier, config: Config, target: Target, service: FlowService
) -> Plan:
    stays = [
        f"{name} was created by that run and is left on the target (the API cannot delete)."
        for name in earlier.created
    ]
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
        only=with_conflicts(Origin.REPO),
        warnings=(*fetched.warnings, *stays),
        connections=connection_names(fetched),
    )
    plan = without_advice(build_plan(earlier.desired, inputs))
    return await assess_impact(plan, inputs.live, service, ImpactMode.DATAFLOWS)
