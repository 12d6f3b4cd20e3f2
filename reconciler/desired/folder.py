"""The files of a folder of specs on the disk, with symbolic links followed in the repository.

A branch can hold a link to the environment of the process or to a file with credentials, and
what is wrong with a file is kept in a log. So what a link leads to is read only if it is a YAML
file that Git tracks: a job may have written others into the work tree.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath

from msgspec import Struct

from reconciler.desired.git_command import top_by_name, top_folder
from reconciler.desired.git_tree import tracked_files
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
    around = _Repository(specs)
    contents: dict[str, bytes] = {}
    problems: list[Problem] = []
    found = dict(_walk(specs, PurePosixPath(), around.top, set(), around.is_linked))
    for path in sorted(found, key=lambda path: path.split("/")):
        file = specs / path
        problem = around.problem(file, is_linked=found[path])
        if problem is None:
            contents[path] = file.read_bytes()
        else:
            problems.append(problem)
    return Folder(contents, problems)


def read_file(file: Path) -> bytes:
    """Return the bytes of one file, as `read_folder` does. Raises `InputError` for a link out."""
    around = _Repository(file.parent)
    problem = around.problem(file, is_linked=around.is_linked)
    if problem is not None:
        raise InputError([problem])
    return file.read_bytes()


def unreadable(file: Path) -> Problem:
    """Return the problem of something that is named like a spec file and is not read."""
    message = "not a file, or a link that does not lead to a YAML file of this repository."
    return Problem(file.as_posix(), 1, 1, message, "Fix the link, or delete it.", "folder")


class _Repository:
    """What no link may lead out of: the repository of a folder, or without one the folder."""

    def __init__(self, folder: Path) -> None:
        """Raise `ReconcilerError` if the folder itself is a link that leads out of it."""
        real = Path(os.path.realpath(folder))
        written = Path(os.path.abspath(folder))  # noqa: PTH100 - keeps links
        named = top_by_name(written)
        self.top = named.resolve() if named else top_folder(real) or real
        if not real.is_relative_to(self.top):
            raise ReconcilerError(
                f"{folder} is a link that leads out of the repository. To use specs from "
                "elsewhere, pass their own folder with --specs."
            )
        self.is_linked = named is not None and self.top / written.relative_to(named) != real

    def problem(self, file: Path, *, is_linked: bool) -> Problem | None:
        """Return why a file is not read, None if it is; `is_linked` if a folder above is a link."""
        mode = file.lstat().st_mode
        if not stat.S_ISLNK(mode) and not is_linked:
            return None if stat.S_ISREG(mode) else unreadable(file)
        real = Path(os.path.realpath(file))
        if real.suffix not in ENDINGS or not real.is_relative_to(self.top) or not real.is_file():
            return unreadable(file)
        if self._tracked is None or real.relative_to(self.top).as_posix() in self._tracked:
            return None
        message = "reached by a link, and Git does not track it."
        fix = "Run git add for it, or delete the link."
        return Problem(file.as_posix(), 1, 1, message, fix, "folder")

    @cached_property
    def _tracked(self) -> Collection[str] | None:
        """The files in Git's index; None without a repository."""
        return tracked_files(self.top) if top_folder(self.top) is not None else None


def _walk(
    folder: Path, shown: PurePosixPath, root: Path, seen: set[Path], is_linked: bool
) -> Iterator[tuple[str, bool]]:
    """Yield the path of each file, and True if it is reached by a link to a folder."""
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
        yield from ((above + name, is_linked) for name in names if _is_read(place, name))
        folders.sort()
        for link in (Path(place, name) for name in folders if Path(place, name).is_symlink()):
            if link.resolve().is_relative_to(root):
                yield from _walk(link, inside / link.name, root, seen, True)
            elif _belongs_to_specs(link / "any"):
                yield (inside / link.name).as_posix(), is_linked


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
