"""Gathering what a plan rests on: the config, the specs, the base, the live documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.cli.connection import open_service
from reconciler.cli.console import note
from reconciler.cli.finding import find_unidentified
from reconciler.cli.policing import under_policies
from reconciler.cli.progress import watching
from reconciler.desired.base import Base, load_base
from reconciler.desired.cache import Cache, remembered
from reconciler.desired.config import Config, load_config
from reconciler.desired.git import GitState, applied_ref, git_state, read_applied, resolve
from reconciler.desired.load import Loaded, load_specs
from reconciler.desired.policies import load_policies
from reconciler.live.fetch import Fetched, fetch_live
from reconciler.live.service import FlowService
from reconciler.live.settings import ConnectionSettings
from reconciler.model.errors import GitError, InputError, Problem, Severity
from reconciler.model.kinds import CONNECTION_SPEC
from reconciler.model.policies import Policy
from reconciler.model.specs import LiveSpec, Spec, SpecKey
from reconciler.model.targets import Target
from reconciler.planning.build import Ground, build_plan, is_settled
from reconciler.planning.connections import named_kinds
from reconciler.planning.identify import (
    Search,
    base_with_known,
    known_ids,
    namesakes,
    require_planned,
    with_known,
)
from reconciler.planning.plan import Action, GitFacts, Origin, Plan
from reconciler.planning.residue import Residues, residues
from reconciler.planning.rollback import Earlier
from reconciler.reports.escape import printable

APPLIED = "applied"
"""`--base applied`: the commit that the target was last recorded at."""


@dataclass(frozen=True)
class Request:
    """What a user asked to have planned, as the options say it."""

    specs: Path
    target: str | None
    only: tuple[str, ...] = ()
    base: str | None = None
    only_origin: Origin | None = None
    last_report: Path | None = None
    no_cache: bool = False


@dataclass(frozen=True)
class Desired:
    """What the repo says: the target, the specs, the base that the target was last at, the rules.

    `policies` are empty where nothing is about to be applied.
    """

    config: Config
    target: Target
    loaded: Loaded
    base: Base | None
    git: GitFacts
    residues: Residues = field(default_factory=dict)
    policies: tuple[Policy, ...] = ()


def read_config(request: Request) -> Config:
    """Load the config alone. Raises `InputError` with every problem in it."""
    with remembered(between_runs=not request.no_cache) as cache:
        return load_config(request.specs, cache)


def read_desired(request: Request) -> Desired:
    """Load and validate everything that comes from files and from Git.

    Raises `InputError` with every problem of every file, and `GitError` where a
    base was asked for and cannot be had.
    """
    with remembered(between_runs=not request.no_cache) as cache:
        config = load_config(request.specs, cache)
        target = config.target(request.target)
        loaded, policies = _read_files(request, config, target, cache)
        state = git_state(request.specs)
        base, name = _base(request, target, state, cache)
    facts = GitFacts(state.commit, state.dirty, base.commit if base else None, name)
    residues_found = _residues(request, target)
    return Desired(config, target, loaded, base, facts, residues_found, policies)


def _read_files(
    request: Request, config: Config, target: Target, cache: Cache
) -> tuple[Loaded, tuple[Policy, ...]]:
    """Load the specs and the policies. Raises `InputError` with what is wrong with any of them."""
    policies: tuple[Policy, ...] = ()
    problems: tuple[Problem, ...] = ()
    try:
        policies = load_policies(request.specs, config.targets)
    except InputError as error:
        problems = error.problems
    try:
        loaded = load_specs(
            request.specs, request.only, target=target.name, known=config.targets, cache=cache
        )
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    return loaded, policies


def _residues(request: Request, target: Target) -> Residues:
    if request.last_report is None:
        return {}
    return residues(read_report(request.last_report), str(request.last_report), target.identity)


def read_report(report: Path) -> list[str]:
    """Return the lines of an apply report."""
    return report.read_text(encoding="utf-8", errors="replace").splitlines()


def _base(
    request: Request, target: Target, state: GitState, cache: Cache
) -> tuple[Base | None, str]:
    ref = applied_ref(target.name)
    if request.base and request.base != APPLIED:
        commit = resolve(request.specs, request.base)
        found = load_base(request.specs, commit, target=target.name, cache=cache)
        return found, f"--base {request.base}"
    commit_applied = read_applied(request.specs, target.name) if state.commit else None
    if commit_applied:
        return load_base(request.specs, commit_applied, target=target.name, cache=cache), ref
    if request.base == APPLIED:
        raise GitError(
            f"nothing was recorded for the target {target.name}: {ref} is not there. "
            f"Fetch it (git fetch origin {ref}:{ref}), record a first run "
            "(apply --record), or name a revision with --base."
        )
    if request.only_origin:
        raise GitError(
            "--only-origin needs a base to tell the repo's changes from drift: give --base REV, "
            "or record one with apply --record."
        )
    return None, ""


def tell_warnings(desired: Iterable[Desired]) -> None:
    """Say what is odd about the files, once even where it is so for several targets."""
    warnings = [
        warning
        for found in desired
        for warning in (*found.loaded.warnings, *(found.base.warnings if found.base else ()))
    ]
    for warning in dict.fromkeys(warnings):
        note(printable(str(warning)))


async def make_plan(
    request: Request, desired: Desired, service: FlowService, *, want_unmanaged: bool = True
) -> Plan:
    """Fetch what the target holds and build the plan. Reads only."""
    loaded, base = desired.loaded, desired.base.specs if desired.base else None
    search = Search(loaded.specs, loaded.every, base or {})
    ids = known_ids(loaded.every)
    specs = [with_known(spec, ids) for spec in loaded.specs]
    by_key = {spec.key: spec for spec in specs if spec.has_id}
    known_base = base_with_known(base or {}, ids)
    fetched = await fetch_live(
        service,
        by_key,
        want_unmanaged=want_unmanaged and not request.only,
        is_settled=lambda live: is_settled(by_key[live.key], live, known_base.get(live.key)),
        want_listed=named_kinds(specs) | {spec.kind for spec in search.sought},
    )
    found = await find_unidentified(search, fetched, service)
    ids |= {reference: live.id for reference, live in found.items()}
    specs = [with_known(spec, ids) for spec in specs]
    require_planned(specs)
    known_base = base_with_known(base or {}, ids)
    at_base = None if base is None else known_base
    plan = build_plan(specs, _ground(request, desired, specs, at_base, fetched, found))
    return under_policies(plan, desired.policies)


def _ground(
    request: Request,
    desired: Desired,
    specs: Sequence[Spec],
    base: Mapping[SpecKey, Spec] | None,
    fetched: Fetched,
    found: Mapping[str, LiveSpec],
) -> Ground:
    by_name = {live.key: live for live in found.values()}
    listed = fetched.listed.get(CONNECTION_SPEC.name, ())
    return Ground(
        target=desired.target.identity,
        live={**fetched.live, **by_name},
        base=base,
        git=desired.git,
        safety=desired.config.safety_for(desired.target.name),
        only=frozenset(Origin) if request.only_origin is None else _kept(request.only_origin),
        unmanaged=[live for live in fetched.unmanaged if live.key not in by_name],
        no_longer_managed=[] if request.only else _no_longer_managed(specs, base or {}),
        warnings=fetched.warnings,
        connections=_connections(fetched),
        residues=desired.residues,
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


def read_committed(request: Request) -> Desired:
    """Load the specs as they are committed at HEAD: what drift is measured against.

    Raises `InputError` where a committed file does not load, and `GitError`
    outside a repository.
    """
    with remembered(between_runs=not request.no_cache) as cache:
        config = load_config(request.specs, cache)
        target = config.target(request.target)
        state = git_state(request.specs)
        if state.commit is None:
            raise GitError(
                f"{request.specs} is in no Git repository with a commit, so nothing is committed "
                "to compare with. Commit the specs, or use reconciler plan."
            )
        base = load_base(
            request.specs, state.commit, target=target.name, known=config.targets, cache=cache
        )
    if base.warnings:
        raise InputError([replace(problem, severity=Severity.ERROR) for problem in base.warnings])
    every = tuple(base.specs.values())
    loaded = Loaded(every, (), every)
    return Desired(
        config, target, loaded, base, GitFacts(state.commit, False, state.commit, "HEAD")
    )


async def plan_for(
    request: Request,
    settings: ConnectionSettings,
    *,
    read: Callable[[Request], Desired] = read_desired,
    want_unmanaged: bool = True,
) -> Plan:
    """Load, fetch over a connection that cannot write, and plan."""
    desired = read(request)
    tell_warnings([desired])
    with watching(f"Reading {desired.target.name}") as on_event:
        async with open_service(
            desired.target, settings, read_only=True, on_event=on_event
        ) as service:
            return await make_plan(request, desired, service, want_unmanaged=want_unmanaged)


async def plan_of_rollback(
    earlier: Earlier, config: Config, target: Target, settings: ConnectionSettings
) -> Plan:
    """Fetch what the target holds and plan to put earlier documents back."""
    with watching(f"Reading {target.name}") as on_event:
        async with open_service(target, settings, read_only=True, on_event=on_event) as service:
            fetched = await fetch_live(
                service,
                [spec.key for spec in earlier.desired],
                want_unmanaged=False,
                want_listed=named_kinds(earlier.desired),
            )
    stays = [f"{name} was created by that run and stays live." for name in earlier.created]
    ground = Ground(
        target=earlier.target,
        live=fetched.live,
        base=earlier.base,
        git=GitFacts(base_name="the apply report"),
        safety=config.safety_for(target.name),
        only=_kept(Origin.REPO),
        warnings=(*fetched.warnings, *stays),
        connections=_connections(fetched),
    )
    return build_plan(earlier.desired, ground)


def has_changes(plan: Plan) -> bool:
    """Say whether an apply would write anything."""
    return any(spec.action is not Action.NONE for spec in plan.specs)
