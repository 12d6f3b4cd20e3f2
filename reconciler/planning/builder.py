"""Building a plan: desired, live and base in, a plan out. A pure function of its inputs.

The merge is in `three_way`, the guards in `guards`, the body to send in `body`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from reconciler.model.canonical import TwoSpellingsError
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import Kind
from reconciler.model.pointers import format_pointer
from reconciler.model.references import is_referred_to
from reconciler.model.safety import Safety
from reconciler.model.specs import LiveFingerprint, LiveSpec, Spec, SpecKey
from reconciler.model.targets import TargetIdentity
from reconciler.planning.body import carried_by, in_documented_order, put_body
from reconciler.planning.connection_names import is_pending, names_in, unknown_ids
from reconciler.planning.diff import Difference, differences
from reconciler.planning.git_facts import GitFacts
from reconciler.planning.guards import plan_refusals, spec_refusals
from reconciler.planning.plan import (
    Action,
    Change,
    LastWrite,
    Operation,
    Origin,
    Plan,
    PlannedSpec,
    Unmanaged,
)
from reconciler.planning.three_way import Trees, origin_of, trees_of
from reconciler.planning.tree import ABSENT, Tree, at, document_tree, json_of
from reconciler.planning.unconverged import Residues, unconverged_text


class PlanInputs(Struct, frozen=True):
    """What a plan is computed from, apart from the desired specs."""

    target: TargetIdentity
    live: Mapping[SpecKey, LiveSpec]
    """The live specs by key; a missing key does not exist on the target."""
    base: Mapping[SpecKey, Spec] | None = None
    """The specs at the base; None without a base."""
    git: GitFacts = field(default_factory=GitFacts)
    safety: Safety = field(default_factory=Safety)
    """The limits that the guards use."""
    only: frozenset[Origin] = frozenset(Origin)
    """The origins of the changes to plan; the others are skipped."""
    unmanaged: Sequence[LiveSpec] = ()
    """Specs on the target that no file describes."""
    unmanaged_since_base: Sequence[Spec] = ()
    """Specs of the base whose files are gone."""
    warnings: Sequence[str] = ()
    """Warnings from reading the target."""
    target_changes: Sequence[str] = ()
    """How the target's entry in reconciler.yaml changed since the base."""
    unconverged_by_spec: Residues = field(default_factory=dict)
    """What the last apply wrote and the service did not keep."""
    connections: Mapping[str, str] | None = None
    """The names of the specs that others refer to, by id; None if the target lists none."""
    found: frozenset[SpecKey] = frozenset()
    """The specs whose ids were found on the target and are not in their files."""
    namesakes: Mapping[SpecKey, tuple[str, ...]] = field(default_factory=dict)
    """By spec without an id; see `PlannedSpec.namesakes`."""
    twins: Mapping[SpecKey, tuple[LiveSpec, ...] | None] = field(default_factory=dict)
    """The namesakes of specs that are to be created; None if the target does not list them."""
    since: Mapping[SpecKey, Sequence[Spec]] = field(default_factory=dict)
    """What the files held in commits after the base; see `origin_of`."""
    partial: bool = False
    """True if only a part of the commit is planned."""


def build_plan(desired: Iterable[Spec], inputs: PlanInputs) -> Plan:
    """Compare every desired spec with live and base, and return the plan.

    Neither documents nor mappings are changed. A spec whose live document cannot
    be compared has an error; the others are planned.
    """
    desired = tuple(desired)
    specs = tuple(_planned(spec, inputs) for spec in desired)
    known = {spec.id: spec.name for spec in desired if is_referred_to(spec.kind)}
    names = {**known, **(inputs.connections or {})}
    unknown = () if inputs.connections is None else unknown_ids(specs, names)
    return Plan(
        target=inputs.target,
        git=inputs.git,
        specs=specs,
        unmanaged=tuple(Unmanaged(live.kind.name, live.id, live.name) for live in inputs.unmanaged),
        unmanaged_since_base=tuple(
            Unmanaged(spec.kind.name, spec.id, spec.name) for spec in inputs.unmanaged_since_base
        ),
        refusals=plan_refusals(specs, inputs.safety),
        target_changes=tuple(inputs.target_changes),
        partial=inputs.partial,
        warnings=(
            *inputs.warnings,
            *(f"{spec.file}: error: {spec.error}" for spec in specs if spec.error),
            *_found_by_name(specs),
            *_idle_directives(desired, inputs.live),
            *unknown,
        ),
        names=names_in(specs, names),
    )


def _found_by_name(specs: Iterable[PlannedSpec]) -> Iterable[str]:
    for spec in specs:
        if spec.found:
            yield (
                f"{spec.file}: found on the target by name and provider; its id is {spec.id}. An "
                "apply writes it into the file: commit it."
            )


def _idle_directives(specs: Iterable[Spec], lives: Mapping[SpecKey, LiveSpec]) -> Iterable[str]:
    """Yield a warning for each place to ignore that is neither in the file nor live: a typo."""
    for spec in specs:
        live = lives.get(spec.key)
        if live is None or not spec.directives.ignore or _flaw(live):
            continue
        trees = [document_tree(spec.kind, document) for document in (spec.document, live.document)]
        for pointer in spec.directives.ignore:
            if all(at(tree, pointer) is ABSENT for tree in trees):
                yield (
                    f"{spec.file}: x-reconciler.ignore: {format_pointer(pointer)} matches nothing, "
                    "neither in the file nor on the target. Fix the pointer or remove it."
                )


def _planned(spec: Spec, inputs: PlanInputs) -> PlannedSpec:
    planned = _compared(spec, inputs)
    if not spec.reference:
        return planned
    return replace(
        planned,
        reference=spec.reference,
        found=spec.key in inputs.found,
        namesakes=inputs.namesakes.get(spec.key, ()),
    )


def _compared(spec: Spec, inputs: PlanInputs) -> PlannedSpec:
    live = inputs.live.get(spec.key)
    if live is None:
        return _created(spec, inputs)
    if flaw := _flaw(live):
        error = f"skipped, since its document on the target cannot be compared: {flaw}."
        return replace(_unchanged(spec, None), error=error)
    return _unchanged(spec, live) if live.is_equal(spec) else _updated(spec, live, inputs)


def _unchanged(spec: Spec, live: LiveSpec | LiveFingerprint | None) -> PlannedSpec:
    return PlannedSpec(spec.kind, spec.id, spec.name, spec.file, Action.NONE, live)


def _flaw(live: LiveSpec) -> str:
    """Return why a live document cannot be compared; empty if it can."""
    try:
        live.spelled  # noqa: B018 - raises
    except TwoSpellingsError as error:
        return str(error)
    return live.flaw


def _created(spec: Spec, inputs: PlanInputs) -> PlannedSpec:
    body = in_documented_order(spec.kind, spec.document)
    # The target never had it, or lost it as a whole: no value was changed there.
    origin = Origin.UNKNOWN if inputs.base is None else Origin.REPO
    changes = tuple(
        _marked(Change(Operation.ADD, (name,), None, json_of(tree), origin), spec.kind)
        for name, tree in document_tree(spec.kind, body).items()
    )
    wanted, left = _split(changes, inputs.only)
    if not wanted:
        return replace(_unchanged(spec, None), skipped=left)
    return replace(
        _unchanged(spec, None),
        action=Action.CREATE,
        changes=changes,
        refusals=spec_refusals(
            spec, changes, inputs.safety, inputs.target.name, inputs.twins.get(spec.key, ())
        ),
        body=body,
        match=spec.directives.match,
    )


def _updated(spec: Spec, live: LiveSpec, inputs: PlanInputs) -> PlannedSpec:
    kind = spec.kind
    base = inputs.base.get(spec.key) if inputs.base is not None else None
    trees = trees_of(spec, live, base)
    since = [document_tree(kind, held.document) for held in inputs.since.get(spec.key, ())]
    unsettled = inputs.unconverged_by_spec.get(spec.key, frozenset())
    every = tuple(
        _marked(_change(difference, trees, since), kind, unsettled)
        for difference in differences(trees.live, trees.target)
    )
    changes, skipped = _split(every, inputs.only)
    return replace(
        _unchanged(spec, LiveFingerprint(live.fingerprint)),
        action=Action.UPDATE if changes else Action.NONE,
        changes=changes,
        refusals=spec_refusals(spec, changes, inputs.safety, inputs.target.name),
        body=put_body(kind, live.document, changes) if changes else None,
        carried=carried_by(trees, changes),
        skipped=skipped,
        last_write=_last_write(live.document) if every else None,
        shared=spec.directives.shared,
        ignored=spec.directives.ignore,
    )


def _change(difference: Difference, trees: Trees, since: Sequence[Tree]) -> Change:
    anchor = difference.anchor
    origin = origin_of(
        at(trees.base or {}, anchor),
        at(trees.target, anchor),
        at(trees.live, anchor),
        has_base=trees.base is not None,
        since=(at(tree, anchor) for tree in since),
    )
    return difference.change(origin)


def _marked(change: Change, kind: Kind, unsettled: Collection[str] = ()) -> Change:
    """Return a change with the marks of one that was not kept, and of one that waits for an id."""
    unconverged = bool(unsettled) and unconverged_text(kind, change) in unsettled
    pending = is_pending(kind, change)
    return replace(change, unconverged=unconverged, pending=pending)


def _split(
    changes: tuple[Change, ...], only: frozenset[Origin]
) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    return (
        tuple(change for change in changes if change.origin in only),
        tuple(change for change in changes if change.origin not in only),
    )


def _last_write(document: JsonObject) -> LastWrite | None:
    by, when = document.get("updatedBy"), document.get("updatedAt")
    if not isinstance(by, str) and not isinstance(when, int):
        return None
    return LastWrite(by if isinstance(by, str) else "", when if isinstance(when, int) else None)
