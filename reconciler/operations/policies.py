"""What a plan's files are held to: policies and valid schemas, with the lines that break them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from reconciler.desired.folder import selector_names, selector_paths
from reconciler.desired.load import Loaded
from reconciler.desired.per_target import Audience, for_targets
from reconciler.desired.spec_file import SpecFile, find_line
from reconciler.model.canonical import TwoSpellingsError, normal_spelling
from reconciler.model.checks import CHECKS, SCHEMA_FLAWS
from reconciler.model.errors import InputError
from reconciler.model.json_text import JsonObject
from reconciler.model.pointers import Pointer
from reconciler.model.policies import BODY, Policy
from reconciler.model.problems import Problem
from reconciler.model.specs import LiveSpec, Spec, SpecKey
from reconciler.planning.plan import Plan, PlannedSpec

if TYPE_CHECKING:
    from reconciler.planning.policies import Violation


def check_file_policies(file: SpecFile, policies: Sequence[Policy]) -> Iterator[Problem]:
    """Yield where a file breaks a policy that needs no plan, at any of its targets.

    A problem at every target that the policy selects is reported without their names.
    """
    from reconciler.planning.policies import violations

    for policy in policies:
        if not policy.needs_no_plan:
            continue
        concerned = [
            (target, spec)
            for target, spec in file.specs.items()
            if policy.selects(spec.kind, selector_names(spec), target)
        ]
        broken: dict[Violation, list[Audience]] = {}
        for target, spec in concerned:
            for found in violations(policy, spec.kind, {BODY: spec.document}):
                broken.setdefault(found, []).append(target)
        for found, targets in broken.items():
            yield _policy_problem(file, found, targets, named=len(targets) < len(concerned))


def _policy_problem(
    file: SpecFile, found: Violation, targets: Sequence[Audience], *, named: bool
) -> Problem:
    source = file.places.source
    written = file.places.source_pointer(found.indexed[1:], targets[0])
    line, column = source.locator.place(written, key=True)
    where = for_targets(targets) if named else ""
    severity = found.policy.severity
    message = f"{where}{found.message}"
    return Problem(source.file, line, column, message, found.fix, "policy", severity)


def check_policies(plan: Plan, policies: Sequence[Policy], *, refuses: bool = True) -> Plan:
    """Return the plan with what the policies say against the specs that it changes.

    With `refuses` False nothing is refused and violations are warnings, without
    lines: the documents are not those of the files.
    """
    if not policies:
        return plan
    from reconciler.planning.policies import with_violations

    def where(spec: PlannedSpec, pointer: Pointer) -> str:
        place = None
        if refuses:
            place = find_line(spec.file, spec.kind, plan.target.name, pointer, key=True)
        return spec.file if place is None else f"{spec.file}:{place[0]}:{place[1]}"

    return with_violations(plan, policies, where, refuses=refuses, paths_of=selector_paths)


def require_valid_schemas(
    loaded: Loaded, specs: Sequence[Spec], live: Mapping[SpecKey, LiveSpec], target: str
) -> None:
    """Raise `InputError` with every flaw of a schema that the target does not have as it is."""
    flawed = {problem.file for problem in loaded.warnings if problem.check in SCHEMA_FLAWS}
    problems = [
        problem
        for spec in specs
        if spec.file in flawed
        for problem in _schema_problems(spec, live.get(spec.key), target)
    ]
    if problems:
        raise InputError(problems)


def _schema_problems(spec: Spec, live: LiveSpec | None, target: str) -> Iterator[Problem]:
    from reconciler.desired.checks.embedded_schemas import flaws_unlike

    for pointer, message, fix, check in flaws_unlike(spec.kind, spec.document, _held(live)):
        key = CHECKS[check].at_key
        line, column = find_line(spec.file, spec.kind, target, pointer, key=key) or (0, 0)
        yield Problem(spec.file, line, column, message, fix, check)


def _held(live: LiveSpec | None) -> JsonObject:
    try:
        return normal_spelling(live.kind, live.document) if live else {}
    except TwoSpellingsError:  # the plan says so of that spec
        return {}
