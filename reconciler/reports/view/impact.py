"""What a plan breaks, in words: verdicts on schemas, and the dataflows that are affected."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from reconciler.model.text import join_limited, plural
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
"""Dataflows that are named; of more the first ones and their number."""
_LONGEST = 240
"""Columns of an example."""


class SchemaNote(Struct, frozen=True):
    """What is known of one schema."""

    path: str
    """The JSON Pointer of the schema in its spec."""
    instance: str
    """An example as JSON; empty if the words are about the schema as a whole."""
    words: str
    """What follows the example, without a full stop."""

    def __str__(self) -> str:
        return f"{self.path}: {f'{self.instance} ' if self.instance else ''}{self.words}"


class Breakage(Struct, frozen=True):
    """What the change of one spec breaks. The strings hold content of files and of the service."""

    spec: PlannedSpec
    headline: str
    """The impact, without the name of the spec: `would break 1 of 7 dataflows`."""
    reasons: tuple[str, ...]
    """Why instances or dataflows would be rejected, each once."""
    examples: tuple[SchemaNote, ...]
    flows: tuple[AffectedFlow, ...] = ()
    """The first flaw of each dataflow that is affected."""


def breakages(plan: Plan) -> Iterator[Breakage]:
    """Yield what breaks, spec by spec: first the specs whose dataflows are affected."""
    found = [
        _breakage(spec)
        for spec in plan.specs
        if spec.breaking or (spec.impact is not None and spec.impact.affected)
    ]
    yield from sorted(found, key=lambda each: not each.flows)


def _breakage(spec: PlannedSpec) -> Breakage:
    breaks = [(verdict, verdict.breaks) for verdict in spec.breaking if verdict.breaks is not None]
    examples = tuple(
        _note(verdict, example, f"is valid now, would be rejected: {example.reason}")
        for verdict, example in breaks
    )
    affected = spec.impact.affected if spec.impact is not None else ()
    reasons = [flow.message for flow in affected] or [example.reason for _, example in breaks]
    first = {flow.id: flow for flow in reversed(affected)}
    flows = tuple(flow for flow in affected if first[flow.id] is flow)
    return Breakage(spec, _headline(spec), tuple(dict.fromkeys(reasons)), examples, flows)


def _headline(spec: PlannedSpec) -> str:
    impact = spec.impact
    if impact is not None and impact.affected:
        text = f"would break {impact.flows:,} of {plural(impact.checked, user_of(spec))}"
        return f"{text}; {impact.note}" if impact.note else text
    return f"rejects settings it used to accept; {_unaffected(spec, impact)}"


def _unaffected(spec: PlannedSpec, impact: Impact | None) -> str:
    noun = user_of(spec)
    if impact is None or impact.note:
        return impact.note if impact is not None else f"{noun}s were not checked"
    if impact.unjudged:
        return _not_known(spec, impact)
    return f"no {noun} uses them" if impact.checked else f"it has no {noun}s"


def _not_known(spec: PlannedSpec, impact: Impact) -> str:
    """Return which dataflows could not be checked, the first by name, and its reason."""
    names = list(dict.fromkeys(flow.name or flow.id for flow in impact.unjudged))
    number = plural(len(names), user_of(spec))
    why = impact.unjudged[0].message
    return f"not known for {number}: {join_limited(names, MOST_FLOWS)} ({why})"


def user_of(spec: PlannedSpec) -> str:
    """Return what runs on a spec of this kind, and breaks with it."""
    return spec.kind.settings_of or "user"


def schema_notes(spec: PlannedSpec) -> Iterator[SchemaNote]:
    """Yield what is known of each schema that changes, what may break first."""
    strength = [*CompatibilityLevel]
    for verdict in sorted(
        spec.verdicts, key=lambda each: (strength.index(each.verdict), each.searched)
    ):
        yield SchemaNote(verdict.path, "", _in_words(verdict))
        if verdict.widens is not None:
            reason = verdict.widens.reason
            yield _note(verdict, verdict.widens, f"is newly allowed (was: {reason})")


def flows_in_words(spec: PlannedSpec) -> str:
    """Return what is known of the dataflows that are not affected; may be empty."""
    impact = spec.impact
    if impact is None:
        return ""
    judged = impact.checked - len({flow.id for flow in impact.unjudged})
    parts = [impact.note] if impact.note and not impact.affected else []
    if not impact.affected and not impact.note and (judged or not impact.unjudged):
        noun = user_of(spec)
        parts.append(f"no impact on {plural(judged, noun)}" if judged else f"it has no {noun}s")
    if impact.unjudged:
        parts.append(_not_known(spec, impact))
    return "; ".join(parts)


def flow_in_words(flow: AffectedFlow) -> tuple[str, ...]:
    """Return a dataflow's id, its state if that is news, and the pointer to what breaks in it."""
    return flow.id, *([flow.state] if flow.state else []), flow.path


def _note(verdict: SchemaVerdict, example: Example, words: str) -> SchemaNote:
    return SchemaNote(verdict.path, example.description or shown(example.instance, _LONGEST), words)


def _in_words(verdict: SchemaVerdict) -> str:
    """Return the verdict as users read it; the values in plan files are older than these words."""
    note = f"; {verdict.note}" if verdict.note else ""
    match verdict.verdict:
        case CompatibilityLevel.FORMAT:
            return verdict.note or "format enforcement not known"
        case CompatibilityLevel.COMPATIBLE:
            return f"compatible (proven){note}"
        case CompatibilityLevel.SEARCHED if verdict.note and not verdict.searched:
            return f"compatibility unknown: {verdict.note}"
        case CompatibilityLevel.SEARCHED:
            return f"no break found ({verdict.searched:,} tried){note}"
        case other:
            return f"{other.value}{note}"
