"""Differences that the last apply wrote and the service did not keep.

Writing them again would send the same PUT on every run: a plan marks them, and
apply skips them until they are resolved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from msgspec.structs import replace

from reconciler.model.canonical import canonical_value
from reconciler.model.json_access import expect_list, expect_object, expect_string
from reconciler.model.json_text import Json, compact_json
from reconciler.model.kinds import Kind, kind_named
from reconciler.model.pointers import Pointer, format_pointer, parse_pointer
from reconciler.model.shape import place_at
from reconciler.model.specs import SpecKey
from reconciler.model.targets import TargetIdentity
from reconciler.planning.body import live_before, put_body
from reconciler.planning.plan import Change, PlannedSpec
from reconciler.planning.results import Result

Residues: TypeAlias = Mapping[SpecKey, frozenset[str]]
"""By spec, what was not kept, as strings (see `unconverged_text`)."""

_UNSETTLED = frozenset({Result.RESIDUAL, Result.NOT_CONVERGING})


def unconverged_by_spec(lines: Iterable[str], name: str, target: TargetIdentity) -> Residues:
    """Return what the last outcomes in an apply report left unconverged; `name` is the file's.

    Raises `ReportError` where it is no apply report, not a whole one, or one of
    another target.
    """
    from reconciler.planning.apply_report import (
        ReportError,
        entry_key,
        report_entries,
        report_target,
    )

    entries = report_entries(lines, name)
    try:
        applied_to = report_target(entries)
        last = {entry_key(entry): entry for entry in entries if entry.get("entry") == "outcome"}
        found = {
            key: frozenset(
                _text(
                    kind_named(key.kind),
                    expect_string(change["op"]),
                    parse_pointer(expect_string(change["path"])),
                    change["after"],
                )
                for change in map(expect_object, expect_list(entry["residue"]))
            )
            for key, entry in last.items()
            if entry.get("result") in _UNSETTLED
        }
    except (KeyError, TypeError, ValueError) as error:
        raise ReportError(f"{name}: not a whole apply report: {error}.") from error
    if any(applied_to.differences(target)):
        raise ReportError(
            f"{name}: it reports an apply to {applied_to.name} ({applied_to.url}, sandbox "
            f"{applied_to.sandbox}), not to {target.name} ({target.url}, sandbox "
            f"{target.sandbox}). Give the report of this target's last apply."
        )
    return found


def unconverged_text(kind: Kind, change: Change) -> str:
    """Return a change as one string: its operation, its pointer, its value."""
    return _text(kind, change.operation, change.pointer, change.after)


def _text(kind: Kind, operation: str, pointer: Pointer, after: Json) -> str:
    value = canonical_value(after, place_at(kind, pointer))
    return f"{operation} {format_pointer(pointer)} {compact_json(value)}"


def unconverged_changes(spec: PlannedSpec) -> tuple[Change, ...]:
    """Return the changes of a planned spec that did not converge in the last apply."""
    return tuple(change for change in spec.changes if change.unconverged)


def without_unconverged(spec: PlannedSpec) -> PlannedSpec | None:
    """Return the planned spec without what does not converge; None if nothing else is left."""
    kept = tuple(change for change in spec.changes if not change.unconverged)
    if len(kept) == len(spec.changes):
        return spec
    if not kept or spec.body is None:
        return None
    live = live_before(spec.kind, spec.body, spec.changes)
    return replace(spec, changes=kept, body=put_body(spec.kind, live, kept))
