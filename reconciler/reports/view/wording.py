"""Short phrases that several reports use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from reconciler.model.targets import CredentialVariables, TargetIdentity
from reconciler.model.text import plural
from reconciler.planning.plan import Action, Change, GitFacts, LastWrite, Origin, Plan, PlannedSpec

ORIGINS = {
    Origin.REPO: "changed in the repo since the base",
    Origin.DRIFT: "changed at the target since the base; an apply takes it back",
    Origin.CONFLICT: "changed in both, differently",
    Origin.UNKNOWN: "no base holds this, so nobody can tell who changed it",
}
"""What each origin beside a change means."""

IN_ORDER = "in order"
"""What is said of a spec that differs in nothing."""

RESIDUAL = "not converging"
"""The mark beside a change that the last apply wrote and the service did not keep."""
RESIDUAL_MEANS = (
    "the last apply wrote this and the service kept something else; settle it by taking the "
    "service's value into the file, or ignore it there"
)


def action_in_words(spec: PlannedSpec) -> str:
    """Return what a plan does with a spec."""
    if spec.action is not Action.NONE:
        return spec.action.value
    return "left alone" if spec.skipped else IN_ORDER


PENDING = "known after apply"
"""What is said beside a reference to a spec that has no id yet."""


def commit_in_words(git: GitFacts) -> str:
    """Return the commit that the specs stand at."""
    if git.commit is None:
        return "none"
    return git.commit[:12] + (" and uncommitted changes" if git.dirty else "")


def target_in_words(target: TargetIdentity) -> str:
    """Return where a target is, and which credentials are sent there."""
    place = f"{target.url}, {target.ims_org}, sandbox {target.sandbox}"
    if target.credentials is None:
        return place
    return f"{place}, {credentials_in_words(target)}"


def credentials_in_words(target: TargetIdentity) -> str:
    """Return which variables hold a target's credentials, and where they are sent for a token."""
    variables = target.credentials or CredentialVariables()
    usual = variables == CredentialVariables()
    names = "ADOBE_*" if usual else ", ".join(variables.names)
    return f"credentials {names}, IMS {target.ims_url}"


def base_in_words(git: GitFacts) -> str:
    """Return which base the origins rest on."""
    if git.base:
        return git.base[:12] + (f" ({git.base_name})" if git.base_name else "")
    return git.base_name or "none, origins unknown"


def has_base(plan: Plan) -> bool:
    """Say whether the plan rests on any base, so that origins mean something."""
    return bool(plan.git.base or plan.git.base_name)


def written_in_words(written: LastWrite) -> str:
    """Return who wrote the live document last and when, as the service says."""
    by = f" by {written.by}" if written.by else ""
    when = f" at {_moment(written.at)}" if written.at is not None else ""
    return f"last written{by}{when}"


def _moment(milliseconds: int) -> str:
    try:
        when = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return str(milliseconds)
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def actions_in_words(plans: Sequence[Plan]) -> str:
    """Return how many specs are created, updated and in order, over all these plans."""
    create = sum(plan.summary.create for plan in plans)
    update = sum(plan.summary.update for plan in plans)
    parts = [f"{create:,} to create, {update:,} to update, {_in_order(plans):,} in order"]
    left = _left_alone(plans)
    return ", ".join([*parts, *([f"{left:,} left alone"] if left else [])])


def quiet_in_words(plans: Sequence[Plan]) -> str:
    """Return how many specs are in order, where there is nothing else to say."""
    left = _left_alone(plans)
    order = f"{plural(_in_order(plans), 'spec')} in order"
    return f"{order}, {plural(left, 'spec')} left alone" if left else order


def _in_order(plans: Sequence[Plan]) -> int:
    return sum(plan.summary.none for plan in plans) - _left_alone(plans)


def _left_alone(plans: Sequence[Plan]) -> int:
    return sum(
        spec.action is Action.NONE and bool(spec.skipped) for plan in plans for spec in plan.specs
    )


def weight_in_words(plans: Sequence[Plan]) -> str:
    """Return what deserves a second look: removals, drift, conflicts. Nothing where all is calm."""
    totals = [plan.summary for plan in plans]
    removals = sum(total.removals for total in totals)
    drift = sum(total.drift for total in totals)
    conflicts = sum(total.conflicts for total in totals)
    parts = [plural(removals, "removal")] if removals else []
    parts += [f"{drift:,} drift"] if drift else []
    parts += [plural(conflicts, "conflict")] if conflicts else []
    return ", ".join(parts)


def plan_in_words(plan: Plan) -> str:
    """Return what a plan with changes does, in counts."""
    weight = weight_in_words([plan])
    return f"{actions_in_words([plan])}." + (f" {weight}." if weight else "")


def origins_in_words(changes: Iterable[Change]) -> str:
    """Return how many changes are of which origin, in the order of the origins."""
    found = [change.origin for change in changes]
    return ", ".join(f"{found.count(origin):,} {origin}" for origin in Origin if origin in found)
