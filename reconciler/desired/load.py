"""Every spec of a folder: found, read, validated, with all problems of all files in one go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from reconciler.desired.specfile import SpecFile, read_spec
from reconciler.model.errors import InputError, Problem, ReconcilerError, Severity
from reconciler.model.kinds import KINDS, Kind, kind_of_collection
from reconciler.model.specs import Spec, SpecKey

CONFIG_FILE = "reconciler.yaml"
POLICIES = "policies"
"""A folder of `specs/` that holds no specs."""
_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True)
class Loaded:
    """The desired specs, by kind and then file, and what a user should know about them."""

    specs: tuple[Spec, ...]
    warnings: tuple[Problem, ...]


def load_specs(specs: Path, only: Sequence[str] = ()) -> Loaded:
    """Load every spec below a folder, or those whose name, id or file matches a pattern.

    Raises `InputError` with every problem of every file, and where a pattern
    matches nothing.
    """
    require_folder(specs)
    loaded = assemble(read_folder(specs), str(PurePosixPath(specs)))
    return Loaded(_selected(loaded.specs, only), loaded.warnings) if only else loaded


def require_folder(specs: Path) -> None:
    """Raise `ReconcilerError` where there is no such folder."""
    if not specs.is_dir():
        raise ReconcilerError(
            f"there is no folder {specs}. Run where it is, or name another with --specs."
        )


def read_folder(specs: Path) -> dict[str, bytes]:
    """Return the bytes of every YAML file below a folder, by its path relative to it."""
    found = sorted(path for path in specs.rglob("*") if path.suffix in _ENDINGS and path.is_file())
    return {path.relative_to(specs).as_posix(): path.read_bytes() for path in found}


def assemble(contents: Mapping[str, bytes], folder: str) -> Loaded:
    """Read the specs among files given by their path below `folder`.

    Raises `InputError` with every problem of every file.
    """
    read, problems = read_all(contents, folder)
    problems += same_ids(read)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise InputError(problems)
    specs = [file.spec for file in read.values() if file.spec is not None]
    return Loaded(tuple(sorted(specs, key=_rank)), tuple(sorted(problems)))


def read_all(
    contents: Mapping[str, bytes], folder: str
) -> tuple[dict[str, SpecFile], list[Problem]]:
    """Read each file on its own; return them by path as a user types it, and all problems."""
    read: dict[str, SpecFile] = {}
    problems: list[Problem] = []
    for path, content in contents.items():
        file = str(PurePosixPath(folder) / path)
        top = PurePosixPath(path).parts[0]
        if path == CONFIG_FILE or top == POLICIES or not path.endswith(_ENDINGS):
            continue
        kind = kind_of_collection(top) if top != path else None
        if kind is None:
            problems.append(misplaced(file))
            continue
        read[file] = read_spec(content, file, kind)
        problems += read[file].problems
    return read, problems


def kind_of_file(path: Path) -> Kind | None:
    """Return the kind whose folder a file stands in, however deep, or None."""
    kinds = (kind_of_collection(part) for part in reversed(path.absolute().parent.parts))
    return next((kind for kind in kinds if kind is not None), None)


def misplaced(file: str) -> Problem:
    """Return the problem of a file that stands in no folder of a kind."""
    folders = ", ".join(f"{kind.collection}/" for kind in KINDS)
    return Problem(
        file,
        1,
        1,
        "the file is in no folder of a kind, so nobody can say what it describes.",
        f"Move it into one of {folders}.",
        "folder",
    )


def same_ids(read: Mapping[str, SpecFile]) -> Iterable[Problem]:
    """Yield a problem for every file whose spec is that of another one."""
    first: dict[SpecKey, str] = {}
    for file, entry in read.items():
        if entry.spec is None or entry.locator is None:
            continue
        other = first.setdefault(entry.spec.key, file)
        if other != file:
            line, column = entry.locator.place(("id",))
            yield Problem(
                file,
                line,
                column,
                f"the id {entry.spec.id} is that of {other} too.",
                "One spec, one file.",
                "duplicate-id",
            )


def _rank(spec: Spec) -> tuple[int, str]:
    return KINDS.index(spec.kind), spec.file


def _selected(specs: Sequence[Spec], only: Sequence[str]) -> tuple[Spec, ...]:
    for pattern in only:
        if not any(_matches(spec, pattern) for spec in specs):
            raise ReconcilerError(
                f"--only {pattern} matches no spec's name, id or file. Patterns are those of a "
                "shell (*, ?, [a-z]) and match the whole of it."
            )
    return tuple(spec for spec in specs if any(_matches(spec, pattern) for pattern in only))


def _matches(spec: Spec, pattern: str) -> bool:
    return any(fnmatchcase(text, pattern) for text in (spec.name, spec.id, spec.file))
