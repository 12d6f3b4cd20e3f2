"""What else is known of a spec beside its changes, one sentence each."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.text import plural
from reconciler.planning.plan import Action, Origin, PlannedSpec
from reconciler.reports.view.impact import flows_in_words, schema_notes
from reconciler.reports.view.wording import written_in_words

_BY_OTHERS = (Origin.DRIFT, Origin.CONFLICT)


def facts(spec: PlannedSpec, *, verbose: bool = False) -> Iterator[str]:
    """Yield sentences without a full stop. They hold content of the service, as received.

    `verbose` adds what is the same in nearly every plan.
    """
    yield from plain_facts(spec, verbose=verbose)
    yield from map(str, schema_notes(spec))
    if flows := flows_in_words(spec):
        yield flows


def plain_facts(spec: PlannedSpec, *, verbose: bool = False) -> Iterator[str]:
    """Yield the sentences that are not about what the change breaks."""
    carried = spec.carried
    if spec.action is Action.UPDATE and (verbose or carried.elements):
        others = f", incl. {carried.elements:,} added by others" if carried.elements else ""
        yield f"{plural(carried.fields, 'other value')} unchanged{others}"
    if carried.unknown:
        yield f"keeps fields that reconciler does not know: {', '.join(carried.unknown)}"
    differences = (*spec.changes, *spec.skipped)
    is_news = any(change.origin in _BY_OTHERS for change in differences)
    if spec.last_write and (is_news or verbose):
        yield written_in_words(spec.last_write)
