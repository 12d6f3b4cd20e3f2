"""The base: the same specs at another commit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from reconciler.desired.cache import Cache
from reconciler.desired.config import load_config
from reconciler.desired.folder import ENDINGS
from reconciler.desired.git import commits_between
from reconciler.desired.git_tree import list_blobs, read_files, read_objects
from reconciler.desired.load import parse_all
from reconciler.desired.spec_file import read_spec
from reconciler.model.errors import ReconcilerError, Severity
from reconciler.model.problems import Problem
from reconciler.model.specs import Spec, SpecKey
from reconciler.model.targets import Target


class Base(Struct, frozen=True):
    """The specs at a commit. A file that did not load then has no base, and a warning."""

    commit: str
    specs: Mapping[SpecKey, Spec]
    warnings: tuple[Problem, ...] = ()
    target: Target | None = None
    """The target as `reconciler.yaml` had it then, None if it did not have it."""


def load_base(
    specs: Path,
    commit: str,
    *,
    target: str | None = None,
    known: Collection[str] | None = None,
    cache: Cache | None = None,
    contents: Mapping[str, bytes] | None = None,
) -> Base:
    """Load the specs as they were at a commit, for a target.

    A spec is identified by its kind and id, so a renamed file is not a change.
    Only problems that keep a spec from being a base are reported. `contents` are
    the commit's files, if they were read already. Raises `GitError` if they cannot
    be read.
    """
    cache = cache or Cache()
    contents = read_files(specs, commit) if contents is None else contents
    sources, problems = parse_all(contents, specs.as_posix(), cache)
    read = [read_spec(source, target, known, cache) for source in sources]
    problems += [problem for file in read for problem in file.problems]
    held = {spec.key: spec for file in read for spec in file.specs.values()}
    warnings = tuple(
        replace(problem, message=f"at {commit[:12]}: {problem.message}", severity=Severity.WARNING)
        for problem in problems
        if problem.severity is Severity.ERROR
    )
    return Base(commit, held, warnings, _target(specs, contents, target))


def load_since(specs: Path, base: str, head: str, *, target: str) -> list[Spec]:
    """Load every version that the specs had in the commits after `base` up to `head`, for a target.

    A version that does not load is left out. Raises `GitError` if the history
    cannot be read.
    """
    versions: dict[str, str] = {}
    for commit in commits_between(specs, base, head, touching=True):
        blobs = list_blobs(specs, commit)
        versions |= {blob: path for path, blob in blobs.items() if path.endswith(ENDINGS)}
    known = set(list_blobs(specs, base).values())
    new = {blob: path for blob, path in versions.items() if blob not in known}
    contents = read_objects(specs, new)
    return [
        spec
        for blob, path in new.items()
        for source in parse_all({path: contents[blob]}, specs.as_posix())[0]
        for spec in read_spec(source, target).specs.values()
    ]


def target_changes(target: Target, base: Base | None, file: str) -> tuple[str, ...]:
    """Return how a target's place and credentials changed since the base, one sentence each."""
    if base is None or base.target is None:
        return ()
    return tuple(
        f"{file} changes {fact} of {target.name} since the base from {before} to {now}."
        for fact, before, now in base.target.identity.differences(target.identity)
    )


def _target(specs: Path, contents: Mapping[str, bytes], name: str | None) -> Target | None:
    """Return a target as the config among the contents has it, None if it has none."""
    try:
        return load_config(specs, contents=contents).targets.get(name or "")
    except ReconcilerError:
        return None
