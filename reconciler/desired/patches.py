"""`x-reconciler.targets`: how a spec differs on each target, as JSON Merge Patches."""

from __future__ import annotations

from collections.abc import Collection

from reconciler.desired.directives import Report
from reconciler.desired.patched_source import TARGETS_KEY, patch_at
from reconciler.model.errors import Problem
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY
from reconciler.model.suggestions import did_you_mean


def read_patches(
    directives: Json, known: Collection[str] | None, report: Report, problems: list[Problem]
) -> dict[str, JsonObject]:
    """Return the patches of a file's directives by target.

    Problems of their form are added to `problems`. `known` are the names of the
    targets that exist, None if they are unknown.
    """
    value = directives.get(TARGETS_KEY) if isinstance(directives, dict) else None
    if value is None:
        return {}
    if not isinstance(value, dict):
        message = f"'{TARGETS_KEY}' is a mapping of a target's name to what differs there."
        problems.append(report((DIRECTIVES_KEY, TARGETS_KEY), message, "", "targets"))
        return {}
    patches: dict[str, JsonObject] = {}
    for target, patch in value.items():
        place = patch_at(target)
        if known is not None and target not in known:
            message = f"target {target} not found in reconciler.yaml."
            problems.append(
                report(place, message, did_you_mean(target, known), "targets", key=True)
            )
        elif not isinstance(patch, dict):
            message = f"the patch for the target {target} is not a mapping of fields."
            fix = "Write the fields that differ there; null takes one out."
            problems.append(report(place, message, fix, "targets"))
        elif DIRECTIVES_KEY in patch:
            message = f"a target's patch cannot hold '{DIRECTIVES_KEY}'."
            fix = "It belongs at the top level, for all targets."
            place = (*place, DIRECTIVES_KEY)
            problems.append(report(place, message, fix, "targets", key=True))
        else:
            patches[target] = patch
    return patches
