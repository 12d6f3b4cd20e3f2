"""What a plan breaks, in words: an example of each schema's, and the live dataflows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.model.kinds import FLOW_SPEC
from reconciler.model.text import plural
from reconciler.model.verdicts import (
    AffectedFlow,
    CompatibilityLevel,
    Example,
    Impact,
    SchemaVerdict,
)
from reconciler.planning.plan import Plan, PlannedSpec
from reconciler.reports.view.values import shown

MOST_FLOWS = 10
"""Affected dataflows of a spec that are shown; all of them are in the plan file."""

_NO_FLOWS = "no live dataflow runs on it"

_LONGEST = 240
"""Columns of an example."""


@dataclass(frozen=True)
class SchemaNote:
    """What is said of a schema: where it is, the setting it is about, if any, and the words."""

    path: str
    setting: str
    words: str

    def __str__(self) -> str:
        return f"{self.path}: {f'{self.setting} ' if self.setting else ''}{self.words}"


@dataclass(frozen=True)
class Breakage:
    """What the change of one spec breaks. The texts hold what files and the service say.

    `examples` are sentences without a full stop; `flows` are the first of those
    that are affected, and `more` counts the others.
    """

    spec: PlannedSpec
    headline: str
    examples: tuple[SchemaNote, ...]
    flows: tuple[AffectedFlow, ...] = ()
    more: int = 0

    @property
    def is_refused(self) -> bool:
        """Whether a live dataflow suffers, and not only settings that nobody may have."""
        return bool(self.flows)


def breakages(plan: Plan) -> Iterator[Breakage]:
    """Yield what breaks, spec by spec: first where a live dataflow does."""
    found = [
        _breakage(spec)
        for spec in plan.specs
        if spec.breaking or (spec.impact is not None and spec.impact.affected)
    ]
    yield from sorted(found, key=lambda each: not each.is_refused)


def _breakage(spec: PlannedSpec) -> Breakage:
    examples = tuple(
        _told(verdict, verdict.breaks, f"was accepted, is refused: {verdict.breaks.reason}")
        for verdict in spec.breaking
        if verdict.breaks is not None
    )
    affected = spec.impact.affected if spec.impact is not None else ()
    return Breakage(
        spec, _headline(spec), examples, affected[:MOST_FLOWS], len(affected[MOST_FLOWS:])
    )


def _headline(spec: PlannedSpec) -> str:
    impact = spec.impact
    if impact is not None and impact.affected:
        text = f"breaks {impact.flows:,} of {plural(impact.checked, 'live dataflow')}"
        return f"{text}; {impact.note}" if impact.note else text
    return f"refuses settings that it accepted; {_nobody(spec, impact)}"


def _nobody(spec: PlannedSpec, impact: Impact | None) -> str:
    if spec.kind is not FLOW_SPEC:
        return "live connections are not checked"
    if impact is None or impact.note:
        return impact.note if impact is not None else "live dataflows were not checked"
    if impact.checked == 0:
        return _NO_FLOWS
    return f"{plural(impact.checked, 'live dataflow')} checked, none has such settings"


def told(spec: PlannedSpec) -> Iterator[SchemaNote]:
    """Yield what is known of each schema that changes."""
    for verdict in spec.verdicts:
        yield SchemaNote(verdict.path, "", _in_words(verdict))
        if verdict.widens is not None:
            reason = verdict.widens.reason
            yield _told(verdict, verdict.widens, f"becomes possible; until now, {reason}")


def flows_in_words(spec: PlannedSpec) -> str:
    """Return what is known of the dataflows where none is affected, nothing where one is."""
    impact = spec.impact
    if impact is None or impact.affected:
        return ""
    if impact.note:
        return impact.note
    if not impact.checked:
        return _NO_FLOWS
    return f"{plural(impact.checked, 'live dataflow')} checked, none is affected"


def _told(verdict: SchemaVerdict, example: Example, words: str) -> SchemaNote:
    return SchemaNote(verdict.path, shown(example.setting, _LONGEST), words)


def _in_words(verdict: SchemaVerdict) -> str:
    if verdict.note:
        return f"{verdict.verdict}, but no setting was tried: {verdict.note}"
    match verdict.verdict:
        case CompatibilityLevel.BREAKING:
            return "breaking, as told above"
        case CompatibilityLevel.COMPATIBLE:
            return "compatible, it is proven that all that was accepted still is"
        case CompatibilityLevel.SEARCHED:
            return f"{verdict.verdict} ({plural(verdict.searched, 'setting')})"
        case CompatibilityLevel.UNCHANGED:
            return verdict.verdict.value
