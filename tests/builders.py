"""Documents, specs and plans for tests, built in one line each."""

from __future__ import annotations

from copy import deepcopy

from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import CONNECTION_SPEC, FLOW_SPEC, Kind
from reconciler.model.pointers import parse_pointer
from reconciler.model.references import reference_to
from reconciler.model.safety import Safety
from reconciler.model.specs import Directives, LiveSpec, Spec
from reconciler.model.targets import TargetIdentity
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.git_facts import GitFacts
from reconciler.planning.plan import Change, Origin, Plan, PlannedSpec

ID = "6499120c-0b15-42dc-936e-847ea3c24d72"
TARGET = TargetIdentity("local", "emulator:local.db", "1234@AdobeOrg", "prod")
EVERYTHING = frozenset(Origin)


def flow_spec(**fields: object) -> JsonObject:
    """A small flow spec; a field given as None is left out."""
    document: JsonObject = {
        "id": ID,
        "name": "RestStorageToAEP",
        "providerId": "0ed90a81-07f4-4586-8190-b40eccef1c5a",
        "version": "1.0",
        "sourceConnectionSpecIds": ["s1", "s2"],
        "targetConnectionSpecIds": ["t1"],
        "scheduleSpec": {
            "name": "PeriodicSchedule",
            "spec": {
                "type": "object",
                "properties": {"frequency": {"enum": ["once", "hour"]}, "interval": {}},
                "required": ["frequency", "interval"],
            },
        },
        "transformationSpecs": [{"name": "Mapping", "spec": {"type": "object"}}],
    }
    document.update(deepcopy(fields))
    return {key: value for key, value in document.items() if value is not None}


def spec(document: JsonObject, *, kind: Kind = FLOW_SPEC, **directives: object) -> Spec:
    """A desired spec; `shared` and `ignore` are pointers as strings."""
    pointers = {
        name: tuple(map(parse_pointer, directives.get(name, ()))) for name in ("shared", "ignore")
    }
    return Spec(
        kind,
        str(document["id"]),
        str(document["name"]),
        f"specs/{kind.collection}/{document['id']}.yaml",
        document,
        Directives(**pointers, protect=bool(directives.get("protect"))),
    )


def new_source(key: str = "acme", *, others: tuple[str, ...] = (), **fields: object) -> Spec:
    """A connection spec that has a key and no id."""
    document: JsonObject = {"name": "Acme CRM", "providerId": "p", "version": "1.0", **fields}
    directives = Directives(key=key, others=others)
    file = f"specs/connectionSpecs/{key}.yaml"
    reference = reference_to(CONNECTION_SPEC.name, key)
    return Spec(CONNECTION_SPEC, reference, str(document["name"]), file, document, directives)


def live(document: JsonObject, *, kind: Kind = FLOW_SPEC, etag: str | None = None) -> LiveSpec:
    """A live spec, with the fields that the service manages."""
    managed = {"createdAt": 1, "updatedAt": 2, "updatedBy": "someone@AdobeID", "imsOrgId": "o"}
    return LiveSpec(kind, str(document["id"]), {**document, **managed}, etag)


def plan_of(
    desired: Spec,
    live_document: JsonObject | None,
    *,
    base: JsonObject | None = None,
    only: frozenset[Origin] = EVERYTHING,
    safety: Safety | None = None,
    git: GitFacts | None = None,
) -> Plan:
    """A plan of one spec. `base` is the document at the base in Git; None means no base."""
    held = {} if live_document is None else {desired.key: live(live_document, kind=desired.kind)}
    was = None if base is None else spec(base, kind=desired.kind)
    at_base = None if was is None else {was.key: was}
    inputs = PlanInputs(
        TARGET, held, at_base, only=only, safety=safety or Safety(), git=git or GitFacts()
    )
    return build_plan([desired], inputs)


def planned(desired: Spec, live_document: JsonObject | None, **how: object) -> PlannedSpec:
    """The one spec of such a plan."""
    return plan_of(desired, live_document, **how).specs[0]


def lines(changes: tuple[Change, ...]) -> list[str]:
    """Changes as short lines to compare with: `add /a/b repo`."""
    return [f"{change.operation} {change.path} {change.origin}" for change in changes]


def one_line(text: str) -> str:
    """Return printed text without the line breaks that its width causes."""
    return " ".join(text.split())
