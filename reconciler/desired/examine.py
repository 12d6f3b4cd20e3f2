"""Everything that can be said of spec files without a target, as `validate` says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.desired.config import load_config
from reconciler.desired.load import (
    CONFIG_FILE,
    kind_of_file,
    misplaced,
    read_all,
    read_folder,
    require_folder,
    same_ids,
)
from reconciler.desired.specfile import read_spec
from reconciler.model.errors import InputError, Problem


@dataclass(frozen=True)
class Examined:
    """The files that were looked at, what is wrong with them, and the lines that are to blame."""

    files: tuple[str, ...]
    problems: tuple[Problem, ...]
    excerpts: Mapping[tuple[str, int], str]


def examine(specs: Path, paths: Sequence[Path] = ()) -> Examined:
    """Check the files and folders of `paths`, or the whole folder of the specs.

    Raises `ReconcilerError` where there is nothing to check.
    """
    contents: dict[str, bytes] = {}
    problems: list[Problem] = []
    for path in paths or (specs,):
        if path.is_dir() or not paths:
            require_folder(path)
            inside = read_folder(path)
            contents |= {(path / name).as_posix(): text for name, text in inside.items()}
            problems += _folder_problems(path, inside)
        else:
            contents[path.as_posix()] = path.read_bytes()
            problems += _file_problems(path, contents[path.as_posix()])
    problems = sorted(set(problems))
    return Examined(tuple(contents), tuple(problems), _excerpts(problems, contents))


def _folder_problems(folder: Path, inside: Mapping[str, bytes]) -> Sequence[Problem]:
    if kind_of_file(folder / CONFIG_FILE) is not None:
        return [
            problem
            for name, content in inside.items()
            for problem in _file_problems(folder / name, content)
        ]
    config = _config_problems(folder) if CONFIG_FILE in inside else ()
    read, problems = read_all(inside, folder.as_posix())
    return [*config, *problems, *same_ids(read)]


def _file_problems(path: Path, content: bytes) -> Sequence[Problem]:
    if path.name == CONFIG_FILE:
        return _config_problems(path.parent)
    kind = kind_of_file(path)
    if kind is None:
        return [misplaced(path.as_posix())]
    return read_spec(content, path.as_posix(), kind).problems


def _config_problems(folder: Path) -> Sequence[Problem]:
    try:
        load_config(folder)
    except InputError as error:
        return error.problems
    return ()


def _excerpts(
    problems: Sequence[Problem], contents: Mapping[str, bytes]
) -> dict[tuple[str, int], str]:
    excerpts = {}
    for problem in problems:
        lines = contents.get(problem.file, b"").decode("utf-8", "replace").splitlines()
        if 0 < problem.line <= len(lines):
            excerpts[problem.file, problem.line] = lines[problem.line - 1].removeprefix("\ufeff")
    return excerpts
