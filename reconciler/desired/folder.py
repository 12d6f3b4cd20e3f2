"""The files of a folder of specs on the disk, with symbolic links followed in the repository.

A branch can hold a link to the environment of the process or to a file with credentials, and
what is wrong with a file is kept in a log. So only a YAML file of the repository is read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from msgspec import Struct

from reconciler.desired.git_command import top_by_name, top_folder
from reconciler.model.errors import InputError, ReconcilerError, Severity
from reconciler.model.kinds import Kind, kind_of_collection
from reconciler.model.problems import Problem
from reconciler.model.specs import Spec

POLICIES = "policies"
"""A folder of `specs/` that holds no specs."""
ENDINGS = (".yaml", ".yml")
"""How the names of spec files end."""
_LIKE_SPECS = (*ENDINGS, ".json")
"""How the names of files end that look like spec files, in any case of letters."""


def kind_of_file(path: Path) -> Kind | None:
    """Return the kind whose folder a file is in, however deep, or None."""
    kinds = (kind_of_collection(part) for part in reversed(path.absolute().parent.parts))
    return next((kind for kind in kinds if kind is not None), None)


def specs_above(path: Path) -> Path:
    """Return the folder of the specs that a file in the folder of a kind belongs to."""
    above = path.absolute().parents
    return next(one.parent for one in above if kind_of_collection(one.name) is not None)


def beside(specs: Path) -> Path:
    """Return the folder of what is kept beside the specs: the one that holds their folder.

    It is their own if that is a repository: nothing is kept outside of it.
    """
    if top_folder(specs) == Path(os.path.realpath(specs)):
        return specs
    return Path(os.path.normpath(specs / os.pardir))  # of `.` it is not the parent of the path


def policies_above(path: Path) -> Path | None:
    """Return the folder of the specs that a file in a folder of policies belongs to, or None."""
    above = path.absolute().parents
    return next((one.parent for one in above if one.name == POLICIES), None)


def misnamed(file: str) -> list[Problem]:
    """Return the problem of a file that is named neither as a spec nor as a policy.

    A warning beside specs, an error beside policies: a rule must not be off unnoticed.
    """
    path = PurePosixPath(file)
    if path.suffix.lower() not in _LIKE_SPECS or path.suffix in ENDINGS:
        return []
    message = f"not read, because its name ends in {path.suffix}."
    fix = f"If it is a spec, rename it to {path.stem}.yaml; otherwise move it out of this folder."
    severity = Severity.ERROR if policies_above(Path(file)) else Severity.WARNING
    return [Problem(file, 1, 1, message, fix, "folder", severity)]


def selector_paths(file: str) -> tuple[str, ...]:
    """Return the paths by which a selector may name a spec file, however `--specs` was spelled.

    For `/home/me/repo/specs/flowSpecs/a.yaml` these are `flowSpecs/a.yaml`, relative to
    the specs, `specs/flowSpecs/a.yaml` and so on up to the whole path.
    """
    parts = Path(os.path.abspath(file)).as_posix().split("/")  # noqa: PTH100 - keeps links
    kinds = [at for at, part in enumerate(parts[:-1]) if kind_of_collection(part) is not None]
    if not kinds:
        return (file,)
    return tuple("/".join(parts[start:]) for start in range(kinds[-1], -1, -1))


def selector_names(spec: Spec) -> tuple[str, ...]:
    """Return everything by which a selector may name a spec: its name, its id and its paths."""
    return spec.name, spec.id, *selector_paths(spec.file), spec.file


def require_folder(specs: Path) -> None:
    """Raise `ReconcilerError` if the folder does not exist."""
    if not specs.is_dir():
        raise ReconcilerError(
            f"{specs} not found. Run from the repository root, or pass --specs DIR."
        )


class Folder(Struct, frozen=True):
    """Every file below a folder that is a spec file or looks like one."""

    contents: Mapping[str, bytes]
    """The bytes of the files, by their path below the folder, in order."""
    unreadable: Sequence[Problem] = ()
    """A problem for each link out of the repository or to no file, pipe and the like."""


def read_folder(specs: Path) -> Folder:
    """Read every file below a folder that is a spec file or looks like one.

    What begins with a dot at the top is left out: `.github` is there if the folder is the
    repository's. Raises `ReconcilerError` if the folder itself is a link out of the repository.
    """
    root = _root(specs)
    contents: dict[str, bytes] = {}
    problems: list[Problem] = []
    paths = _walk(specs, PurePosixPath(), root, set())
    for path in sorted(paths, key=lambda path: path.split("/")):
        file = specs / path
        if _is_file_of(root, file):
            contents[path] = file.read_bytes()
        else:
            problems.append(unreadable(file))
    return Folder(contents, problems)


def read_file(file: Path) -> bytes:
    """Return the bytes of one file, as `read_folder` does. Raises `InputError` for a link out."""
    if not _is_file_of(_root(file.parent), file):
        raise InputError([unreadable(file)])
    return file.read_bytes()


def unreadable(file: Path) -> Problem:
    """Return the problem of something that is named like a spec file and is not read."""
    message = "not a file, or a link that does not lead to a YAML file of this repository."
    return Problem(file.as_posix(), 1, 1, message, "Fix the link, or delete it.", "folder")


def _root(folder: Path) -> Path:
    """Return the folder that no link may lead out of: the repository, or without one `folder`."""
    real = Path(os.path.realpath(folder))
    top = top_by_name(Path(os.path.abspath(folder)))  # noqa: PTH100 - keeps links
    if top is None:
        return top_folder(real) or real
    if not real.is_relative_to(top.resolve()):
        raise ReconcilerError(
            f"{folder} is a link that leads out of the repository. To use specs from elsewhere, "
            "pass their own folder with --specs."
        )
    return top.resolve()


def _is_file_of(root: Path, file: Path) -> bool:
    mode = file.lstat().st_mode
    if not stat.S_ISLNK(mode):
        return stat.S_ISREG(mode)
    real = Path(os.path.realpath(file))
    return real.suffix in ENDINGS and real.is_relative_to(root) and real.is_file()


def _walk(folder: Path, shown: PurePosixPath, root: Path, seen: set[Path]) -> Iterator[str]:
    real = Path(os.path.realpath(folder))
    if real in seen:
        return  # the links of a loop, or a second link to one folder
    seen.add(real)
    for place, folders, names in os.walk(folder):
        inside = shown / Path(place).relative_to(folder).as_posix()
        above = f"{inside}/"
        if inside == PurePosixPath():
            above = ""
            folders[:], names[:] = _visible(folders), _visible(names)
        yield from (above + name for name in names if _is_read(place, name))
        folders.sort()
        for link in (Path(place, name) for name in folders if Path(place, name).is_symlink()):
            if link.resolve().is_relative_to(root):
                yield from _walk(link, inside / link.name, root, seen)
            elif _belongs_to_specs(link / "any"):
                yield (inside / link.name).as_posix()


def _visible(names: list[str]) -> list[str]:
    return [name for name in names if not name.startswith(".")]


def _is_read(folder: str, name: str) -> bool:
    """Return True for a YAML file, and for one in a folder of specs that is named like one."""
    ending = os.path.splitext(name)[1]  # noqa: PTH122 - a path for each takes five times as long
    if ending in ENDINGS:
        return True
    if ending.lower() not in _LIKE_SPECS:
        return False
    return _belongs_to_specs(Path(folder, name))


def _belongs_to_specs(path: Path) -> bool:
    return kind_of_file(path) is not None or policies_above(path) is not None
