"""Rolling back: an ordinary three-way plan out of an apply report.

Desired is the document as it was before the run, base the one that the run
asked for, live what the target holds now. So a later change on the target is
drift, and stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from reconciler.model.canonical import normal_spelling
from reconciler.model.json_access import expect_object, expect_string
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import kind_named
from reconciler.model.specs import Directives, LiveSpec, Spec, SpecKey
from reconciler.model.targets import TargetIdentity
from reconciler.planning.apply_report import ReportError, entry_key, report_entries, report_target
from reconciler.planning.builder import PlanInputs, build_plan
from reconciler.planning.guards import IN_BOTH
from reconciler.planning.plan import Origin, Plan
from reconciler.planning.refusal import Refusal
from reconciler.planning.results import Result


class Earlier(Struct, frozen=True):
    """The state before the run, from an apply report."""

    target: TargetIdentity
    """The target of the run."""
    desired: tuple[Spec, ...]
    """The documents to restore."""
    base: Mapping[SpecKey, Spec]
    """The documents that the run requested."""
    created: tuple[str, ...]
    """The names of the specs that the run created: the API has no DELETE, so they stay."""


def with_protection(earlier: Earlier, specs: Iterable[Spec]) -> Earlier:
    """Return the documents to restore, those protected that `specs` protect now.

    A report does not hold it, and a rollback needs `--allow-protected` as any apply.
    """
    protected = {spec.key for spec in specs if spec.directives.protect}
    desired = tuple(
        replace(spec, directives=Directives(protect=spec.key in protected))
        for spec in earlier.desired
    )
    return replace(earlier, desired=desired)


def without_advice(plan: Plan) -> Plan:
    """Return the plan with the facts of its refusals only, and what they are in a rollback.

    Their ways out are about the files, and a conflict is with a change after the run.
    """

    def fact(refusal: Refusal) -> Refusal:
        message = refusal.message.partition("\n")[0]
        return replace(refusal, message=message.replace(IN_BOTH, "changed again after that run"))

    specs = tuple(replace(spec, refusals=tuple(map(fact, spec.refusals))) for spec in plan.specs)
    return replace(plan, specs=specs)


def earlier_documents(lines: Iterable[str], name: str) -> Earlier:
    """Read an apply report. `name` is the file's, for messages; an unfinished line is skipped.

    Of several writes of one spec all are undone, and nothing that others changed
    in between. Raises `ReportError` if it is not a report, or records no write.
    """
    entries = report_entries(lines, name)
    befores = [entry for entry in entries if entry.get("entry") == "before"]
    if not befores:
        raise ReportError(f"{name}: that run wrote nothing, so there is nothing to roll back.")
    try:
        target = report_target(entries)
        writes = _by_spec(entries, befores)
        created = {entry_key(entry) for entry in entries if entry.get("entry") == "created"}
        replaced = [
            found
            for key, found in writes.items()
            if found[0]["document"] is not None and key not in created
        ]
        return Earlier(
            target,
            tuple(_restored(found, target) for found in replaced),
            {spec.key: spec for spec in (_spec(found[-1], "asked") for found in replaced)},
            tuple(
                expect_string(found[0]["name"])
                for found in writes.values()
                if found[0]["document"] is None
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ReportError(f"{name}: not a whole apply report: {error}.") from error


def _by_spec(
    entries: Sequence[JsonObject], befores: Sequence[JsonObject]
) -> dict[SpecKey, list[JsonObject]]:
    """Return the writes of each spec, in their order: those that did not fail, if there are any."""
    failed = {
        (entry.get("run"), entry_key(entry))
        for entry in entries
        if entry.get("entry") == "outcome" and entry.get("result") == Result.FAILED
    }
    writes: dict[SpecKey, list[JsonObject]] = {}
    for entry in befores:
        writes.setdefault(entry_key(entry), []).append(entry)
    return {
        key: [each for each in found if (each.get("run"), key) not in failed] or found
        for key, found in writes.items()
    }


def _restored(writes: Sequence[JsonObject], target: TargetIdentity) -> Spec:
    """Return a spec as it was before the first of several writes, with the others' changes since.

    From the last document that a write replaced, each earlier write is undone by
    a three-way plan of its own.
    """
    *earlier, last = writes
    restored = _spec(last, "document")
    for entry in reversed(earlier):
        desired, asked = _spec(entry, "document"), _spec(entry, "asked")
        live = LiveSpec(restored.kind, restored.id, {**restored.document, "id": restored.id})
        inputs = PlanInputs(
            target,
            {live.key: live},
            {asked.key: asked},
            only=frozenset({Origin.REPO, Origin.CONFLICT}),
        )
        body = build_plan([desired], inputs).specs[0].body
        restored = restored if body is None else replace(restored, document=body)
    return restored


def _spec(entry: JsonObject, field: str) -> Spec:
    kind = kind_named(expect_string(entry["kind"]))
    spec_id, name, file = (expect_string(entry[key]) for key in ("id", "name", "file"))
    return Spec(kind, spec_id, name, file, normal_spelling(kind, expect_object(entry[field])))
