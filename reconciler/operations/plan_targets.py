"""Planning one target or several side by side; one that fails does not hide the others."""

from __future__ import annotations

import asyncio
import glob
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import InputError, message_of
from reconciler.model.problems import Problem
from reconciler.model.shards import Shard
from reconciler.model.targets import Target
from reconciler.operations.inputs import Checkout, PlanRequest, RepoInputs, checkout
from reconciler.operations.output_files import discard_plan, write_output
from reconciler.operations.plan import plan_target
from reconciler.operations.target_lock import target_lock
from reconciler.planning.multi_plan import Failure, Plans, as_plans
from reconciler.planning.plan import Plan
from reconciler.planning.plan_file import plan_text, read_plans

if TYPE_CHECKING:
    from reconciler.live.events import OnEvent

PLACEHOLDER = "{target}"
"""The target's name in the name of a plan file."""
_TARGETS_AT_ONCE = 32
"""Each has a few connections open, and a process may open 1,024 files."""


class TargetSelection(Struct, frozen=True):
    """The targets that a user named."""

    names: tuple[str, ...] = ()
    """Their names; none selects the config's default."""
    all_targets: bool = False
    """Selects every target of the config instead."""
    shard: Shard | None = None
    """The part of every target that this process works on; None is all of them."""

    @property
    def several(self) -> bool:
        """True if a report on several targets was requested, however many there are."""
        return self.all_targets or len(self.names) > 1


class SelectedInputs(Struct, frozen=True):
    """What the repository says about each selected target."""

    targets: tuple[tuple[Target, RepoInputs | Exception], ...]
    """Each target with its inputs, or with the error that reading them raised."""
    several: bool
    """True if a report on several targets was requested."""

    @property
    def label(self) -> str:
        """The target's name, or how many there are."""
        return f"{len(self.targets)} targets" if self.several else self.targets[0][0].name

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Warnings about the files, for any of the targets."""
        inputs = [found for _, found in self.targets if isinstance(found, RepoInputs)]
        return tuple(warning for found in inputs for warning in found.warnings)


def read_selected(request: PlanRequest, selection: TargetSelection) -> SelectedInputs:
    """Read the files for each selected target.

    For one target every error is raised; for several, only `InputError` for what is
    wrong with the files for all of them alike.
    """
    with checkout(request) as files:
        targets = files.config.chosen(selection.names, every=selection.all_targets)
        if selection.shard is not None:
            targets = tuple(selection.shard.of(targets))
        if not selection.several:
            only = targets[0]
            return SelectedInputs(((only, files.inputs(only.name)),), several=False)
        found = [_attempt(files, target) for target in targets]
    _raise_common_error(found)
    return SelectedInputs(tuple(zip(targets, found, strict=True)), several=True)


async def plan_targets(
    selected: SelectedInputs,
    settings: ConnectionSettings,
    *,
    want_unmanaged: bool = True,
    between_applies: bool = False,
    on_event: OnEvent | None = None,
) -> Plan | Plans:
    """Plan the one selected target, or several; a report on several is `Plans`.

    With `between_applies` an apply that runs on this machine is waited for: what
    it is about to write is not drift. For one target every error is raised. Of
    several, one that cannot be planned is a `Failure` among the others.
    """

    async def plan(inputs: RepoInputs) -> Plan:
        turn = target_lock(inputs.target, alone=False) if between_applies else nullcontext()
        async with turn:
            return await plan_target(
                inputs, settings, want_unmanaged=want_unmanaged, on_event=on_event
            )

    turns = asyncio.Semaphore(_TARGETS_AT_ONCE)

    async def attempt(target: Target, inputs: RepoInputs | Exception) -> Plan | Failure:
        try:
            if isinstance(inputs, Exception):
                raise inputs
            async with turns:
                return await plan(inputs)
        except Exception as error:  # the failure of one target, shown in the report
            return Failure(target.identity, message_of(error), error)

    if selected.several:
        return Plans(tuple(await asyncio.gather(*(attempt(*each) for each in selected.targets))))
    ((_, inputs),) = selected.targets
    assert isinstance(inputs, RepoInputs)  # noqa: S101 - see `read_selected`
    return await plan(inputs)


def read_plan_files(files: Iterable[Path]) -> Plan | Plans:
    """Read saved plans; one plan alone is a `Plan`.

    Raises `RefusedError` if a file was modified since it was written.
    """
    found = tuple(each for file in files for each in read_plans(file.read_bytes(), str(file)))
    alone = found[0] if len(found) == 1 else None
    return alone if isinstance(alone, Plan) else Plans(found)


def with_missing(found: Plan | Plans, targets: Sequence[Target]) -> Plans:
    """Return plans, and a failure for each of `targets` that has none."""
    given = {result.target.name for result in as_plans(found).results}
    reason = "no plan was given: its job failed or has not run."
    missing = [Failure(target.identity, reason) for target in targets if target.name not in given]
    return Plans((*as_plans(found).results, *missing))


def save_plan(plan: Plan, out: Path) -> Path:
    """Write a plan file and return its path; `PLACEHOLDER` in `out` is the target's name.

    Raises `ReconcilerError` if it cannot be written.
    """
    file = plan_file(out, plan.target.name)
    if file != out:
        file.parent.mkdir(parents=True, exist_ok=True)
    write_output(file, plan_text(plan))
    return file


def discard_plans(out: Path, selection: TargetSelection) -> None:
    """Delete older plan files of the selected targets: if planning fails, none can be applied."""
    names = [glob.escape(name) for name in selection.names]
    pattern = glob.escape(str(out)).replace(PLACEHOLDER, "\0")
    for name in names or ["*"]:
        for found in glob.glob(pattern.replace("\0", name)):  # noqa: PTH207 - absolute, too
            discard_plan(Path(found))


def plan_file(out: Path, target: str) -> Path:
    """Return the path of a target's plan file; `PLACEHOLDER` in `out` is the target's name."""
    return Path(str(out).replace(PLACEHOLDER, target))


def _attempt(files: Checkout, target: Target) -> RepoInputs | Exception:
    try:
        return files.inputs(target.name)
    except Exception as error:  # the failure of one target, shown in the report
        return error


def _raise_common_error(found: Sequence[RepoInputs | Exception]) -> None:
    errors = [each for each in found if isinstance(each, InputError)]
    if len(errors) == len(found) and len(set(map(str, errors))) == 1:
        raise errors[0]
