"""Where apply reports are kept: a rollback needs one, and few think of it before an apply."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from reconciler.model.errors import ReconcilerError
from reconciler.operations.output_files import output_place

FOLDER = Path(".reconciler") / "reports"
"""Beside the folder of specs."""
KEPT = 50
"""How many reports are kept there: the newest."""
_NAMES = "????-??-??T??-??-??.???Z-*.jsonl"
"""The names of reports in the folder; other files are not deleted."""


def new_report(specs: Path, target: str) -> Path:
    """Return the file of a new report, and delete the oldest beyond `KEPT`.

    Raises `ReconcilerError` where the folder cannot be written.
    """
    folder = specs.parent / FOLDER
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
