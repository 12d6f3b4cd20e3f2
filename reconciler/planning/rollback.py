"""Putting earlier documents back: an ordinary three-way plan out of an apply report.

Desired is the document as it was before the run, base the one that the run
asked for, live what the target holds now. So what somebody did since is drift,
and is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reconciler.model.canonical import normal_spelling
from reconciler.model.json_access import expect_object, expect_string
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import Kind, kind_named
from reconciler.model.specs import Spec, SpecKey
from reconciler.model.targets import TargetIdentity
from reconciler.planning.apply_report import ReportError, report_entries, report_target


@dataclass(frozen=True)
class Earlier:
    """What an apply report says of the time before the run.

    `desired` are the documents to put back and `base` what the run asked for
    in their place; `created` names the specs that the run created: the API has
    no DELETE, so they stay.
    """

    target: TargetIdentity
    desired: tuple[Spec, ...]
    base: Mapping[SpecKey, Spec]
    created: tuple[str, ...]


def earlier_documents(lines: Iterable[str], name: str) -> Earlier:
    """Read an apply report. `name` is the file's, for messages; a torn last line is passed over.

    Raises `ReportError` where it is none, or where it records no write.
    """
    entries = report_entries(lines, name)
    befores = [entry for entry in entries if entry.get("entry") == "before"]
    if not befores:
        raise ReportError(f"{name}: that run wrote nothing; there is nothing to put back.")
    try:
        replaced = [entry for entry in befores if entry["document"] is not None]
        return Earlier(
            report_target(entries),
            tuple(_spec(entry, "document") for entry in replaced),
            {spec.key: spec for spec in (_spec(entry, "asked") for entry in replaced)},
            tuple(expect_string(entry["name"]) for entry in befores if entry["document"] is None),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ReportError(f"{name}: not a whole apply report: {error}.") from error


def _spec(entry: JsonObject, field: str) -> Spec:
    kind: Kind = kind_named(expect_string(entry["kind"]))
    return Spec(
        kind,
        expect_string(entry["id"]),
        expect_string(entry["name"]),
        expect_string(entry["file"]),
        normal_spelling(kind, expect_object(entry[field])),
    )
