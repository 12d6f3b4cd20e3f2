"""Overrides that were reviewed in Git: which refusals of a plan the trailers of commits allow.

DESIGN, "Reviewed overrides". Only what an option overrides, too, so no policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from reconciler.planning.plan import Plan, PlannedSpec
from reconciler.planning.refusal import Guard, Override, Refusal


class ReviewedOverride(Struct, frozen=True):
    """A trailer of a commit: the guard and the file that it names, and what it is shown as."""

    guard: str
    file: str
    override: Override
    label: str
    """The name for warnings."""


def with_reviewed_overrides(
    plan: Plan, reviewed: Sequence[ReviewedOverride], paths_of: Callable[[str], Sequence[str]]
) -> Plan:
    """Return the plan with the refusals marked that trailers allow, and warnings of idle trailers.

    `paths_of` returns the paths by which a trailer may name a spec's file. A file
    that is not as the commit has it is allowed nothing.
    """
    used: set[ReviewedOverride] = set()

    def allowing(spec: PlannedSpec, refusal: Refusal) -> ReviewedOverride | None:
        paths = paths_of(spec.file)
        if not refusal.flag or _is_uncommitted(plan, paths):
            return None
        found = [one for one in reviewed if one.guard == refusal.guard and one.file in paths]
        used.update(found)
        return found[0] if found else None

    def marked(spec: PlannedSpec) -> PlannedSpec:
        refusals = tuple(
            replace(refusal, override=found.override)
            if (found := allowing(spec, refusal)) is not None
            else refusal
            for refusal in spec.refusals
        )
        return replace(spec, refusals=refusals)

    specs = tuple(map(marked, plan.specs))
    warnings = (
        f"{one.label} allows nothing: {why}."
        for one in dict.fromkeys(reviewed)
        if one not in used and (why := _idle(one, plan, paths_of))
    )
    return replace(plan, specs=specs, warnings=(*plan.warnings, *warnings))


def without_overrides(plan: Plan) -> Plan:
    """Return the plan as it is when nothing overrides its refusals."""

    def bare(refusals: Iterable[Refusal]) -> tuple[Refusal, ...]:
        return tuple(replace(refusal, override=None) for refusal in refusals)

    specs = tuple(replace(spec, refusals=bare(spec.refusals)) for spec in plan.specs)
    return replace(plan, refusals=bare(plan.refusals), specs=specs)


def _is_uncommitted(plan: Plan, paths: Sequence[str]) -> bool:
    if not plan.git.uncommitted:
        return plan.git.dirty  # a plan file of an earlier version does not name the files
    return any(entry.startswith(f"{paths[0]}: ") for entry in plan.git.uncommitted)


def _idle(one: ReviewedOverride, plan: Plan, paths_of: Callable[[str], Sequence[str]]) -> str:
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
