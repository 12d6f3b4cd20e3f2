"""The base: the same specs as they stood at another commit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from reconciler.desired.cache import Cache
from reconciler.desired.git_tree import read_files
from reconciler.desired.load import parse_all
from reconciler.desired.spec_file import read_spec
from reconciler.model.errors import Problem, Severity
from reconciler.model.specs import Spec, SpecKey


@dataclass(frozen=True)
class Base:
    """The specs at a commit. A file that did not load then has no base, and a warning here."""

    commit: str
    specs: Mapping[SpecKey, Spec]
    warnings: tuple[Problem, ...] = ()


def load_base(
    specs: Path,
    commit: str,
    *,
    target: str | None = None,
    known: Collection[str] | None = None,
    cache: Cache | None = None,
) -> Base:
    """Load the specs as they stood at a commit, for a target, through Git's plumbing.

    A spec is the same one by its kind and id: a renamed file is no change. Of
    what was wrong with the files then only that it keeps a spec from being a
    base is told. Raises `GitError` where the commit's files cannot be had.
    """
    cache = cache or Cache()
    sources, problems = parse_all(read_files(specs, commit), str(PurePosixPath(specs)), cache)
    read = [read_spec(source, target, known, cache) for source in sources]
    problems += [problem for file in read for problem in file.problems]
    held = {spec.key: spec for file in read for spec in file.specs.values()}
    warnings = tuple(
        replace(problem, message=f"at {commit[:12]}: {problem.message}", severity=Severity.WARNING)
        for problem in problems
        if problem.severity is Severity.ERROR
    )
    return Base(commit, held, warnings)
