"""Finding at the target what no file holds the id of."""

from __future__ import annotations

from reconciler.live.fetch import Fetched, reread
from reconciler.live.service import FlowService
from reconciler.model.errors import LiveError
from reconciler.model.kinds import CONNECTION_SPEC
from reconciler.model.specs import LiveSpec
from reconciler.planning.identify import NewSpecMatcher


async def find_unidentified(
    search: NewSpecMatcher, fetched: Fetched, service: FlowService
) -> dict[str, LiveSpec]:
    """Return the live spec of each sought one that is there, by reference.

    One that is only named, and not to be planned itself, must be there as it is
    known. Raises `LiveError` where the target does not list what it has, and
    `ReconcilerError` where several specs may be meant.
    """
    if not search.unresolved:
        return {}
    listed = fetched.listed.get(CONNECTION_SPEC.name)
    if listed is None and search.unresolved == search.removed:
        return {}
    if listed is None:
        raise LiveError(
            f"{search.unresolved[0].file}: it has no id, and the target does not list "
            f"{CONNECTION_SPEC.collection}, so that nobody can say whether it is there already. "
            f"Write its id into the file. {' '.join(fetched.warnings)}"
        )
    found = search.found((await reread(service, search.candidates(listed))).values())
    planned = {spec.reference for spec in search.desired}
    return {
        spec.reference: found[spec.reference]
        for spec in search.unresolved
        if spec.reference in found
        and (spec.reference in planned or search.is_confident(spec, found[spec.reference]))
    }
