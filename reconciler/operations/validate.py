"""Checking spec files against their kinds, each other and the policies; reads no target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.desired.validate import Examined, examine

if TYPE_CHECKING:
    from reconciler.desired.spec_file import SpecFile
    from reconciler.model.policies import Policy
    from reconciler.model.problems import Problem


def validate(specs: Path, paths: Sequence[Path] = ()) -> Examined:
    """Check the files of `paths` and of the folders among them, or of the folder of the specs.

    Raises `ReconcilerError` if there is no such folder.
    """
    return examine(specs, paths, _policy_problems)


def _policy_problems(file: SpecFile, policies: Sequence[Policy]) -> Iterable[Problem]:
    if not policies:
        return ()
    from reconciler.operations.policies import check_file_policies

    return check_file_policies(file, policies)
