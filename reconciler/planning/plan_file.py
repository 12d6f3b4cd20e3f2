"""The plan file, written: `reconciler.plan/v1`, a JSON document with two digests.

`digest` is over everything else in the file: an edited file is refused.
`changeDigest` is over the target, the specs and their changes alone: what a
person approves, the same on another day and another commit.
"""

from __future__ import annotations

from reconciler.model.canonical import canonical_value
from reconciler.model.fingerprints import digest_of
from reconciler.model.json_access import expect_list, expect_string, expect_string_or_none
from reconciler.model.json_text import Json, JsonObject, pretty_json
from reconciler.model.kinds import Kind
from reconciler.model.pointers import format_pointer
from reconciler.model.shape import place_at
from reconciler.model.targets import CredentialVariables, TargetIdentity
from reconciler.model.verdicts import Example, Impact, SchemaVerdict
from reconciler.planning.plan import Change, Plan, PlannedSpec, Refusal, Unmanaged

FORMAT = "reconciler.plan/v1"


def plan_document(plan: Plan) -> JsonObject:
    """Return the plan as the document that `--format json` prints and `--out` writes."""
    summary = plan.summary
    document: JsonObject = {
        "format": FORMAT,
        "target": target_entry(plan.target),
        "git": {
            "commit": plan.git.commit,
            "dirty": plan.git.dirty,
            "base": plan.git.base,
            "baseName": plan.git.base_name,
        },
        "summary": {
            "create": summary.create,
            "update": summary.update,
            "none": summary.none,
            "removals": summary.removals,
            "drift": summary.drift,
            "conflicts": summary.conflicts,
            "refused": summary.refused,
        },
        "changes": [spec_entry(spec) for spec in plan.specs],
        "unmanaged": [_unmanaged(spec) for spec in plan.unmanaged],
        "noLongerManaged": [_unmanaged(spec) for spec in plan.unmanaged_since_base],
        "refused": [_refusal(refusal) for refusal in plan.refusals],
        "warnings": list(plan.warnings),
        "names": dict(sorted(plan.names.items())),
        "targetChanges": list(plan.target_changes),
        "changeDigest": change_digest(plan),
    }
    document["digest"] = digest_of(document)
    return document


def plan_text(plan: Plan) -> str:
    """Return the plan file's text."""
    return pretty_json(plan_document(plan))


def change_digest(plan: Plan) -> str:
    """Return the digest of what a person approves: the target, the specs, their changes.

    In one order, whatever the files are called and however they are written:
    specs by kind and id, changes by path, values in canonical form.
    """
    return digest_of(
        {
            "target": target_entry(plan.target),
            "changes": [
                {
                    "kind": spec.kind.name,
                    "id": spec.id,
                    "action": spec.action.value,
                    "diff": [
                        approved_entry(spec.kind, change)
                        for change in sorted(spec.changes, key=lambda change: change.path)
                    ],
                }
                for spec in sorted(plan.to_write, key=lambda spec: spec.key)
            ],
        }
    )


def target_entry(target: TargetIdentity) -> JsonObject:
    """Return a target's identity as it stands in a plan file and in an apply report."""
    entry: JsonObject = {
        "name": target.name,
        "url": target.url,
        "imsOrg": target.ims_org,
        "sandbox": target.sandbox,
    }
    if target.ims_url is not None:
        entry["imsUrl"] = target.ims_url
    if target.credentials is not None:
        entry["credentials"] = list(target.credentials.names)
    return entry


def read_target(entry: JsonObject) -> TargetIdentity:
    """Return the identity that `target_entry` wrote, in this or an earlier version.

    Raises `KeyError` or `TypeError` for anything else.
    """
    names = entry.get("credentials")
    variables = None if names is None else map(expect_string, expect_list(names))
    return TargetIdentity(
        expect_string(entry["name"]),
        expect_string(entry["url"]),
        expect_string(entry["imsOrg"]),
        expect_string(entry["sandbox"]),
        expect_string_or_none(entry.get("imsUrl")),
        None if variables is None else CredentialVariables(*variables),
    )


def spec_entry(spec: PlannedSpec) -> JsonObject:
    """Return one spec as it stands under `changes` in a plan file."""
    document: JsonObject = {
        "kind": spec.kind.name,
        "id": spec.id,
        "name": spec.name,
        "file": spec.file,
        "action": spec.action.value,
        "liveFingerprint": spec.live_fingerprint,
        "removals": spec.removals,
        "refused": [_refusal(refusal) for refusal in spec.refusals],
        "diff": [change_entry(change) for change in spec.changes],
        "body": spec.body,
        "carried": {
            "fields": spec.carried.fields,
            "elements": spec.carried.elements,
            "unknown": list(spec.carried.unknown),
        },
        "leftAlone": [change_entry(change) for change in spec.skipped],
        "shared": [format_pointer(pointer) for pointer in spec.shared],
        "reference": spec.reference,
        "found": spec.found,
        "namesakes": list(spec.namesakes),
        "verdicts": [_verdict(verdict) for verdict in spec.verdicts],
        "impact": None if spec.impact is None else _impact(spec.impact),
    }
    if spec.last_write is not None:
        document["lastWrite"] = {"by": spec.last_write.by, "at": spec.last_write.at}
    return document


def change_entry(change: Change) -> JsonObject:
    """Return one change as it stands in a plan file and in an apply report."""
    return {
        "op": change.operation.value,
        "path": change.path,
        "before": change.before,
        "after": change.after,
        "origin": change.origin.value,
        "takesAway": list(change.removed_elements),
        "residual": change.unconverged,
        "pending": change.pending,
    }


def approved_entry(kind: Kind, change: Change) -> JsonObject:
    """Return what of a change a person approves, in canonical form: its effect, not its marks."""
    place = place_at(kind, change.pointer)
    return {
        "op": change.operation.value,
        "path": change.path,
        "before": canonical_value(change.before, place),
        "after": canonical_value(change.after, place),
        "origin": change.origin.value,
        "takesAway": list[Json](sorted(change.removed_elements)),
    }


def _verdict(verdict: SchemaVerdict) -> JsonObject:
    return {
        "path": verdict.path,
        "verdict": verdict.verdict.value,
        "breaks": _example(verdict.breaks),
        "widens": _example(verdict.widens),
        "searched": verdict.searched,
        "note": verdict.note,
    }


def _example(example: Example | None) -> JsonObject | None:
    return None if example is None else {"setting": example.setting, "reason": example.reason}


def _impact(impact: Impact) -> JsonObject:
    return {
        "checked": impact.checked,
        "affected": [
            {"id": flow.id, "name": flow.name, "path": flow.path, "message": flow.message}
            for flow in impact.affected
        ],
        "note": impact.note,
    }


def _refusal(refusal: Refusal) -> JsonObject:
    return {
        "guard": refusal.guard.value,
        "paths": list(refusal.pointers),
        "message": refusal.message,
        "allowedBy": refusal.flag,
    }


def _unmanaged(spec: Unmanaged) -> JsonObject:
    return {"kind": spec.kind, "id": spec.id, "name": spec.name}
