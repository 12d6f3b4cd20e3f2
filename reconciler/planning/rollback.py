"""Rolling back: an ordinary three-way plan out of an apply report.

Desired is the document as it was before the run, base the one that the run
asked for, live what the target holds now. So a later change on the target is
drift, and stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from reconciler.model.canonical import normal_spelling
from reconciler.model.json_access import expect_object, expect_string
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import Kind, kind_named
from reconciler.model.specs import Directives, Spec, SpecKey
from reconciler.model.targets import TargetIdentity
from reconciler.planning.apply_report import ReportError, report_entries, report_target


@dataclass(frozen=True)
class Earlier:
    """What an apply report says of the time before the run."""

    target: TargetIdentity
    """Where the run wrote."""
    desired: tuple[Spec, ...]
    """The documents to restore."""
    base: Mapping[SpecKey, Spec]
    """What the run asked for in their place."""
    created: tuple[str, ...]
    """The names of the specs that the run created: the API has no DELETE, so they stay."""


def with_protection(earlier: Earlier, specs: Iterable[Spec]) -> Earlier:
    """Return the documents to restore, those protected whose files say `protect: true` now.

    A report does not hold it, and a rollback needs `--allow-protected` as any apply.
    """
    protected = {spec.key for spec in specs if spec.directives.protect}
    desired = tuple(
        replace(spec, directives=Directives(protect=spec.key in protected))
        for spec in earlier.desired
    )
    return replace(earlier, desired=desired)


def earlier_documents(lines: Iterable[str], name: str) -> Earlier:
    """Read an apply report. `name` is the file's, for messages; an unfinished line is skipped.

    Of several runs in one file the earliest document of each spec is restored.
    Raises `ReportError` if it is not a report, or records no write.
    """
    entries = report_entries(lines, name)
    befores = [entry for entry in entries if entry.get("entry") == "before"]
    if not befores:
        raise ReportError(f"{name}: that run wrote nothing, so there is nothing to roll back.")
    try:
        created = {_key(entry) for entry in entries if entry.get("entry") == "created"}
        first = {_key(entry): entry for entry in reversed(befores)}
        last = {_key(entry): entry for entry in befores}
        replaced = [
            key for key in last if first[key]["document"] is not None and key not in created
        ]
        return Earlier(
            report_target(entries),
            tuple(_spec(first[key], "document") for key in replaced),
            {key: _spec(last[key], "asked") for key in replaced},
            tuple(
                expect_string(entry["name"])
                for entry in first.values()
                if entry["document"] is None
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ReportError(f"{name}: not a whole apply report: {error}.") from error


def _key(entry: JsonObject) -> SpecKey:
    return SpecKey(expect_string(entry["kind"]), expect_string(entry["id"]))


def _spec(entry: JsonObject, field: str) -> Spec:
    kind: Kind = kind_named(expect_string(entry["kind"]))
    return Spec(
        kind,
        expect_string(entry["id"]),
        expect_string(entry["name"]),
        expect_string(entry["file"]),
        normal_spelling(kind, expect_object(entry[field])),
    )
