"""What blocks a plan: each reason once, with all specs that it holds for, and the ways out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from reconciler.model.text import join_limited, plural
from reconciler.planning.commands import on
from reconciler.planning.plan import Action, Plan, PlannedSpec
from reconciler.planning.refusal import Guard, Override, Refusal
from reconciler.reports.view.causes import Cause, causes, is_by_name
from reconciler.reports.view.groups import by_key
from reconciler.reports.view.impact import MOST_FLOWS, Breakage, SchemaNote, breakages

MOST_LISTED = MOST_FLOWS
"""Specs or dataflows of one reason that are listed; of more the first ones and their number."""
_FEW = 3
_ANY_TARGET = "NAME"


class Blocked(Struct, frozen=True):
    """All causes of one plan, and the options that override them."""

    causes: tuple[Cause, ...]
    """What blocks the plan."""
    allowed: tuple[Cause, ...]
    """What would, and was overridden."""
    command: str
    """The command that the options are for."""
    options: str
    """The options of `apply`, always in the same order; empty if there are none to offer."""
    discards: int
    """How many values on the target these options would discard."""
    fixed: str
    """A sentence on the causes that no option overrides; an empty string if there are none."""
    trailers: tuple[str, ...]
    """The trailers of a commit that override it, to copy; empty without a base."""

    @property
    def likeness(self) -> object:
        """What is equal on several targets that are shown as one."""
        causes = tuple(cause.likeness for cause in (*self.causes, *self.allowed))
        return causes, self.options, self.fixed, self.trailers

    @property
    def guards(self) -> int:
        """How many guards block the plan."""
        return len({cause.guard for cause in self.causes})


def blocked(plan: Plan, target: str = "") -> Blocked:
    """Return what blocks a plan. `target` is named in commands; empty for the plan's own."""
    target = target or plan.target.name
    found = causes(plan, target)
    options = _options(plan)
    return Blocked(
        tuple(cause for cause in found if cause.override is None),
        tuple(cause for cause in found if cause.override is not None),
        "apply PLAN_FILE" if plan.partial else f"apply {on(target, plan.folder)}",
        options,
        _discarded(plan) if options else 0,
        _fixed(plan),
        _trailers(plan),
    )


def blocked_alike(plans: Sequence[Plan]) -> list[tuple[list[int], Blocked]]:
    """Return what blocks plans, once for those that it is the same for, with their indexes."""
    any_target = [blocked(plan, _ANY_TARGET) for plan in plans]
    groups = by_key(
        (found.likeness, index)
        for index, found in enumerate(any_target)
        if found.causes or found.allowed
    )
    return [
        (indexes, any_target[first] if others else blocked(plans[first]))
        for indexes in groups.values()
        for first, *others in [indexes]
    ]


def is_blocked(spec: PlannedSpec) -> bool:
    """Return True if a guard refuses a change of this spec and nothing overrides it."""
    return any(refusal.override is None for refusal in spec.refusals)


def override_command(found: Blocked, command: str = "") -> tuple[str, str]:
    """Return what introduces the command that overrides what blocks a plan, and all of it.

    `command` replaces that of `found`. Both are empty if no option would help.
    """
    if not found.options:
        return "", ""
    number = plural(found.discards, "value")
    losing = f" (discards {number} on the target)" if found.discards else ""
    what = "To override the rest" if found.fixed else "To override"
    return f"{what}{losing}:", f"reconciler {command or found.command} {found.options}"


REVIEWED = "Or add to a commit message, to be reviewed:"
"""What introduces the trailers."""


def override_in_words(override: Override) -> str:
    """Return who allowed something: `allowed by --allow-breaking`."""
    if override.option:
        return f"allowed by {override.option}"
    author = f" by {override.author}" if override.author else ""
    reason = f" ({override.reason})" if override.reason else ""
    return f"allowed{author} in commit {override.commit[:12]}{reason}"


def risks(plan: Plan) -> Iterator[tuple[str, tuple[Breakage, ...]]]:
    """Yield breaking changes that block nothing, since no dataflow is affected, by their reason."""
    groups = by_key(
        ((each.reasons, each.headline), each)
        for each in breakages(plan)
        if all(refusal.guard is not Guard.BREAKING for refusal in each.spec.refusals)
    )
    for (_, headline), group in groups.items():
        names = join_limited([each.spec.name or each.spec.id for each in group], _FEW)
        yield f"breaking: {names} {headline}", tuple(group)


def cautions(plans: Sequence[Plan]) -> Iterator[tuple[str, Sequence[str], Sequence[SchemaNote]]]:
    """Yield the breaking changes that block nothing, then each warning once.

    Each comes with the names of its targets, and with examples.
    """
    for plan in plans:
        for text, group in risks(plan):
            yield text, [plan.target.name], group[0].examples
    found = by_key((warning, plan.target.name) for plan in plans for warning in plan.warnings)
    yield from ((warning, names, ()) for warning, names in found.items())


def _options(plan: Plan) -> str:
    """Return the options that override what blocks a plan, and those that were given already.

    A spec that was found by its name is pulled, and never written over by an option.
    """
    by_name = {
        refusal.flag
        for spec in plan.specs
        for refusal in spec.refusals
        if is_by_name(spec, refusal) and refusal.override is None
    }
    found = [no for no in plan.all_refusals if no.override is None or no.override.option]
    flags = {refusal.flag for refusal in found if refusal.flag} - by_name
    needed = {refusal.flag for refusal in plan.blocking} & flags
    return " ".join(guard.flag for guard in Guard if guard.flag in flags) if needed else ""


def _overridable(plan: Plan) -> list[tuple[PlannedSpec, Refusal]]:
    """Return what blocks single specs and can be overridden."""
    return [
        (spec, refusal)
        for spec in plan.specs
        for refusal in spec.refusals
        if refusal.override is None and refusal.flag and not is_by_name(spec, refusal)
    ]


def _trailers(plan: Plan) -> tuple[str, ...]:
    """Return a trailer for each guard that blocks a spec and that a reviewed commit overrides.

    If they are many, one for each guard, with FILE for the files.
    """
    found = [(no.guard, spec.file) for spec, no in _overridable(plan) if plan.git.base]
    if len(found) > MOST_LISTED:
        found = [(guard, "FILE") for guard, _ in found]
    lines = (f"Reconciler-Allow: {guard} {file} (REASON)" for guard, file in found)
    return tuple(dict.fromkeys(lines))


def _discarded(plan: Plan) -> int:
    """Return how many of the target's values the options would discard."""
    return sum(
        len(refusal.pointers)
        for spec, refusal in _overridable(plan)
        if spec.action is Action.UPDATE and refusal.guard in (Guard.REMOVALS, Guard.CONFLICTS)
    )


def _fixed(plan: Plan) -> str:
    guards = {refusal.guard for refusal in plan.blocking if not refusal.flag}
    names = {
        Guard.POLICY: "Policy violations",
        Guard.LIMIT: "Limits",
        Guard.REMOVALS: "Removals on this target",
    }
    found = [names.get(guard, guard.value) for guard in Guard if guard in guards]
    if not found:
        return ""
    return f"{' and '.join([found[0], *(name.lower() for name in found[1:])])} cannot be overridden"
