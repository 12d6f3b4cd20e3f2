"""Overrides that were reviewed in Git: which refusals of a plan the trailers of commits allow.

DESIGN, "Reviewed overrides". Only what an option overrides, too, so no policy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from reconciler.model.trailers import Trailer
from reconciler.planning.plan import Plan, PlannedSpec
from reconciler.planning.refusal import Guard, Override, Refusal


def with_reviewed_overrides(
    plan: Plan, reviewed: Sequence[Trailer], paths_of: Callable[[str], Sequence[str]]
) -> Plan:
    """Return the plan with the refusals marked that trailers allow, and warnings of idle trailers.

    `paths_of` returns the paths by which a trailer may name a spec's file. A file
    that is not as the commit has it is allowed nothing.
    """
    used: set[Trailer] = set()

    def marked(spec: PlannedSpec, refusal: Refusal) -> Refusal:
        paths = paths_of(spec.file)
        if not refusal.flag or _is_uncommitted(plan, paths):
            return refusal
        found = [one for one in reviewed if one.guard == refusal.guard and one.file in paths]
        if not found:
            return refusal
        used.update(found)
        commit, author, reason = found[0].commit, found[0].author, found[0].reason
        return replace(refusal, override=Override("", commit, author, reason))

    specs = tuple(
        replace(spec, refusals=tuple(marked(spec, refusal) for refusal in spec.refusals))
        for spec in plan.specs
    )
    warnings = (
        f"{one} allows nothing: {why}."
        for one in dict.fromkeys(reviewed)
        if one not in used and (why := _idle(one, plan, paths_of))
    )
    return replace(plan, specs=specs, warnings=(*plan.warnings, *warnings))


def _is_uncommitted(plan: Plan, paths: Sequence[str]) -> bool:
    if not plan.git.uncommitted:
        return plan.git.dirty  # a plan file of an earlier version does not name the files
    return any(entry.startswith(f"{paths[0]}: ") for entry in plan.git.uncommitted)


def _idle(one: Trailer, plan: Plan, paths_of: Callable[[str], Sequence[str]]) -> str:
    """Return why a trailer allows nothing; empty if its file was not planned."""
    flags = [guard.value for guard in Guard if guard.flag]
    if one.guard not in flags:
        return f"{one.guard} is none of {', '.join(flags)}"
    specs = [spec for spec in plan.specs if one.file in paths_of(spec.file)]
    if not specs:
        return "" if plan.partial else "no spec has this file"
    if _is_uncommitted(plan, paths_of(specs[0].file)):
        return "the file has uncommitted changes"
    return f"{one.guard} does not block {specs[0].name} in this plan"
