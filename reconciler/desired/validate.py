"""Checks spec files without a target, as `validate` does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from reconciler.desired.config import load_config
from reconciler.desired.folder import (
    kind_of_file,
    misnamed,
    policies_above,
    read_file,
    read_folder,
    require_folder,
    specs_above,
)
from reconciler.desired.load import (
    CONFIG_FILE,
    linked_problems,
    misplaced,
    parse_all,
    same_ids,
)
from reconciler.desired.parsed_file import parse_spec
from reconciler.desired.policies import (
    PolicyFile,
    policy_contents,
    policy_problems,
    read_policies,
)
from reconciler.desired.references import Keys, is_linked, keys_of, reference_problems
from reconciler.desired.spec_file import SpecFile, read_every_spec
from reconciler.model.errors import InputError, ReconcilerError
from reconciler.model.policies import Policy
from reconciler.model.problems import Problem
from reconciler.yamledit.source_lines import lines_of

CheckFile: TypeAlias = Callable[[SpecFile, Sequence[Policy]], Iterable[Problem]]
"""Returns where a file violates policies."""


class _Around:
    """What a file is checked against besides its own content, read once for a folder of specs."""

    def __init__(self, check_file: CheckFile) -> None:
        self.targets = cache(_known_targets)
        self.keys = cache(_keys)
        self.policies = cache(self._policies)
        self._check_file = check_file

    def problems(self, file: SpecFile, specs: Path) -> list[Problem]:
        """Return the problems of a spec file, violated policies included."""
        policies = [entry.policy for entry in self.policies(specs) if entry.policy is not None]
        return [*file.problems, *self._check_file(file, policies)]

    def _policies(self, specs: Path) -> Sequence[PolicyFile]:
        return read_policies(policy_contents(_near_by(specs)), self.targets(specs))


class Examined(Struct, frozen=True):
    """The result of checking files."""

    files: tuple[str, ...]
    problems: tuple[Problem, ...]
    excerpts: Mapping[tuple[str, int], str]
    """The lines that the problems are on, by file and line number."""


def examine(
    specs: Path, paths: Sequence[Path] = (), check_file: CheckFile = lambda *_: ()
) -> Examined:
    """Check the files and folders of `paths`, or the whole specs folder.

    Raises `ReconcilerError` if there is nothing to check.
    """
    contents: dict[str, bytes] = {}
    problems: list[Problem] = []
    around = _Around(check_file)
    for path in paths or (specs,):
        if path.is_dir() or not paths:
            require_folder(path)
            inside = read_folder(path)
            contents |= {(path / name).as_posix(): text for name, text in inside.contents.items()}
            problems += [*inside.unreadable, *_folder_problems(path, inside.contents, around)]
        else:
            contents[path.as_posix()] = read_file(path)
            problems += _file_problems(path, contents[path.as_posix()], around)
    problems = sorted(set(problems))
    return Examined(tuple(contents), tuple(problems), _excerpts(problems, contents))


def _folder_problems(
    folder: Path, inside: Mapping[str, bytes], around: _Around
) -> Sequence[Problem]:
    within = folder / CONFIG_FILE
    if kind_of_file(within) is not None or policies_above(within) is not None:
        return [
            problem
            for name, content in inside.items()
            for problem in _file_problems(folder / name, content, around)
        ]
    config = _config_problems(folder) if CONFIG_FILE in inside else ()
    sources, problems = parse_all(inside, folder.as_posix())
    problems += [*linked_problems(sources, problems)]
    read = {source.file: read_every_spec(source, around.targets(folder)) for source in sources}
    problems += [problem for file in read.values() for problem in around.problems(file, folder)]
    policies = policy_problems(around.policies(folder), [*read.values()])
    return [*config, *problems, *same_ids(read), *policies]


def _file_problems(path: Path, content: bytes, around: _Around) -> Sequence[Problem]:
    if path.name == CONFIG_FILE:
        return _config_problems(path.parent)
    file = path.as_posix()
    if problems := misnamed(file):
        return problems
    kind = kind_of_file(path)
    if kind is None:
        above = policies_above(path)
        if above is None:
            return [misplaced(file)]
        return [*policy_problems(read_policies({file: content}, around.targets(above)), None)]
    specs = specs_above(path)
    source = parse_spec(content, file, kind)
    problems = around.problems(read_every_spec(source, around.targets(specs)), specs)
    if not is_linked(source):
        return problems
    return [*problems, *reference_problems(source, _near_by(path).as_posix(), around.keys(specs))]


def _keys(specs: Path) -> Keys | None:
    """Return the keys of a specs folder, which the references of one file may name."""
    return keys_of(*parse_all(read_folder(specs).contents, _near_by(specs).as_posix()))


def _near_by(path: Path) -> Path:
    """Return a path as a user would type it, if it is below the working directory."""
    whole, here = path.absolute(), Path.cwd()
    return whole.relative_to(here) if whole.is_relative_to(here) else whole


def _config_problems(folder: Path) -> Sequence[Problem]:
    try:
        load_config(folder)
    except InputError as error:
        return error.problems
    return ()


def _known_targets(specs: Path) -> Collection[str] | None:
    """Return the targets of a specs folder; None if its config cannot be read."""
    try:
        return load_config(specs).targets
    except ReconcilerError:
        return None


def _excerpts(
    problems: Sequence[Problem], contents: Mapping[str, bytes]
) -> dict[tuple[str, int], str]:
    lines = {
        file: lines_of(contents[file].decode("utf-8-sig", "replace"))
        for file in {problem.file for problem in problems}.intersection(contents)
    }
    return {
        (problem.file, problem.line): lines[problem.file][problem.line - 1]
        for problem in problems
        if 0 < problem.line <= len(lines.get(problem.file, ()))
    }
