"""Files other than specs: plans and reports named on the command line, and kept reports."""

from __future__ import annotations

import contextlib
import os
from datetime import UTC, datetime
from pathlib import Path

from reconciler.desired.folder import beside
from reconciler.desired.git_command import top_by_name
from reconciler.desired.write_file import written_beside
from reconciler.model.errors import ReconcilerError

_PLAN_MARK = b'"reconciler.plan/v1"'
_DEVICES = ("/dev/", "/proc/")
"""Where `/dev/stdout` and `>(command)` lead: links that no repository holds."""
FOLDER = Path(".reconciler") / "reports"
"""The folder of kept reports, beside the folder of specs."""
KEPT = 50
"""How many reports are kept there: the newest."""
_NAMES = "????-??-??T??-??-??.???Z-*.jsonl"
"""The names of reports in the folder; other files are not deleted."""


def output_place(path: Path) -> Path:
    """Return where a plan or report is written: in the folder that `path` names, never elsewhere.

    A repository can hold a link in the place of a folder. Raises `ReconcilerError`
    if one leads out of the repository.
    """
    named = Path(os.path.normpath(Path.cwd() / path))
    top = top_by_name(named.parent)
    folder = named.parent.resolve()
    if top is not None and not folder.is_relative_to(top.resolve()):
        raise ReconcilerError(
            f"{path} is not written: {path.parent} is a link that leads out of the repository, to "
            f"{folder}."
        )
    return folder / named.name


def write_output(path: Path, text: str) -> None:
    """Write a file all at once, readable by its owner only; a link in its place is replaced.

    Raises `ReconcilerError` if it cannot be written; an older file is left then.
    """
    place = output_place(path)
    try:
        if str(path).startswith(_DEVICES):
            path.write_text(text, encoding="utf-8")
            return
        with written_beside(path, place, text.encode()) as beside:
            beside.replace(place)
    except OSError as error:
        raise ReconcilerError(f"{path} could not be written: {error.strerror}.") from error


def discard_plan(path: Path) -> None:
    """Delete an older plan file, so that it cannot be applied if no new plan can be made.

    A file that is not a plan, or cannot be read or deleted, is kept.
    """
    place = output_place(path)
    if not place.is_file() or place.is_symlink():
        return
    with contextlib.suppress(OSError):
        with place.open("rb") as file:
            is_plan = _PLAN_MARK in file.read(4096)
        if is_plan:
            place.unlink()


def new_report(specs: Path, target: str) -> Path:
    """Return the file of a new report, and delete the oldest beyond `KEPT`.

    Raises `ReconcilerError` where the folder cannot be written.
    """
    folder = beside(specs) / FOLDER
    try:
        place = output_place(folder / "report").parent
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in sorted(place.glob(_NAMES))[: -KEPT + 1]:
            old.unlink()
    except OSError as error:
        raise ReconcilerError(
            f"the apply report cannot be kept in {folder} ({error.strerror}); nothing was written. "
            "Name another file with --report."
        ) from error
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S.%f")[:-3]
    return folder / f"{moment}Z-{target}.jsonl"
