"""The apply report: JSON lines, one on disk before the next write begins.

It holds the document as it was before each write, so that a run which dies
half-way is reported correctly and `rollback` can restore the documents. Runs are appended:
what an earlier run replaced may be kept nowhere else. No secrets: only
documents, fingerprints and the service's request ids.
"""

from __future__ import annotations

import os
import stat
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Self

from reconciler.model.json_access import expect_object
from reconciler.model.json_text import Json, JsonObject, compact_json
from reconciler.planning.apply_report import (
    FORMAT,
    ReportError,
    report_entries,
    report_target,
)
from reconciler.planning.plan import Plan, PlannedSpec
from reconciler.planning.plan_codecs import OVERRIDE, TARGET
from reconciler.planning.plan_file import CHANGE, change_digest
from reconciler.planning.results import Outcome

_FIRST_LINE = '{"changeDigest":"sha256:'
"""How a report begins: a run that was killed may have written no more than that."""


class ApplyReportWriter:
    """An apply report being written. Every entry is flushed to the disk at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._is_on_disk = False
        self._run = uuid.uuid4().hex[:12]

    def __enter__(self) -> Self:
        self._file = open(self._path, "ab", opener=_private)
        self._is_on_disk = stat.S_ISREG(os.fstat(self._file.fileno()).st_mode)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            with suppress(OSError):  # on a full disk: raised by the entry already
                self._file.close()

    def begin(self, plan: Plan, who: str) -> None:
        """Record what is about to be applied, where, and for whom.

        Raises `ReportError` where the file is something else, or a report of
        another target.
        """
        self._begin_line(plan)
        self._write(
            "run",
            format=FORMAT,
            who=who,
            commit=plan.git.commit,
            target=TARGET.write(plan.target),
            changeDigest=change_digest(plan),
            specs=len(plan.to_write),
            overrides=[*_overrides(plan)],
        )

    def before(self, spec: PlannedSpec, document: JsonObject | None) -> None:
        """Record what a spec's first write replaces (None: nothing), and what it asks for."""
        self._write(
            "before",
            kind=spec.kind.name,
            id=spec.id,
            name=spec.name,
            file=spec.file,
            action=spec.action.value,
            fingerprint=spec.live_fingerprint,
            document=document,
            asked=spec.body,
        )

    def created(self, spec: PlannedSpec) -> None:
        """Record the id that the service has assigned to a spec."""
        self._write(
            "created",
            kind=spec.kind.name,
            id=spec.id,
            name=spec.name,
            file=spec.file,
            reference=spec.reference,
        )

    def outcome(self, outcome: Outcome) -> None:
        """Record the outcome for a spec."""
        self._write(
            "outcome",
            kind=outcome.key.kind,
            id=outcome.key.id,
            name=outcome.name,
            file=outcome.file,
            action=outcome.action.value,
            result=outcome.result.value,
            message=outcome.message,
            residue=[CHANGE.write(change) for change in outcome.unconverged],
            before=outcome.before,
            after=outcome.after,
            reference=outcome.reference,
            requestIds=list(outcome.request_ids),
            seconds=round(outcome.seconds, 3),
        )

    def _begin_line(self, plan: Plan) -> None:
        """Check what the file holds already, and end a line that a killed run left unfinished."""
        assert self._file is not None  # noqa: S101 - entered
        held = self._path.read_text("utf-8", errors="replace") if self._is_on_disk else ""
        if not held:
            return
        if "\n" not in held and held.startswith(_FIRST_LINE):
            self._file.write(b"\n")
            return
        name = str(self._path)
        differences = report_target(report_entries(held.splitlines(), name)).differences(
            plan.target
        )
        if any(differences):
            raise ReportError(f"{name}: it holds runs against another target. Name another file.")
        if not held.endswith("\n"):
            self._file.write(b"\n")

    def _write(self, entry: str, **facts: Json) -> None:
        assert self._file is not None  # noqa: S101 - entered
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        line: JsonObject = {"entry": entry, **facts, "run": self._run, "time": time}
        self._file.write(compact_json(line).encode("ascii") + b"\n")
        self._file.flush()
        if self._is_on_disk:
            os.fsync(self._file.fileno())


def _private(path: str, flags: int) -> int:
    """Open a file that only its owner can read.

    A link in its place is not followed, since a branch can hold one; `/dev/stdout` is.
    """
    follow = 0 if path.startswith("/dev/") else getattr(os, "O_NOFOLLOW", 0)
    return os.open(path, flags | follow, 0o600)


def _overrides(plan: Plan) -> Iterator[JsonObject]:
    """Yield which guards were overridden, for which file, and by what."""
    for spec in plan.specs:
        for refusal in spec.refusals:
            if refusal.override is not None:
                by = expect_object(OVERRIDE.write(refusal.override))
                yield {"guard": refusal.guard.value, "file": spec.file, **by}
