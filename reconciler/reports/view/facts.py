"""What there is to know of a spec beside its changes, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.text import plural
from reconciler.planning.plan import Action, Origin, PlannedSpec
from reconciler.reports.view.impact import flows_in_words, told
from reconciler.reports.view.wording import written_in_words


def facts(spec: PlannedSpec) -> Iterator[str]:
    """Yield sentences without a full stop. They hold text of the service's, as it came."""
    yield from plain_facts(spec)
    yield from map(str, told(spec))
    if flows := flows_in_words(spec):
        yield flows


def plain_facts(spec: PlannedSpec) -> Iterator[str]:
    """Yield those that are not about what the change breaks."""
    carried = spec.carried
    if spec.action is Action.UPDATE:
        others = f", {plural(carried.elements, 'element')} of others" if carried.elements else ""
        yield f"carries {plural(carried.fields, 'other value')} forward as they are{others}"
    if carried.unknown:
        names = ", ".join(carried.unknown)
        yield f"carries fields forward that reconciler does not know: {names}"
    differences = (*spec.changes, *spec.skipped)
    if spec.last_write and any(change.origin is not Origin.REPO for change in differences):
        yield written_in_words(spec.last_write)
