"""The plan file: `reconciler.plan/v1`, and `reconciler.plans/v1` for several targets.

`digest` is over everything else in the file: an edited file is refused.
`changeDigest` is over the target, the specs and their changes alone: what
is approved, the same on another day and another commit.
"""

from __future__ import annotations

from msgspec.structs import asdict, replace

from reconciler.model.canonical import canonical_value, defaults_of
from reconciler.model.errors import ReconcilerError, RefusedError
from reconciler.model.fingerprints import digest_of
from reconciler.model.json_access import expect_list, expect_object
from reconciler.model.json_text import Json, JsonObject, object_or_none, pretty_json
from reconciler.model.kinds import Kind, kind_named
from reconciler.model.pointers import format_pointer
from reconciler.model.shape import place_at
from reconciler.model.specs import LiveFingerprint, LiveSpec
from reconciler.planning.body import live_before
from reconciler.planning.codec import (
    BOOLEAN,
    COUNT,
    OBJECT,
    POINTER,
    STRING,
    VALUE,
    Codec,
    choice,
    derived,
    map_of,
    member,
    nullable,
    omitted,
    record,
    strings,
    tuple_of,
)
from reconciler.planning.git_facts import GitFacts
from reconciler.planning.multi_plan import Failure, Plans
from reconciler.planning.plan import (
    Action,
    Carried,
    Change,
    LastWrite,
    Operation,
    Origin,
    Plan,
    PlannedSpec,
    Unmanaged,
)
from reconciler.planning.plan_codecs import IMPACT, REFUSAL, TARGET, VERDICT

FORMAT = "reconciler.plan/v1"
PLANS_FORMAT = "reconciler.plans/v1"

_GIT = record(
    GitFacts,
    commit=member("commit", nullable(STRING)),
    dirty=member("dirty", BOOLEAN),
    base=member("base", nullable(STRING)),
    baseName=member("base_name", STRING),
    uncommitted=omitted("uncommitted", tuple_of(STRING), default=()),
    recorded=omitted("recorded", nullable(STRING), default=None),
)
CHANGE = record(
    Change,
    op=member("operation", choice(Operation)),
    path=member("pointer", POINTER),
    before=member("before", VALUE),
    after=member("after", VALUE),
    origin=member("origin", choice(Origin)),
    takesAway=member("removed_elements", tuple_of(STRING)),
    residual=member("unconverged", BOOLEAN),
    pending=member("pending", BOOLEAN),
)
_CARRIED = record(
    Carried,
    fields=member("fields", COUNT),
    elements=member("elements", COUNT),
    unknown=member("unknown", tuple_of(STRING)),
)
_UNMANAGED = record(Unmanaged, **strings("kind", "id", "name"))
_KIND = Codec[Kind](lambda kind: kind.name, lambda value: kind_named(STRING.read(value)))
_LIVE = Codec[LiveSpec | LiveFingerprint](
    lambda live: live.fingerprint, lambda value: LiveFingerprint(STRING.read(value))
)
_SPEC = record(
    PlannedSpec,
    kind=member("kind", _KIND),
    **strings("id", "name", "file"),
    action=member("action", choice(Action)),
    liveFingerprint=member("live", nullable(_LIVE)),
    removals=derived(lambda spec: spec.removals),
    refused=member("refusals", tuple_of(REFUSAL)),
    diff=member("changes", tuple_of(CHANGE)),
    body=member("body", nullable(OBJECT)),
    carried=member("carried", _CARRIED),
    leftAlone=member("skipped", tuple_of(CHANGE)),
    shared=member("shared", tuple_of(POINTER)),
    ignored=member("ignored", tuple_of(POINTER), default=()),
    error=omitted("error", STRING, default=""),
    reference=member("reference", STRING),
    found=member("found", BOOLEAN),
    namesakes=member("namesakes", tuple_of(STRING)),
    match=omitted("match", tuple_of(POINTER), default=()),
    verdicts=member("verdicts", tuple_of(VERDICT)),
    impact=member("impact", nullable(IMPACT)),
    lastWrite=omitted(
        "last_write",
        nullable(record(LastWrite, by=member("by", STRING), at=member("at", nullable(COUNT)))),
        default=None,
    ),
)
_PENDING = record(
    PlannedSpec,
    kind=member("kind", _KIND),
    **strings("id", "name", "file"),
    action=member("action", choice(Action)),
    diff=member("changes", tuple_of(CHANGE)),
)
_PLAN = record(
    Plan,
    format=derived(lambda _: FORMAT),
    target=member("target", TARGET),
    git=member("git", _GIT),
    summary=derived(lambda plan: asdict(plan.summary)),
    changes=member("specs", tuple_of(_SPEC)),
    unmanaged=member("unmanaged", tuple_of(_UNMANAGED)),
    noLongerManaged=member("unmanaged_since_base", tuple_of(_UNMANAGED)),
    refused=member("refusals", tuple_of(REFUSAL)),
    warnings=member("warnings", tuple_of(STRING)),
    names=member("names", map_of(STRING)),
    targetChanges=member("target_changes", tuple_of(STRING), default=()),
    partial=member("partial", BOOLEAN, default=False),
    pending=omitted("pending", tuple_of(_PENDING), default=None),
)
_FAILURE = record(Failure, target=member("target", TARGET), message=member("message", STRING))


def plan_document(plan: Plan) -> JsonObject:
    """Return the plan as the document that `--format json` prints and `--out` writes."""
    document = {**expect_object(_PLAN.write(plan)), "changeDigest": change_digest(plan)}
    document["digest"] = digest_of(document)
    return document


def plan_text(plan: Plan) -> str:
    """Return the text of a plan file."""
    return pretty_json(plan_document(plan))


def plans_text(plans: Plans) -> str:
    """Return the text of the document of several targets: each plan as in its own plan file."""
    return pretty_json(
        {
            "format": PLANS_FORMAT,
            "plans": [plan_document(plan) for plan in plans.plans],
            "failures": [_FAILURE.write(failure) for failure in plans.failures],
        }
    )


def spec_entry(spec: PlannedSpec) -> JsonObject:
    """Return one spec as it is under `changes` in a plan file."""
    return expect_object(_SPEC.write(spec))


def change_digest(plan: Plan) -> str:
    """Return the digest of what is approved: the target, the specs, their changes.

    In one order, whatever the files are called and however they are written:
    specs by kind and id, changes by path, values in canonical form.
    """
    return digest_of(
        {
            "target": TARGET.write(plan.target),
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


def approved_entry(kind: Kind, change: Change) -> JsonObject:
    """Return the approved part of a change, in canonical form: its effect, not its marks."""
    place = place_at(kind, change.pointer)
    return {
        "op": change.operation.value,
        "path": change.path,
        "before": canonical_value(change.before, place),
        "after": canonical_value(change.after, place),
        "origin": change.origin.value,
        "takesAway": list[Json](sorted(change.removed_elements)),
    }


def read_plan(text: str | bytes, name: str) -> Plan:
    """Return the plan that the text of a plan file holds; `name` is the file's, for messages.

    Raises `RefusedError` if it is not a plan file, has another format version,
    or was modified.
    """
    document = _document(text, name)
    if document["format"] == PLANS_FORMAT:
        raise RefusedError(
            f"{name}: the file holds the plans of several targets. Save each in a file of its "
            "own: reconciler plan --out 'plan-{target}.json'."
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
        failures = tuple_of(_FAILURE).read(document["failures"])
    except (KeyError, TypeError) as error:
        raise RefusedError(f"{name}: not complete plans: {error}. Run plan again.") from error
    return (*plans, *failures)


def _document(text: str | bytes, name: str) -> JsonObject:
    document = object_or_none(text)
    if document is None or not isinstance(document.get("format"), str):
        raise RefusedError(
            f"{name}: not a plan file, or only a part of one. To save a plan: "
            "reconciler plan --out FILE"
        )
    return document


def _checked(document: JsonObject, name: str) -> Plan:
    if document.get("format") != FORMAT:
        raise RefusedError(
            f"{name}: the plan has the format {document.get('format')}; this version reads "
            f"{FORMAT}. Run plan again."
        )
    if document.pop("digest", None) != digest_of(document):
        raise RefusedError(f"{name}: the plan file was modified (digest mismatch). Run plan again.")
    try:
        plan = _PLAN.read(document)
        for spec in plan.specs:
            _require_match(spec)
        return replace(plan, specs=tuple(map(_without_defaults, plan.specs)))
    except (KeyError, TypeError, ValueError) as error:
        raise RefusedError(f"{name}: not a complete plan: {error}. Run plan again.") from error


def _require_match(spec: PlannedSpec) -> None:
    """Raise `ValueError` if the changes of a spec are not such as its body has."""
    if not all(change.pointer for change in (*spec.changes, *spec.skipped)):
        raise ValueError(f"a change of {spec.id} has no path")
    if spec.action is Action.CREATE or spec.body is None:
        return
    try:
        live_before(spec.kind, spec.body, spec.changes)
    except (ReconcilerError, LookupError, TypeError, ValueError) as error:
        raise ValueError(f"the changes of {spec.id} do not fit its body") from error


def _without_defaults(spec: PlannedSpec) -> PlannedSpec:
    """Return a spec less the changes that an earlier version planned, and this one sees none in."""
    name = spec.body.get("name") if spec.body else spec.name
    defaults = {format_pointer(pointer): value for pointer, value in defaults_of(spec.kind, name)}
    kept = tuple(
        change
        for change in spec.changes
        if change.path not in defaults
        or change.operation is Operation.REPLACE
        or defaults[change.path] not in (change.before, change.after)
    )
    return spec if len(kept) == len(spec.changes) else replace(spec, changes=kept)
