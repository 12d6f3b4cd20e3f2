"""Short phrases that all reports share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reconciler.model.targets import CredentialVariables, TargetIdentity
from reconciler.model.text import join_limited, plural, timestamp
from reconciler.planning.git_facts import GitFacts
from reconciler.planning.guards import IN_BOTH
from reconciler.planning.plan import Action, Change, LastWrite, Origin, Plan, PlannedSpec
from reconciler.planning.results import Result
from reconciler.reports.view.drift import is_of_drift

ORIGINS = {
    Origin.REPO: "changed in Git since the base",
    Origin.DRIFT: "changed on the target, not in Git; apply reverts it",
    Origin.CONFLICT: IN_BOTH,
    Origin.UNKNOWN: "not in the base: cannot tell who changed it",
}
"""What each origin beside a change means."""

UNCHANGED = "unchanged"
"""A spec that equals the target's."""
SKIPPED = "skipped"
"""A spec or a change that `--only-origin` leaves out."""
PENDING = "known after apply"
"""The mark beside a reference to a spec that has no id yet."""
UNCONVERGED = "not kept by the service"
"""The mark beside a change that the last apply wrote and the service did not store."""
UNCONVERGED_MEANS = (
    "the last apply wrote this, but the service stored something else. "
    "Copy the service's value into the file, or list the pointer under x-reconciler: ignore"
)
NO_BASE = "no base: cannot tell who made a change"


def action_in_words(spec: PlannedSpec, plan: Plan) -> str:
    """Return what a plan does with a spec, or for drift what happened to it on the target."""
    if is_of_drift(plan) and spec.action is not Action.NONE:
        return "missing" if spec.action is Action.CREATE else "drifted"
    if spec.action is not Action.NONE:
        return spec.action.value
    return SKIPPED if spec.skipped else UNCHANGED


def result_in_words(result: Result) -> str:
    """Return a result as users read it; the values in apply reports are older than these words."""
    words = {
        Result.IN_ORDER: UNCHANGED,
        Result.RESIDUAL: "stored differently",
        Result.NOT_CONVERGING: UNCONVERGED,
        Result.LOST: "overwritten",
    }
    return words.get(result, result.value)


_FEW = 3
"""Files that are named."""


def uncommitted_in_words(git: GitFacts) -> str:
    """Return which of the files that were read the commit does not hold, empty if none."""
    return join_limited(list(git.uncommitted), _FEW)


def commit_in_words(git: GitFacts) -> str:
    """Return the commit of the spec files."""
    if git.commit is None:
        return "none"
    files = f" ({uncommitted_in_words(git)})" if git.uncommitted else ""
    what = "and uncommitted changes" if git.dirty else "without uncommitted files" if files else ""
    return f"{git.commit[:12]} {what}{files}".rstrip()


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
    """Return the base of the comparison: `base: 1a2b… (--base main)`, or that there is none."""
    if git.base:
        return f"base: {git.base[:12]}" + (f" ({git.base_name})" if git.base_name else "")
    return f"base: {git.base_name}" if git.base_name else NO_BASE


def has_base(plan: Plan) -> bool:
    """Return True if the plan has a base, so that its changes have known origins."""
    return bool(plan.git.base or plan.git.base_name)


def written_in_words(written: LastWrite) -> str:
    """Return who wrote the live document last and when, as reported by the service."""
    by = f" by {written.by}" if written.by else ""
    when = f" at {timestamp(written.at)}" if written.at is not None else ""
    return f"last written{by}{when}"


def actions_in_words(plans: Sequence[Plan]) -> str:
    """Return how many specs are created, updated and unchanged in all these plans."""
    create = sum(plan.summary.create for plan in plans)
    update = sum(plan.summary.update for plan in plans)
    parts = [f"{create:,} to create, {update:,} to update, {unchanged_count(plans):,} unchanged"]
    skipped = _skipped(plans)
    return ", ".join([*parts, *([f"{skipped:,} skipped"] if skipped else [])])


def unchanged_in_words(plans: Sequence[Plan]) -> str:
    """Return how many specs match, for plans without changes."""
    number, skipped = unchanged_count(plans), _skipped(plans)
    target = "the target" if len(plans) == 1 else "their targets"
    if skipped:
        return f"{plural(number, 'spec')} unchanged, {skipped:,} skipped."
    if pending := sum(len(plan.pending or ()) for plan in plans):
        return f"{plural(number, 'spec')} without drift, of which {pending:,} pending."
    if not number:
        return "No specs."
    return f"The spec matches {target}." if number == 1 else f"All {number:,} specs match {target}."


def unchanged_count(plans: Sequence[Plan]) -> int:
    """Return how many specs match; one that could not be compared does not."""
    return sum(plan.summary.none for plan in plans) - _skipped(plans)


def _skipped(plans: Sequence[Plan]) -> int:
    return sum(
        spec.action is Action.NONE and bool(spec.skipped or spec.error)
        for plan in plans
        for spec in plan.specs
    )


def risks_in_words(plans: Sequence[Plan]) -> str:
    """Return the counts of removals, drift and conflicts; an empty string if there are none."""
    totals = [plan.summary for plan in plans]
    removals = sum(total.removals for total in totals)
    drift = sum(total.drift for total in totals)
    conflicts = sum(total.conflicts for total in totals)
    parts = [plural(removals, "removal")] if removals else []
    parts += [f"{drift:,} drifted"] if drift else []
    parts += [plural(conflicts, "conflict")] if conflicts else []
    return ", ".join(parts)


def plan_in_words(plan: Plan) -> str:
    """Return the counts of a plan that has changes."""
    risks = risks_in_words([plan])
    return f"{actions_in_words([plan])}." + (f" {risks}." if risks else "")


def origins_in_words(changes: Iterable[Change]) -> str:
    """Return how many changes have which origin, in the order of the origins."""
    found = [change.origin for change in changes]
    words = {
        Origin.REPO: "{:,} from Git",
        Origin.DRIFT: "{:,} drifted",
        Origin.CONFLICT: "{:,} in conflict",
        Origin.UNKNOWN: "{:,} of unknown origin",
    }
    return ", ".join(
        words[origin].format(found.count(origin)) for origin in Origin if origin in found
    )
