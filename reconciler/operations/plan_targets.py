"""Planning one target or several side by side; one that fails does not hide the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from reconciler.cli.console import note
from reconciler.cli.errors import in_words, show_traceback
from reconciler.cli.progress import watching
from reconciler.cli.target_options import TargetSelection
from reconciler.live.events import OnEvent
from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import ExitCode, InputError
from reconciler.model.targets import Target
from reconciler.model.text import escape_control
from reconciler.operations.connection import open_service
from reconciler.operations.inputs import (
    PlanRequest,
    RepoInputs,
    read_config,
    read_desired,
    tell_warnings,
)
from reconciler.operations.plan import fetch_and_plan, has_changes, plan_target
from reconciler.planning.multi_plan import Failure, Plans
from reconciler.planning.plan import Plan


def plan_targets(
    request: PlanRequest,
    choice: TargetSelection,
    settings: ConnectionSettings,
    *,
    read: Callable[[PlanRequest], RepoInputs] = read_desired,
    want_unmanaged: bool = True,
) -> Plan | Plans:
    """Plan the one target that was chosen, or several; a report on several is `Plans`.

    Of one target every error is raised. Of several, one that cannot be planned
    is a `Failure` among the others; what is wrong with the files for every
    target alike is raised as `InputError`.
    """
    targets = read_config(request).chosen(choice.names, every=choice.all_targets)
    if not choice.several:
        alone = replace(request, target=targets[0].name)
        return asyncio.run(plan_target(alone, settings, read=read, want_unmanaged=want_unmanaged))
    requests = [replace(request, target=target.name) for target in targets]
    desired = [_attempt(read, each) for each in requests]
    _raise_what_all_have_in_common(desired)
    tell_warnings([found for found in desired if isinstance(found, RepoInputs)])
    ready = [*zip(targets, requests, desired, strict=True)]
    return asyncio.run(_plans(ready, settings, want_unmanaged=want_unmanaged))


def exit_code(found: Plan | Plans, *, changes_count: bool) -> ExitCode:
    """Return how a command that only reads ends: a target without a plan is an error."""
    if isinstance(found, Plans) and found.failures:
        return ExitCode.ERROR
    is_changing = changes_count and any(map(has_changes, plans_of(found)))
    return ExitCode.CHANGES if is_changing else ExitCode.DONE


def tell_failures(found: Plan | Plans) -> None:
    """Say which targets have no plan and why, for whoever does not read the report."""
    for failure in found.failures if isinstance(found, Plans) else ():
        note(escape_control(f"error: {failure.target.name}: {failure.message}", keep="\n"))


def plans_of(found: Plan | Plans) -> tuple[Plan, ...]:
    """Return the plans that there are."""
    return found.plans if isinstance(found, Plans) else (found,)


def _attempt(
    read: Callable[[PlanRequest], RepoInputs], request: PlanRequest
) -> RepoInputs | Exception:
    try:
        return read(request)
    except Exception as error:  # it is the failure of one target, and stands in the report
        return error


def _raise_what_all_have_in_common(desired: Sequence[RepoInputs | Exception]) -> None:
    errors = [found for found in desired if isinstance(found, InputError)]
    if len(errors) == len(desired) and len(set(map(str, errors))) == 1:
        raise errors[0]


_Ready = tuple[Target, PlanRequest, RepoInputs | Exception]


async def _plans(
    ready: Sequence[_Ready], settings: ConnectionSettings, *, want_unmanaged: bool
) -> Plans:
    with watching(f"Reading {len(ready)} targets") as on_event:
        return Plans(
            tuple(
                await asyncio.gather(
                    *(_one(*each, settings, on_event, want_unmanaged) for each in ready)
                )
            )
        )


async def _one(
    target: Target,
    request: PlanRequest,
    desired: RepoInputs | Exception,
    settings: ConnectionSettings,
    on_event: OnEvent | None,
    want_unmanaged: bool,
) -> Plan | Failure:
    """Plan one target over a connection of its own, with its own credentials."""
    try:
        if isinstance(desired, Exception):
            raise desired
        async with open_service(target, settings, read_only=True, on_event=on_event) as service:
            return await fetch_and_plan(request, desired, service, want_unmanaged=want_unmanaged)
    except Exception as error:  # it is the failure of one target, and stands in the report
        show_traceback(error)
        return Failure(target.identity, in_words(error))
