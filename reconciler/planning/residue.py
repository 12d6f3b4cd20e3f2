"""Differences that the last apply wrote and the service did not keep.

Writing them once more would send the same PUT for ever: a plan marks them as
not converging, and apply leaves them until a person settles them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from reconciler.model.jsontext import compact_json
from reconciler.model.narrow import as_list, as_object, as_text
from reconciler.model.specs import SpecKey
from reconciler.planning.outcomes import Result
from reconciler.planning.plan import Change
from reconciler.planning.reportfile import ReportError, report_entries

Residues: TypeAlias = Mapping[SpecKey, frozenset[str]]
"""By spec, the texts (see `residue_text`) of what was not kept."""


def residues(lines: Iterable[str], name: str) -> Residues:
    """Return what the run of an apply report did not settle; `name` is the file's.

    Raises `ReportError` where it is no apply report, or not a whole one.
    """
    found: dict[SpecKey, frozenset[str]] = {}
    for entry in report_entries(lines, name):
        if entry.get("entry") != "outcome" or entry.get("result") != Result.RESIDUAL:
            continue
        try:
            key = SpecKey(as_text(entry["kind"]), as_text(entry["id"]))
            changes = [as_object(change) for change in as_list(entry["residue"])]
            found[key] = frozenset(
                _text(as_text(change["op"]), as_text(change["path"]), compact_json(change["after"]))
                for change in changes
            )
        except (KeyError, TypeError) as error:
            raise ReportError(f"{name}: not a whole apply report: {error}.") from error
    return found


def residue_text(change: Change) -> str:
    """Return what a change asks for as one text: its operation, its pointer, its value."""
    return _text(change.operation, change.path, compact_json(change.after))


def _text(operation: str, path: str, after: str) -> str:
    return f"{operation} {path} {after}"
