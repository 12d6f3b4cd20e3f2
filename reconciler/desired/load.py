"""Load every spec of a folder, and report all problems of all files at once."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from msgspec import Struct

from reconciler.desired.cache import Cache
from reconciler.desired.folder import (
    ENDINGS,
    POLICIES,
    Folder,
    misnamed,
    read_folder,
    require_folder,
    selector_names,
)
from reconciler.desired.parsed_file import SpecSource
from reconciler.desired.per_target import Audience, for_targets
from reconciler.desired.references import keys_of, reference_problems
from reconciler.desired.spec_file import SpecFile, read_spec
from reconciler.model.errors import InputError, ReconcilerError, Severity
from reconciler.model.kinds import KINDS, kind_of_collection
from reconciler.model.problems import Problem
from reconciler.model.specs import Spec, SpecKey

CONFIG_FILE = "reconciler.yaml"


class Loaded(Struct, frozen=True):
    """The desired specs, sorted by kind and file."""

    specs: tuple[Spec, ...]
    """The specs that were asked for."""
    warnings: tuple[Problem, ...]
    """The problems that are not errors."""
    every: tuple[Spec, ...]
    """The specs of all files: a reference may name any."""


def load_specs(
    specs: Path,
    only: Sequence[str] = (),
    *,
    target: str | None = None,
    known: Collection[str] | None = None,
    cache: Cache | None = None,
    folder: Folder | None = None,
) -> Loaded:
    """Load every spec below a folder as it is for a target, or those a pattern matches.

    A pattern is for a name, an id or a file; without a target specs are as
    their files have them, less any patch. `known` are the targets that exist: a
    patch for another one is an error, unless they are unknown (None). `cache`
    holds files that were parsed and judged before, `folder` those that were read already.
    Raises `InputError` with every problem of every file, and if a pattern
    matches nothing.
    """
    require_folder(specs)
    cache = cache or Cache()
    folder = folder or read_folder(specs)
    sources, problems = parse_all(folder.contents, specs.as_posix(), cache)
    problems += [*linked_problems(sources, problems), *folder.unreadable]
    read = {source.file: read_spec(source, target, known, cache) for source in sources}
    problems += [problem for file in read.values() for problem in file.problems]
    problems += same_ids(read)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise InputError(problems)
    found = sorted((spec for file in read.values() for spec in file.specs.values()), key=_rank)
    every = tuple(found)
    return Loaded(_selected(every, only) if only else every, tuple(sorted(problems)), every)


def parse_all(
    contents: Mapping[str, bytes], folder: str, cache: Cache | None = None
) -> tuple[list[SpecSource], list[Problem]]:
    """Parse the specs among files given by their path below `folder`, for no target yet.

    Returns them, and the problems of those that are not where a spec belongs or
    are not named as one.
    """
    cache = cache or Cache()
    sources: list[SpecSource] = []
    problems: list[Problem] = []
    above = PurePosixPath(folder)
    for path, content in contents.items():
        file = str(above / path)
        top = path.split("/", 1)[0]
        kind = kind_of_collection(top) if top != path else None
        if path == CONFIG_FILE or top == POLICIES or top.startswith("."):
            continue
        if not path.endswith(ENDINGS):
            problems += misnamed(file)
        elif kind is None:
            problems.append(misplaced(file))
        else:
            sources.append(cache.source(content, file, kind))
    return sources, problems


def misplaced(file: str) -> Problem:
    """Return the problem of a file that is not in the folder of a kind."""
    message = "not in flowSpecs/ or connectionSpecs/, so its kind is unknown."
    fix = f"Move it into one of {', '.join(f'{kind.collection}/' for kind in KINDS)}."
    return Problem(file, 1, 1, message, fix, "folder")


def linked_problems(
    sources: Sequence[SpecSource], misplaced: Sequence[Problem]
) -> Iterator[Problem]:
    """Yield the problems of the references between the files of a folder."""
    keys = keys_of(sources, misplaced)
    for source in sources:
        yield from reference_problems(source, source.file, keys)


def same_ids(read: Mapping[str, SpecFile]) -> Iterable[Problem]:
    """Yield a problem for every file whose spec has, on some target, the id of another file's."""
    first: dict[tuple[Audience, SpecKey], str] = {}
    for file, entry in read.items():
        shared: dict[tuple[str, str], list[Audience]] = {}
        for target, spec in entry.specs.items():
            if not spec.has_id:
                continue
            other = first.setdefault((target, spec.key), file)
            if other != file:
                shared.setdefault((other, spec.id), []).append(target)
        for (other, found), targets in shared.items():
            named = () if len(targets) == len(entry.specs) else targets
            yield entry.places.problem(
                entry.places.source_pointer(("id",), targets[0]),
                f"{for_targets(named)}the id {found} is that of {other} too.",
                "One spec, one file.",
                "duplicate-id",
            )


def _rank(spec: Spec) -> tuple[int, str]:
    return KINDS.index(spec.kind), spec.file


def _selected(specs: Sequence[Spec], only: Sequence[str]) -> tuple[Spec, ...]:
    for pattern in only:
        if not any(_matches(spec, pattern) for spec in specs):
            raise ReconcilerError(
                f"--only {pattern} matches no spec's name, id or file. Shell patterns (*, ?, "
                "[a-z]) match as a whole."
            )
    return tuple(spec for spec in specs if any(_matches(spec, pattern) for pattern in only))


def _matches(spec: Spec, pattern: str) -> bool:
    """Return True for the exact name, id or file too: a name may hold `[beta]`."""
    names = selector_names(spec)
    pattern = pattern.replace(os.sep, "/")  # files are named so on Windows too
    return pattern in names or any(fnmatchcase(text, pattern) for text in names)
