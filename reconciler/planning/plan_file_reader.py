"""The plan file, and the document of several, read: only what is as it was written."""

from __future__ import annotations

from reconciler.model.errors import RefusedError
from reconciler.model.fingerprints import digest_of
from reconciler.model.json_access import (
    expect_count,
    expect_list,
    expect_object,
    expect_string,
    expect_string_or_none,
)
from reconciler.model.json_text import Json, JsonObject, parse_json
from reconciler.model.kinds import kind_named
from reconciler.model.pointers import parse_pointer
from reconciler.model.verdicts import (
    AffectedFlow,
    CompatibilityLevel,
    Example,
    Impact,
    SchemaVerdict,
)
from reconciler.planning.multi_plan import PLANS_FORMAT, Failure
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
from reconciler.planning.plan_file import FORMAT, read_target


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
        plans = [_checked(expect_object(entry), name) for entry in expect_list(document["plans"])]
        failures = [_failure(expect_object(entry)) for entry in expect_list(document["failures"])]
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
    return Failure(read_target(expect_object(entry["target"])), expect_string(entry["message"]))


def _plan(document: JsonObject) -> Plan:
    git = expect_object(document["git"])
    return Plan(
        target=read_target(expect_object(document["target"])),
        git=GitFacts(
            expect_string_or_none(git["commit"]),
            git["dirty"] is True,
            expect_string_or_none(git["base"]),
            expect_string(git["baseName"]),
        ),
        specs=tuple(
            _planned_spec(expect_object(entry)) for entry in expect_list(document["changes"])
        ),
        unmanaged=tuple(_read_unmanaged(entry) for entry in expect_list(document["unmanaged"])),
        unmanaged_since_base=tuple(
            _read_unmanaged(entry) for entry in expect_list(document["noLongerManaged"])
        ),
        refusals=tuple(_read_refusal(entry) for entry in expect_list(document["refused"])),
        warnings=tuple(map(expect_string, expect_list(document["warnings"]))),
        names={key: expect_string(name) for key, name in expect_object(document["names"]).items()},
        target_changes=tuple(map(expect_string, expect_list(document.get("targetChanges", [])))),
    )


def _planned_spec(entry: JsonObject) -> PlannedSpec:
    carried = expect_object(entry["carried"])
    body, impact, written = entry["body"], entry["impact"], entry.get("lastWrite")
    return PlannedSpec(
        kind=kind_named(expect_string(entry["kind"])),
        id=expect_string(entry["id"]),
        name=expect_string(entry["name"]),
        file=expect_string(entry["file"]),
        action=Action(expect_string(entry["action"])),
        live_fingerprint=expect_string_or_none(entry["liveFingerprint"]),
        changes=tuple(_read_change(change) for change in expect_list(entry["diff"])),
        refusals=tuple(_read_refusal(refusal) for refusal in expect_list(entry["refused"])),
        body=None if body is None else expect_object(body),
        carried=Carried(
            expect_count(carried["fields"]),
            expect_count(carried["elements"]),
            tuple(map(expect_string, expect_list(carried["unknown"]))),
        ),
        skipped=tuple(_read_change(change) for change in expect_list(entry["leftAlone"])),
        last_write=_last_write(expect_object(written)) if written is not None else None,
        shared=tuple(
            parse_pointer(expect_string(pointer)) for pointer in expect_list(entry["shared"])
        ),
        reference=expect_string(entry["reference"]),
        found=entry["found"] is True,
        namesakes=tuple(map(expect_string, expect_list(entry["namesakes"]))),
        verdicts=tuple(
            _read_verdict(expect_object(verdict)) for verdict in expect_list(entry["verdicts"])
        ),
        impact=None if impact is None else _read_impact(expect_object(impact)),
    )


def _read_change(value: Json) -> Change:
    entry = expect_object(value)
    return Change(
        Operation(expect_string(entry["op"])),
        parse_pointer(expect_string(entry["path"])),
        entry["before"],
        entry["after"],
        Origin(expect_string(entry["origin"])),
        tuple(map(expect_string, expect_list(entry["takesAway"]))),
        entry["residual"] is True,
        entry["pending"] is True,
    )


def _read_verdict(entry: JsonObject) -> SchemaVerdict:
    return SchemaVerdict(
        parse_pointer(expect_string(entry["path"])),
        CompatibilityLevel(expect_string(entry["verdict"])),
        _read_example(entry["breaks"]),
        _read_example(entry["widens"]),
        expect_count(entry["searched"]),
        expect_string(entry["note"]),
    )


def _read_example(value: Json) -> Example | None:
    if value is None:
        return None
    entry = expect_object(value)
    return Example(entry["setting"], expect_string(entry["reason"]))


def _read_impact(entry: JsonObject) -> Impact:
    return Impact(
        expect_count(entry["checked"]),
        tuple(
            AffectedFlow(
                *(expect_string(flow[field]) for field in ("id", "name", "path", "message"))
            )
            for flow in map(expect_object, expect_list(entry["affected"]))
        ),
        expect_string(entry["note"]),
    )


def _read_refusal(value: Json) -> Refusal:
    entry = expect_object(value)
    return Refusal(
        Guard(expect_string(entry["guard"])),
        tuple(map(expect_string, expect_list(entry["paths"]))),
        expect_string(entry["message"]),
        expect_string(entry["allowedBy"]),
    )


def _read_unmanaged(value: Json) -> Unmanaged:
    entry = expect_object(value)
    return Unmanaged(
        expect_string(entry["kind"]), expect_string(entry["id"]), expect_string(entry["name"])
    )


def _last_write(entry: JsonObject) -> LastWrite:
    when = entry["at"]
    return LastWrite(expect_string(entry["by"]), None if when is None else expect_count(when))
