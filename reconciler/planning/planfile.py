"""The plan file: `reconciler.plan/v1`, a JSON document with two digests.

`digest` is over everything else in the file: an edited file is refused.
`changeDigest` is over the target, the specs and their changes alone: what a
person approves, the same on another day and another commit.
"""

from __future__ import annotations

from reconciler.model.errors import RefusedError
from reconciler.model.fingerprints import digest_of
from reconciler.model.jsontext import Json, JsonObject, parse_json, pretty_json
from reconciler.model.kinds import kind_named
from reconciler.model.pointers import format_pointer, parse_pointer
from reconciler.model.targets import TargetIdentity
from reconciler.planning.plan import (
    Action,
    Carried,
    Change,
    GitFacts,
    Guard,
    LastWrite,
    Operation,
    Origin,
    Plan,
    PlannedSpec,
    Refusal,
    Unmanaged,
)

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
        "changes": [_spec(spec) for spec in plan.specs],
        "unmanaged": [_unmanaged(spec) for spec in plan.unmanaged],
        "noLongerManaged": [_unmanaged(spec) for spec in plan.no_longer_managed],
        "refused": [_refusal(refusal) for refusal in plan.refusals],
        "warnings": list(plan.warnings),
        "changeDigest": change_digest(plan),
    }
    document["digest"] = digest_of(document)
    return document


def plan_text(plan: Plan) -> str:
    """Return the plan file's text."""
    return pretty_json(plan_document(plan))


def change_digest(plan: Plan) -> str:
    """Return the digest of what a person approves: the target, the specs, their changes."""
    return digest_of(
        {
            "target": target_entry(plan.target),
            "changes": [
                {
                    "kind": spec.kind.name,
                    "id": spec.id,
                    "action": spec.action.value,
                    "diff": [change_entry(change) for change in spec.changes],
                }
                for spec in plan.to_write
            ],
        }
    )


def read_plan(text: str | bytes, name: str) -> Plan:
    """Return the plan that a plan file's text holds; `name` is the file's, for messages.

    Raises `RefusedError` where it is no plan file, is of another format
    version, or is not as it was written.
    """
    try:
        document = parse_json(text)
    except (ValueError, RecursionError) as error:
        raise RefusedError(f"{name}: not a plan file: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("format"), str):
        raise RefusedError(f'{name}: not a plan file: it has no "format": "{FORMAT}"')
    if document["format"] != FORMAT:
        raise RefusedError(
            f"{name}: the plan is of format {document['format']}, this program reads {FORMAT}. "
            "Plan again with this version."
        )
    digest = document.pop("digest", None)
    if digest != digest_of(document):
        raise RefusedError(
            f"{name}: the plan is not as it was written (its digest does not fit). Plan again."
        )
    try:
        return _plan(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RefusedError(f"{name}: not a whole plan: {error}. Plan again.") from error


def target_entry(target: TargetIdentity) -> JsonObject:
    """Return a target's identity as it stands in a plan file and in an apply report."""
    return {
        "name": target.name,
        "url": target.url,
        "imsOrg": target.ims_org,
        "sandbox": target.sandbox,
    }


def _spec(spec: PlannedSpec) -> JsonObject:
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
        "leftAlone": [change_entry(change) for change in spec.left_alone],
        "shared": [format_pointer(pointer) for pointer in spec.shared],
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
        "takesAway": list(change.takes_away),
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


def _plan(document: JsonObject) -> Plan:
    target, git = _object(document["target"]), _object(document["git"])
    return Plan(
        target=TargetIdentity(
            _text(target["name"]),
            _text(target["url"]),
            _text(target["imsOrg"]),
            _text(target["sandbox"]),
        ),
        git=GitFacts(
            _text_or_none(git["commit"]),
            git["dirty"] is True,
            _text_or_none(git["base"]),
            _text(git["baseName"]),
        ),
        specs=tuple(_planned_spec(_object(entry)) for entry in _list(document["changes"])),
        unmanaged=tuple(_read_unmanaged(entry) for entry in _list(document["unmanaged"])),
        no_longer_managed=tuple(
            _read_unmanaged(entry) for entry in _list(document["noLongerManaged"])
        ),
        refusals=tuple(_read_refusal(entry) for entry in _list(document["refused"])),
        warnings=tuple(map(_text, _list(document["warnings"]))),
    )


def _planned_spec(entry: JsonObject) -> PlannedSpec:
    carried = _object(entry["carried"])
    body, written = entry["body"], entry.get("lastWrite")
    return PlannedSpec(
        kind=kind_named(_text(entry["kind"])),
        id=_text(entry["id"]),
        name=_text(entry["name"]),
        file=_text(entry["file"]),
        action=Action(_text(entry["action"])),
        live_fingerprint=_text_or_none(entry["liveFingerprint"]),
        changes=tuple(_read_change(change) for change in _list(entry["diff"])),
        refusals=tuple(_read_refusal(refusal) for refusal in _list(entry["refused"])),
        body=None if body is None else _object(body),
        carried=Carried(
            _count(carried["fields"]),
            _count(carried["elements"]),
            tuple(map(_text, _list(carried["unknown"]))),
        ),
        left_alone=tuple(_read_change(change) for change in _list(entry["leftAlone"])),
        last_write=_last_write(_object(written)) if written is not None else None,
        shared=tuple(parse_pointer(_text(pointer)) for pointer in _list(entry["shared"])),
    )


def _read_change(value: Json) -> Change:
    entry = _object(value)
    return Change(
        Operation(_text(entry["op"])),
        parse_pointer(_text(entry["path"])),
        entry["before"],
        entry["after"],
        Origin(_text(entry["origin"])),
        tuple(map(_text, _list(entry["takesAway"]))),
    )


def _read_refusal(value: Json) -> Refusal:
    entry = _object(value)
    return Refusal(
        Guard(_text(entry["guard"])),
        tuple(map(_text, _list(entry["paths"]))),
        _text(entry["message"]),
        _text(entry["allowedBy"]),
    )


def _read_unmanaged(value: Json) -> Unmanaged:
    entry = _object(value)
    return Unmanaged(_text(entry["kind"]), _text(entry["id"]), _text(entry["name"]))


def _last_write(entry: JsonObject) -> LastWrite:
    when = entry["at"]
    return LastWrite(_text(entry["by"]), None if when is None else _count(when))


def _object(value: Json) -> JsonObject:
    if not isinstance(value, dict):
        raise TypeError(f"an object belongs where {str(value)[:40]} stands")
    return value


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise TypeError(f"a list belongs where {str(value)[:40]} stands")
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text belongs where {str(value)[:40]} stands")
    return value


def _text_or_none(value: Json) -> str | None:
    return None if value is None else _text(value)


def _count(value: Json) -> int:
    if not isinstance(value, int):
        raise TypeError(f"a number belongs where {str(value)[:40]} stands")
    return value
