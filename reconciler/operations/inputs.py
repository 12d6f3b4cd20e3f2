"""Inputs of a plan, read from files and from Git: the config, the specs, the base."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from reconciler.desired.base import Base, load_base
from reconciler.desired.cache import Cache, remembered
from reconciler.desired.committed import GitState, git_state
from reconciler.desired.config import Config, load_config
from reconciler.desired.folder import Folder, read_folder
from reconciler.desired.git import applied_ref, head_commit, read_applied, resolve
from reconciler.desired.git_tree import read_files
from reconciler.desired.load import Loaded, load_specs
from reconciler.desired.policies import load_policies
from reconciler.model.errors import GitError, InputError, Severity
from reconciler.model.policies import Policy
from reconciler.model.problems import Problem
from reconciler.model.targets import Target
from reconciler.planning.git_facts import HEAD, GitFacts
from reconciler.planning.plan import Origin
from reconciler.planning.unconverged import Residues, unconverged_by_spec

APPLIED = "applied"
"""`--base applied`: the commit that the target was last recorded at."""


class ImpactMode(StrEnum):
    """How a plan assesses its impact."""

    OFF = "nothing"
    """Not at all."""
    SCHEMAS = "schemas"
    """Compares schemas, reads no dataflow."""
    DATAFLOWS = "flows"
    """Compares schemas, and reads the dataflows that a change could break."""


class PlanRequest(Struct, frozen=True):
    """What to plan."""

    specs: Path
    """The folder of the spec files and reconciler.yaml."""
    target: str | None
    """The target's name; None is the config's default."""
    only: tuple[str, ...] = ()
    """Patterns of names, ids or files; without any, all specs are planned."""
    base: str | None = None
    """A revision, or `applied`; None is the recorded one, if there is one."""
    only_origin: Origin | None = None
    """REPO or DRIFT plans only these changes; None plans all."""
    last_report: Path | None = None
    """The report of the target's last apply, for what the service did not keep."""
    no_cache: bool = False
    """Parse and check every file again."""
    impact: ImpactMode = ImpactMode.DATAFLOWS
    """How to assess the impact of the plan."""
    committed: bool = False
    """Plan what changed on the target, and read the files from HEAD (`drift`)."""

    @property
    def partial(self) -> bool:
        """True if only a part of the commit is planned."""
        return bool(self.only) or self.only_origin is not None or self.committed


class RepoInputs(Struct, frozen=True):
    """The state of the repository for one target."""

    request: PlanRequest
    """What these inputs were read for."""
    config: Config
    """All of reconciler.yaml."""
    target: Target
    """The target to plan."""
    loaded: Loaded
    """The specs of the files, for this target."""
    base: Base | None
    """The specs when the target was last reconciled; None without a base."""
    git: GitFacts
    """The commit, and what is not committed."""
    unconverged_by_spec: Residues = field(default_factory=dict)
    """What the last apply wrote and the service did not keep."""
    policies: tuple[Policy, ...] = ()
    """The policies; empty when only drift is shown."""

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Warnings about the files, now or at the base."""
        return (*self.loaded.warnings, *(self.base.warnings if self.base else ()))


class Checkout(Struct, frozen=True, dict=True):
    """The files of the specs as a request reads them, whichever target is planned.

    Made by `checkout`. Whatever several targets need is read once for all of them.
    """

    request: PlanRequest
    cache: Cache
    folder: Folder
    """The files that are read, and what cannot be."""
    config: Config
    commit: str = ""
    """The commit that the files are from; empty for those of the work tree."""

    @cached_property
    def git(self) -> GitState:
        """The commit at HEAD, and what plan reads that it does not hold. Raises `GitError`."""
        specs = self.request.specs
        if not self.commit:
            return git_state(specs, self.folder.contents)
        if not specs.is_dir():
            return GitState(self.commit)
        now = read_folder(specs)
        found = git_state(specs, now.contents).uncommitted
        unseen = {path: why for path, why in found.items() if path not in self.folder.contents}
        unread = {each.file: each.message for each in now.unreadable}
        return GitState(self.commit, {**unseen, **unread})

    def inputs(self, target: str | None) -> RepoInputs:
        """Load and validate everything for one target; None is the config's default.

        Raises `InputError` with every problem of every file, and `GitError` if a
        base was asked for and is not available, or one was recorded and cannot be read.
        """
        found = self.config.target(target)
        request = replace(self.request, target=found.name)
        return (
            _committed(self, request, found) if request.committed else _read(self, request, found)
        )


@contextmanager
def checkout(request: PlanRequest) -> Iterator[Checkout]:
    """Read the files and the config. Raises `InputError` with every problem in the config."""
    specs = request.specs
    with remembered(between_runs=not request.no_cache) as cache:
        commit = _required_head(specs) if request.committed else ""
        folder = Folder(read_files(specs, commit)) if commit else read_folder(specs)
        config = load_config(specs, cache, folder.contents)
        yield Checkout(request, cache, folder, config, commit)


def read_inputs(request: PlanRequest) -> RepoInputs:
    """Load and validate everything that comes from files and from Git, for one target.

    Raises as `checkout` and `Checkout.inputs` do.
    """
    with checkout(request) as files:
        return files.inputs(request.target)


def _read(files: Checkout, request: PlanRequest, target: Target) -> RepoInputs:
    loaded, policies = _read_files(files, request, target)
    state = files.git
    base, name = _base(request, target, files.cache)
    uncommitted = tuple(f"{path}: {why}" for path, why in state.uncommitted.items())
    facts = GitFacts(
        state.commit,
        state.dirty,
        base.commit if base else None,
        name,
        uncommitted,
        _recorded_beside(request, target),
    )
    residues = _residues(request, target)
    return RepoInputs(request, files.config, target, loaded, base, facts, residues, policies)


def _read_files(
    files: Checkout, request: PlanRequest, target: Target
) -> tuple[Loaded, tuple[Policy, ...]]:
    """Load the specs and the policies. Raises `InputError` with the problems of both."""
    policies: tuple[Policy, ...] = ()
    problems: tuple[Problem, ...] = ()
    try:
        policies = load_policies(request.specs, files.config.targets, files.folder.contents)
    except InputError as error:
        problems = error.problems
    try:
        loaded = load_specs(
            request.specs,
            request.only,
            target=target.name,
            known=files.config.targets,
            cache=files.cache,
            folder=files.folder,
        )
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    return loaded, policies


def _residues(request: PlanRequest, target: Target) -> Residues:
    if request.last_report is None:
        return {}
    return unconverged_by_spec(
        read_report(request.last_report), str(request.last_report), target.identity
    )


def read_report(report: Path) -> list[str]:
    """Return the lines of an apply report."""
    return report.read_text(encoding="utf-8", errors="replace").splitlines()


def _recorded_beside(request: PlanRequest, target: Target) -> str | None:
    """Return the recorded commit if another base is named, empty if none is recorded, else None."""
    if request.base in (None, APPLIED):
        return None
    try:
        return read_applied(request.specs, target.name) or ""
    except GitError:  # it is named so that the recorded one need not be read
        return None


def _base(request: PlanRequest, target: Target, cache: Cache) -> tuple[Base | None, str]:
    ref = applied_ref(target.name)
    if request.base is not None and request.base != APPLIED:
        commit = resolve(request.specs, request.base)
        found = load_base(request.specs, commit, target=target.name, cache=cache)
        return found, f"--base {request.base}"
    commit_applied = read_applied(request.specs, target.name)
    if commit_applied:
        return load_base(request.specs, commit_applied, target=target.name, cache=cache), ref
    if request.base == APPLIED:
        raise GitError(
            f"nothing was recorded for the target {target.name}: {ref} does not exist. "
            f"Fetch it (git fetch origin {ref}:{ref}), apply a first time, or name a revision "
            "with --base."
        )
    if request.only_origin:
        raise GitError(
            "--only-origin needs a base to tell the repo's changes from drift: pass --base REV, "
            "or apply a first time, which records one."
        )
    return None, ""


def _committed(files: Checkout, request: PlanRequest, target: Target) -> RepoInputs:
    """Load the specs from HEAD, and the base that was recorded for the target.

    Without a recorded one HEAD is the base. Raises `InputError` if a committed file
    does not load, and `GitError` outside a repository.
    """
    specs, config, cache = request.specs, files.config, files.cache
    head = load_base(
        specs,
        files.commit,
        target=target.name,
        known=config.targets,
        cache=cache,
        contents=files.folder.contents,
    )
    if head.warnings:
        raise InputError([replace(each, severity=Severity.ERROR) for each in head.warnings])
    recorded = read_applied(specs, target.name)
    base = load_base(specs, recorded, target=target.name, cache=cache) if recorded else head
    name = applied_ref(target.name) if recorded else HEAD
    every = tuple(head.specs.values())
    unseen = tuple(f"{path}: {why}" for path, why in files.git.uncommitted.items())
    facts = GitFacts(files.commit, False, base.commit, name, unseen)
    return RepoInputs(request, config, target, Loaded(every, (), every), base, facts)


def _required_head(specs: Path) -> str:
    """Return the commit at HEAD. Raises `GitError` without one."""
    commit = head_commit(specs)
    if commit is None:
        raise GitError(
            f"{specs} is in no Git repository with a commit, so nothing is committed "
            "to compare with. Commit the specs, or use reconciler plan."
        )
    return commit
