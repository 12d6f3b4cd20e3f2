"""Policies over what files say and over what a plan changes, with the lines that break them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.desired.outcomes import Audience, for_targets
from reconciler.desired.source import parse_spec
from reconciler.desired.specfile import SpecFile, read_spec
from reconciler.model.errors import Problem
from reconciler.model.pointers import Pointer
from reconciler.model.policies import BODY, Policy
from reconciler.planning.plan import Plan, PlannedSpec

if TYPE_CHECKING:
    from reconciler.planning.policies import Violation


def file_problems(file: SpecFile, policies: Sequence[Policy]) -> Iterator[Problem]:
    """Yield where a file breaks a policy that needs no plan, at any of its targets.

    What is so at every target that the policy selects is told without their names.
    """
    from reconciler.planning.policies import violations

    for policy in policies:
        if not policy.needs_no_plan:
            continue
        concerned = [
            (target, spec)
            for target, spec in file.specs.items()
            if policy.selects(spec.kind, (spec.name, spec.id, spec.file), target)
        ]
        broken: dict[Violation, list[Audience]] = {}
        for target, spec in concerned:
            for found in violations(policy, spec.kind, {BODY: spec.document}):
                broken.setdefault(found, []).append(target)
        for found, targets in broken.items():
            yield _problem(file, found, targets, named=len(targets) < len(concerned))


def _problem(
    file: SpecFile, found: Violation, targets: Sequence[Audience], *, named: bool
) -> Problem:
    source = file.places.source
    written = file.places.written(found.indexed[1:], targets[0])
    line, column = source.locator.place(written, key=True)
    where = for_targets(targets) if named else ""
    severity = found.policy.severity
    message = f"{where}{found.message}"
    return Problem(source.file, line, column, message, found.fix, "policy", severity)


def under_policies(plan: Plan, policies: Sequence[Policy], *, refuses: bool = True) -> Plan:
    """Return the plan with what the policies say against the specs that it changes.

    With `refuses` False nothing is refused and all is told as warnings, without
    lines: the documents are not those of the files.
    """
    if not policies:
        return plan
    from reconciler.planning.policies import judged

    def where(spec: PlannedSpec, pointer: Pointer) -> str:
        return _place_in_file(spec, plan.target.name, pointer) if refuses else spec.file

    return judged(plan, policies, where, refuses=refuses)


def _place_in_file(spec: PlannedSpec, target: str, pointer: Pointer) -> str:
    """Return `file:line:column` of what a pointer into a spec's document leads to.

    The file alone where it is not there any more, or not to be read.
    """
    try:
        content = Path(spec.file).read_bytes()
    except OSError:
        return spec.file
    source = parse_spec(content, spec.file, spec.kind)
    if source.problems:
        return spec.file
    places = read_spec(source, target).places
    line, column = source.locator.place(places.written(pointer, target), key=True)
    return f"{spec.file}:{line}:{column}"
