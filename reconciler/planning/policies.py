"""Policies against a plan: which changed specs violate one, and where."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from reconciler.compatibility.compare import counterexample
from reconciler.model.canonical import normal_spelling
from reconciler.model.errors import Severity
from reconciler.model.json_text import Json, JsonObject, compact_json
from reconciler.model.kinds import Kind
from reconciler.model.pointer_lookup import found_at, named_pointer
from reconciler.model.pointers import Pointer, format_pointer
from reconciler.model.policies import BODY, Policy, entry_place
from reconciler.model.schema_reasons import explain_error
from reconciler.model.schema_validation import UnsupportedSchemaError, instance_errors
from reconciler.planning.guards import policy_refusal
from reconciler.planning.plan import Action, Plan, PlannedSpec
from reconciler.planning.plan_file import spec_entry

_LONGEST_SETTING = 200
_WHOLE = "the value "
"""How `reason` begins a clause about the value as a whole."""


class Violation(Struct, frozen=True):
    """One place in a plan's entry that violates a policy."""

    policy: Policy
    pointer: Pointer
    """The place in the entry, with elements of sets and keyed lists by their names."""
    indexed: Pointer
    """The same place, with indexes into every list."""
    why: str
    """A clause without a full stop: `interval must be at least 15`."""

    @property
    def in_document(self) -> bool:
        """True if it is about the spec's document, and not about the rest of the entry."""
        return self.indexed[:1] == (BODY,)

    @property
    def paths(self) -> tuple[str, ...]:
        """The place in the spec's document; none for the rest of the entry."""
        return (format_pointer(self.pointer[1:]),) if self.in_document else ()

    @property
    def message(self) -> str:
        """The violation, with the message of the policy."""
        return f"violates policy {self.policy.name}: {self.why}. {self.policy.message}"

    @property
    def fix(self) -> str:
        """What to do about it."""
        return f"Fix the spec; the policy is in {self.policy.file}"


Whereabouts: TypeAlias = Callable[[PlannedSpec, Pointer], str]
"""Returns `file:line:column` of what an indexed pointer into a spec's document leads to."""


def violations(policy: Policy, kind: Kind, entry: JsonObject) -> Iterator[Violation]:
    """Yield the violations of a policy by the entry of a spec that it selects."""
    place = entry_place(kind)
    for found in found_at(entry, place, policy.pointer, wildcards=True):
        flaw = _flaw(policy, found.value)
        if flaw is not None:
            below, why = flaw
            indexed = (*found.indexed, *below)
            clause = _said_of(found.pointer, why, of_settings=policy.of_settings)
            yield Violation(policy, named_pointer(entry, place, indexed), indexed, clause)


def _said_of(pointer: Pointer, why: str, *, of_settings: bool) -> str:
    """Return the clause with the name of its subject, which may not be an instance."""
    name = format_pointer(pointer) or "the change"
    if why.startswith(_WHOLE):
        return f"{name} {why.removeprefix(_WHOLE)}"
    return why if of_settings else f"in {name}, {why}"


def _flaw(policy: Policy, value: Json) -> tuple[Pointer, str] | None:
    """Return where below a value the policy is violated, and why; also if it cannot be checked."""
    try:
        if policy.of_settings:
            return _flaw_of_settings(policy, value)
        errors = instance_errors(policy.schema, value)
    except UnsupportedSchemaError as error:
        return (), f"{_WHOLE}cannot be checked: {error}"
    return explain_error(errors) if errors else None


def _flaw_of_settings(policy: Policy, schema: Json) -> tuple[Pointer, str] | None:
    """Search for an instance that an embedded schema accepts and the policy rejects."""
    why = _counterexample(compact_json(schema), compact_json(policy.schema))
    return ((), why) if why else None


@lru_cache(maxsize=256)
def _counterexample(schema: str, rule: str) -> str:
    """Return the clause; cached, since specs share schemas and targets share specs."""
    found = counterexample(json.loads(schema), json.loads(rule))
    if found is None:
        return ""
    shown = found.description or compact_json(found.instance)
    if len(shown) > _LONGEST_SETTING:
        shown = f"{shown[:_LONGEST_SETTING]}…"
    return f"{shown} would be accepted, and {found.reason}"


def with_violations(
    plan: Plan,
    policies: Sequence[Policy],
    where: Whereabouts,
    *,
    refuses: bool = True,
    paths_of: Callable[[str], Sequence[str]] = lambda file: (file,),
) -> Plan:
    """Return the plan with the violations of policies by the specs that it changes.

    A policy whose severity is an error blocks the plan, if `refuses`; all else is
    a warning. `paths_of` returns the paths by which a policy may select a file.
    """
    specs, warnings = [], list(plan.warnings)
    for spec in plan.specs:
        refusals = []
        for found in _against(spec, policies, plan.target.name, paths_of):
            if refuses and found.policy.severity is Severity.ERROR:
                place, paths = _place(found, spec, where), found.paths
                refusals.append(policy_refusal(found.message, place, found.fix, paths))
            else:
                warnings.append(f"{_place(found, spec, where)}: {found.message}")
        specs.append(replace(spec, refusals=(*spec.refusals, *refusals)))
    return replace(plan, specs=tuple(specs), warnings=tuple(warnings))


def _against(
    spec: PlannedSpec,
    policies: Sequence[Policy],
    target: str,
    paths_of: Callable[[str], Sequence[str]],
) -> Iterator[Violation]:
    if spec.action is Action.NONE:
        return
    names = (spec.name, spec.id, *paths_of(spec.file))
    selecting = [policy for policy in policies if policy.selects(spec.kind, names, target)]
    entry = _entry(spec) if selecting else {}
    for policy in selecting:
        yield from violations(policy, spec.kind, entry)


def _entry(spec: PlannedSpec) -> JsonObject:
    """Return the entry that a policy checks: its document in canonical spelling."""
    body = None if spec.body is None else normal_spelling(spec.kind, spec.body)
    return spec_entry(replace(spec, body=body))


def _place(found: Violation, spec: PlannedSpec, where: Whereabouts) -> str:
    return where(spec, found.indexed[1:]) if found.in_document else spec.file
