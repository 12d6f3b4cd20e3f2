"""The plan file, and the document of several, read: only what is as it was written."""

from __future__ import annotations

from reconciler.model.errors import RefusedError
from reconciler.model.fingerprints import digest_of
from reconciler.model.jsontext import Json, JsonObject, parse_json
from reconciler.model.kinds import kind_named
from reconciler.model.narrow import as_count, as_list, as_object, as_text, as_text_or_none
from reconciler.model.pointers import parse_pointer
from reconciler.model.targets import TargetIdentity
from reconciler.planning.consequences import (
    AffectedFlow,
    Example,
    Impact,
    SchemaVerdict,
    Verdict,
)
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
from reconciler.planning.planfile import FORMAT
from reconciler.planning.plans import PLANS_FORMAT, Failure


def read_plan(text: str | bytes, name: str) -> Plan:
    """Return the plan that a plan file's text holds; `name` is the file's, for messages.

    Raises `RefusedError` where it is no plan file, is of another format
    version, or is not as it was written.
    """
    document = _document(text, name)
    if document["format"] == PLANS_FORMAT:
        raise RefusedError(
            f"{name}: it holds the plans of several targets, and one is needed. Save each in a "
            "file of its own: reconciler plan --out 'plan-{target}.json'."
        )
    return _checked(document, name)


def read_plans(text: str | bytes, name: str) -> tuple[Plan | Failure, ...]:
    """Return what a plan file holds, or a document of several targets' plans.

    Raises `RefusedError` as `read_plan` does.
    """
    document = _document(text, name)
    if document["format"] != PLANS_FORMAT:
        return (_checked(document, name),)
    try:
        plans = [_checked(as_object(entry), name) for entry in as_list(document["plans"])]
        failures = [_failure(as_object(entry)) for entry in as_list(document["failures"])]
    except (KeyError, TypeError) as error:
        raise RefusedError(f"{name}: not whole plans: {error}. Plan again.") from error
    return (*plans, *failures)


def _document(text: str | bytes, name: str) -> JsonObject:
    try:
        document = parse_json(text)
    except (ValueError, RecursionError) as error:
        raise RefusedError(f"{name}: not a plan file: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("format"), str):
        raise RefusedError(f'{name}: not a plan file: it has no "format": "{FORMAT}"')
    return document


def _checked(document: JsonObject, name: str) -> Plan:
    if document.get("format") != FORMAT:
        raise RefusedError(
            f"{name}: the plan is of format {document.get('format')}, this program reads "
            f"{FORMAT}. Plan again with this version."
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


def _failure(entry: JsonObject) -> Failure:
    return Failure(_target(as_object(entry["target"])), as_text(entry["message"]))


def _target(entry: JsonObject) -> TargetIdentity:
    return TargetIdentity(
        as_text(entry["name"]),
        as_text(entry["url"]),
        as_text(entry["imsOrg"]),
        as_text(entry["sandbox"]),
    )


def _plan(document: JsonObject) -> Plan:
    git = as_object(document["git"])
    return Plan(
        target=_target(as_object(document["target"])),
        git=GitFacts(
            as_text_or_none(git["commit"]),
            git["dirty"] is True,
            as_text_or_none(git["base"]),
            as_text(git["baseName"]),
        ),
        specs=tuple(_planned_spec(as_object(entry)) for entry in as_list(document["changes"])),
        unmanaged=tuple(_read_unmanaged(entry) for entry in as_list(document["unmanaged"])),
        no_longer_managed=tuple(
            _read_unmanaged(entry) for entry in as_list(document["noLongerManaged"])
        ),
        refusals=tuple(_read_refusal(entry) for entry in as_list(document["refused"])),
        warnings=tuple(map(as_text, as_list(document["warnings"]))),
        names={key: as_text(name) for key, name in as_object(document["names"]).items()},
    )


def _planned_spec(entry: JsonObject) -> PlannedSpec:
    carried = as_object(entry["carried"])
    body, impact, written = entry["body"], entry["impact"], entry.get("lastWrite")
    return PlannedSpec(
        kind=kind_named(as_text(entry["kind"])),
        id=as_text(entry["id"]),
        name=as_text(entry["name"]),
        file=as_text(entry["file"]),
        action=Action(as_text(entry["action"])),
        live_fingerprint=as_text_or_none(entry["liveFingerprint"]),
        changes=tuple(_read_change(change) for change in as_list(entry["diff"])),
        refusals=tuple(_read_refusal(refusal) for refusal in as_list(entry["refused"])),
        body=None if body is None else as_object(body),
        carried=Carried(
            as_count(carried["fields"]),
            as_count(carried["elements"]),
            tuple(map(as_text, as_list(carried["unknown"]))),
        ),
        left_alone=tuple(_read_change(change) for change in as_list(entry["leftAlone"])),
        last_write=_last_write(as_object(written)) if written is not None else None,
        shared=tuple(parse_pointer(as_text(pointer)) for pointer in as_list(entry["shared"])),
        reference=as_text(entry["reference"]),
        found=entry["found"] is True,
        namesakes=tuple(map(as_text, as_list(entry["namesakes"]))),
        verdicts=tuple(_read_verdict(as_object(verdict)) for verdict in as_list(entry["verdicts"])),
        impact=None if impact is None else _read_impact(as_object(impact)),
    )


def _read_change(value: Json) -> Change:
    entry = as_object(value)
    return Change(
        Operation(as_text(entry["op"])),
        parse_pointer(as_text(entry["path"])),
        entry["before"],
        entry["after"],
        Origin(as_text(entry["origin"])),
        tuple(map(as_text, as_list(entry["takesAway"]))),
        entry["residual"] is True,
        entry["pending"] is True,
    )


def _read_verdict(entry: JsonObject) -> SchemaVerdict:
    return SchemaVerdict(
        parse_pointer(as_text(entry["path"])),
        Verdict(as_text(entry["verdict"])),
        _read_example(entry["breaks"]),
        _read_example(entry["widens"]),
        as_count(entry["searched"]),
        as_text(entry["note"]),
    )


def _read_example(value: Json) -> Example | None:
    if value is None:
        return None
    entry = as_object(value)
    return Example(entry["setting"], as_text(entry["reason"]))


def _read_impact(entry: JsonObject) -> Impact:
    return Impact(
        as_count(entry["checked"]),
        tuple(
            AffectedFlow(*(as_text(flow[field]) for field in ("id", "name", "path", "message")))
            for flow in map(as_object, as_list(entry["affected"]))
        ),
        as_text(entry["note"]),
    )


def _read_refusal(value: Json) -> Refusal:
    entry = as_object(value)
    return Refusal(
        Guard(as_text(entry["guard"])),
        tuple(map(as_text, as_list(entry["paths"]))),
        as_text(entry["message"]),
        as_text(entry["allowedBy"]),
    )


def _read_unmanaged(value: Json) -> Unmanaged:
    entry = as_object(value)
    return Unmanaged(as_text(entry["kind"]), as_text(entry["id"]), as_text(entry["name"]))


def _last_write(entry: JsonObject) -> LastWrite:
    when = entry["at"]
    return LastWrite(as_text(entry["by"]), None if when is None else as_count(when))
