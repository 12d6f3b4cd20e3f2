"""Applying a plan: propose it, authorize it, execute it, record it.

proposal = await propose(inputs, settings)      # or propose_saved(plan_file, request)
record = authorize(proposal, options)           # raises before anything is written
outcomes = await execute(proposal, options, settings, stop=stop, on_outcome=print)
finished = finish(proposal, record, outcomes)   # ids into files, the applied ref
"""

from __future__ import annotations

import asyncio
import getpass
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from reconciler.applying.authorize import require_allowed
from reconciler.applying.report_writer import ApplyReportWriter
from reconciler.applying.run import ApplyHooks, apply_plan
from reconciler.desired.config import load_config
from reconciler.desired.git import note_creation
from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import ReconcilerError, RefusedError
from reconciler.model.json_text import JsonObject
from reconciler.model.targets import Target
from reconciler.operations.approval import require_approved, reviewed
from reconciler.operations.connection import open_service
from reconciler.operations.inputs import PlanRequest, RepoInputs
from reconciler.operations.output_files import new_report, output_place
from reconciler.operations.plan import plan_target
from reconciler.operations.record import Record, open_record
from reconciler.operations.target_lock import target_lock
from reconciler.operations.write_ids import IdWriter, WrittenId
from reconciler.planning.guards import Overrides, with_overrides
from reconciler.planning.plan import Plan, PlannedSpec
from reconciler.planning.plan_file import read_plan
from reconciler.planning.results import Outcome

if TYPE_CHECKING:
    from reconciler.live.events import OnEvent

SETTLE = 2.0
"""Seconds between the last write and the second look at what was written."""


class ApplyOptions(Struct, frozen=True):
    """The options of an apply."""

    allowed: Overrides = field(default_factory=Overrides)
    continue_past_stale: bool = False
    """Apply the other specs if one is stale."""
    retry_residual: bool = False
    """Write again what the last apply wrote and the service did not keep."""
    expected: str | Plan | None = None
    """The plan that was approved, or its change digest; None accepts any."""
    record: bool | None = None
    """Record the commit as applied if everything succeeds: True requires that it can be
    recorded, None records it if it can be, False records nothing."""
    report: Path | None = None
    """The file of the apply report, to which runs are added; None keeps one in `.reconciler`."""
    settle: float | None = None
    """Seconds until what was written is looked at once more; None is 2, for an embedded target 0.
    """


class Proposal(Struct, frozen=True):
    """A plan that can be applied."""

    plan: Plan
    target: Target
    specs: Path
    """The folder of specs, beside which reports are kept."""
    request: PlanRequest | None = None
    """What was asked for; None for a rollback, which cannot be recorded."""
    ids: IdWriter | None = None
    """Writes new ids into the spec files; None writes none."""


class Executed(Struct, frozen=True):
    """The result of executing a plan."""

    outcomes: tuple[Outcome, ...] = ()
    """One for each spec that was to be written, in the plan's order."""
    report: Path | None = None
    """The apply report; None if there was nothing to write."""


class Finished(Struct, frozen=True):
    """What a run wrote into files and recorded in Git."""

    ids: tuple[WrittenId, ...] = ()
    """The ids that files lacked, each with the result of writing it."""
    recorded: str | None = None
    """The sentence on what was recorded, or why nothing was; None with `--no-record`."""
    error: ReconcilerError | None = None
    """Why the commit could not be recorded."""


async def propose(
    inputs: RepoInputs, settings: ConnectionSettings, *, on_event: OnEvent | None = None
) -> Proposal:
    """Plan what the files say. Reads only. Raises `LiveError` if the target cannot be read."""
    plan = await plan_target(inputs, settings, on_event=on_event)
    request = inputs.request
    ids = IdWriter.of(inputs.config, request.specs, inputs.target.name)
    return Proposal(plan, inputs.target, request.specs, request, ids)


def propose_saved(plan_file: Path, request: PlanRequest) -> Proposal:
    """Return the plan of a file.

    Raises `RefusedError` if the file was modified or is for another target.
    """
    return propose_plan(read_plan(plan_file.read_bytes(), str(plan_file)), request, str(plan_file))


def propose_plan(plan: Plan, request: PlanRequest, name: str) -> Proposal:
    """Return a plan as a proposal; `name` is how errors refer to it.

    Raises `RefusedError` if it is for another target.
    """
    config = load_config(request.specs)
    target = config.target(request.target or plan.target.name)
    require_same_target(plan, target, name)
    blocked = plan.with_refusals(lambda refusal: replace(refusal, override=None))
    plan = replace(reviewed(blocked, request.specs), warnings=plan.warnings)
    return Proposal(
        plan, target, request.specs, request, IdWriter.of(config, request.specs, target.name)
    )


def require_same_target(plan: Plan, target: Target, name: str) -> None:
    """Raise `RefusedError` where a plan was made for another place than this target."""
    differences = [
        f"{fact} {made_for}, now {now}"
        for fact, made_for, now in plan.target.differences(target.identity)
    ]
    if differences:
        raise RefusedError(
            f"{name}: it is for the target {plan.target.name} ({plan.target.url}), which differs "
            f"from {target.name} in reconciler.yaml: {'; '.join(differences)}. Run plan again."
        )


def authorize(proposal: Proposal, options: ApplyOptions) -> Record | None:
    """Check everything that can be checked before the first write.

    Returns what will be recorded after the run. Raises `GitError` if it must be
    recorded and cannot be, `NotApprovedError` if another plan was approved, and
    `RefusedError` if a guard blocks the plan.
    """
    record = None
    if options.record is not False and proposal.request is not None:
        specs, required = proposal.request.specs, options.record is True
        record = open_record(specs, proposal.plan, required=required)
    if options.expected is not None:
        require_approved(proposal.plan, options.expected)
    if proposal.plan.to_write:
        require_allowed(proposal.plan, options.allowed)
    return record


async def execute(
    proposal: Proposal,
    options: ApplyOptions,
    settings: ConnectionSettings,
    *,
    stop: asyncio.Event | None = None,
    on_outcome: Callable[[Outcome], None] = lambda _: None,
    on_wait: Callable[[], None] = lambda: None,
    on_event: OnEvent | None = None,
) -> Executed:
    """Write and verify every spec of an authorized plan.

    Setting `stop` lets the writes under way finish and begins no other.
    `on_outcome` is called after each spec, once the report holds it, `on_wait` if
    another run on this machine is applying to the target, and `on_event` after
    each request. Raises `LiveError` if the target cannot be read before the first
    write, and `ReconcilerError` if the report cannot be written.
    """
    target, plan, stop = proposal.target, proposal.plan, stop or asyncio.Event()
    if not plan.to_write:
        return Executed()
    async with target_lock(target, stop=stop, on_wait=on_wait):
        path = options.report or new_report(proposal.specs, target.name)
        with _begun_report(path, with_overrides(plan, options.allowed)) as report:
            hooks = _hooks(proposal, options, settings, report, stop, on_outcome)
            service = open_service(target, settings, read_only=False, on_event=on_event)
            async with service:
                return Executed(await apply_plan(plan, service, hooks), path)


@contextmanager
def _begun_report(path: Path, plan: Plan) -> Iterator[ApplyReportWriter]:
    """Open a report and record that a run begins."""
    with ExitStack() as stack:
        try:
            report = stack.enter_context(ApplyReportWriter(output_place(path)))
            report.begin(plan, who())
        except OSError as error:
            raise ReconcilerError(
                f"{path}: the apply report cannot be written ({error.strerror}). Nothing was "
                "written. Name another file with --report."
            ) from error
        yield report


def _hooks(
    proposal: Proposal,
    options: ApplyOptions,
    settings: ConnectionSettings,
    report: ApplyReportWriter,
    stop: asyncio.Event,
    on_outcome: Callable[[Outcome], None],
) -> ApplyHooks:
    def on_write(spec: PlannedSpec, document: JsonObject | None) -> None:
        if proposal.ids is not None and not spec.has_id:
            note_creation(proposal.ids.specs, proposal.target.name, spec.reference)
        report.before(spec, document)

    def on_created(spec: PlannedSpec) -> None:
        report.created(spec)
        if proposal.ids is not None:
            proposal.ids.write_at_once(spec)

    def on_ended(outcome: Outcome) -> None:
        report.outcome(outcome)
        on_outcome(outcome)

    settle = SETTLE if proposal.target.emulator is None else 0.0
    return ApplyHooks(
        stop=stop,
        on_write=on_write,
        on_created=on_created,
        on_outcome=on_ended,
        parallelism=settings.parallelism,
        continue_past_stale=options.continue_past_stale,
        retry_residual=options.retry_residual,
        settle=settle if options.settle is None else options.settle,
    )


def finish(proposal: Proposal, record: Record | None, outcomes: Sequence[Outcome]) -> Finished:
    """Write new ids into the spec files and record the commit if everything succeeded.

    Raises nothing: the outcomes are still to be shown.
    """
    ids = proposal.ids.write(proposal.plan, outcomes) if proposal.ids else ()
    if record is None:
        return Finished(ids)
    try:
        succeeded = not proposal.plan.errors and all(outcome.is_good for outcome in outcomes)
        return Finished(ids, record.finish(succeeded=succeeded))
    except ReconcilerError as error:
        return Finished(ids, error=error)


def who() -> str:
    """Return who runs this: the CI's actor, or the user of the machine."""
    for variable in ("GITHUB_ACTOR", "GITLAB_USER_LOGIN"):
        if os.environ.get(variable):
            return os.environ[variable]
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # unknown account, or Windows without a name
        return ""
