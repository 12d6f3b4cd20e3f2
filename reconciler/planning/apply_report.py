"""Reading an apply report: JSON lines of one or more runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reconciler.model.errors import ReconcilerError
from reconciler.model.json_access import expect_string
from reconciler.model.json_text import JsonObject, object_or_none
from reconciler.model.specs import SpecKey
from reconciler.model.targets import TargetIdentity
from reconciler.planning.plan_codecs import TARGET

FORMAT = "reconciler.report/v1"


class ReportError(ReconcilerError):
    """A file that is not an apply report, or one of another target."""


def report_entries(lines: Iterable[str], name: str) -> list[JsonObject]:
    """Return the entries of a report; `name` is the file's, for messages.

    Raises `ReportError` where the first line is not a report's.
    """
    found = map(object_or_none, lines)  # a killed run may not have finished its last line
    entries = [entry for entry in found if entry is not None]
    if not entries or entries[0].get("format") != FORMAT:
        raise ReportError(f"{name}: not an apply report: its first line is not of {FORMAT}.")
    return entries


def report_target(entries: Sequence[JsonObject]) -> TargetIdentity:
    """Return the target that all runs of a report were for.

    Raises `KeyError` or `TypeError` where its first entry has none, and
    `ReportError` where the runs had several.
    """
    targets = [TARGET.read(entry["target"]) for entry in entries if entry.get("entry") == "run"]
    target = targets[0] if targets else TARGET.read(entries[0]["target"])
    if any(any(target.differences(other)) for other in targets):
        raise ReportError("the report holds runs against several targets.")
    return target


def entry_key(entry: JsonObject) -> SpecKey:
    """Return the spec that an entry is about. Raises `KeyError` or `TypeError` without one."""
    return SpecKey(expect_string(entry["kind"]), expect_string(entry["id"]))
