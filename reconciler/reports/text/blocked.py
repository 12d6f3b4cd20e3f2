"""What blocks a plan, as lines for a terminal: each reason once, then the ways out."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.text import escape_control, join_limited, plural
from reconciler.model.verdicts import AffectedFlow
from reconciler.planning.plan import Plan, PlannedSpec
from reconciler.reports.text.layout import Layout
from reconciler.reports.text.wrap import cut, folded_lines
from reconciler.reports.view.blocked import (
    MOST_LISTED,
    REVIEWED,
    Blocked,
    override_command,
    override_in_words,
    risks,
)
from reconciler.reports.view.causes import Cause
from reconciler.reports.view.impact import SchemaNote, flow_in_words

_LONGEST_NAME = 60
_BODY = "    "
_BELOW = "      "


def blocked_lines(
    found: Blocked, layout: Layout, *, where: str = "", command: str = ""
) -> Iterator[str]:
    """Yield the block, empty if no guard refuses anything.

    `where` names the targets in its title; it is empty if there is only one. `command` takes
    the options that override.
    """
    if found.allowed:
        yield layout.paint(f"Allowed{where}:", "yellow", "bold")
        for cause in found.allowed:
            yield from _cause(cause, layout, "yellow")
    if not found.causes:
        return
    if found.allowed:
        yield ""
    title = f"Blocked{where} by {plural(found.guards, 'guard')}:"
    yield from layout.folded(title, "red", "bold")
    for cause in found.causes:
        yield from _cause(cause, layout, "red")
    if found.fixed:
        yield from layout.folded(f"{found.fixed}.", others="")
    introduction, overriding = override_command(found, command)
    if overriding:
        yield from layout.folded(introduction, others="")
        yield f"  {escape_control(overriding)}"
    if found.trailers:
        yield from layout.folded(REVIEWED, others="")
        yield from (f"  {escape_control(trailer)}" for trailer in found.trailers)


def risk_lines(plan: Plan, layout: Layout) -> Iterator[str]:
    """Yield the breaking changes that block nothing, since no dataflow is affected."""
    for text, group in risks(plan):
        title, _, rest = escape_control(text).partition(" ")
        yield from layout.folded(f"{layout.paint(title, 'yellow', 'bold')} {rest}")
        yield from _examples(group[0].examples, layout, "  ")


def _cause(cause: Cause, layout: Layout, tone: str) -> Iterator[str]:
    alone = len(cause.specs) == 1
    name = f"{_name(cause.specs[0], layout)}: " if alone else ""
    allowed = f", {override_in_words(cause.override)}" if cause.override else ""
    text = f"{name}{escape_control(cause.fact)}{escape_control(allowed)}"
    title = layout.paint(f"{cause.guard}:", tone)
    yield from layout.folded(f"{title} {text}", first="  ", others=_BODY)
    if len(cause.specs) > 1 and not any(cause.details):
        names = join_limited([_name(spec, layout) for spec in cause.specs], MOST_LISTED)
        yield from layout.folded(names, first=_BODY, others=_BELOW)
    for spec, detail in cause.listed[:MOST_LISTED]:
        parts = [_name(spec, layout) if spec else "", escape_control(detail)]
        yield from layout.folded(": ".join(filter(None, parts)), first=_BODY, others=_BELOW)
    if len(cause.listed) > MOST_LISTED:
        yield f"{_BODY}and {plural(len(cause.listed) - MOST_LISTED, 'more spec')}"
    yield from _examples(cause.examples, layout, _BODY)
    for flow in cause.flows[:MOST_LISTED]:
        facts = map(escape_control, flow_in_words(flow))
        yield from layout.gathered([f"{_BODY}{_name(flow, layout)}", *facts], _BELOW)
    if len(cause.flows) > MOST_LISTED:
        yield f"{_BODY}and {len(cause.flows) - MOST_LISTED:,} more, in the plan file"
    if cause.override is None:
        yield from folded_lines(map(escape_control, cause.ways), layout.width, _BODY)


def _examples(examples: tuple[SchemaNote, ...], layout: Layout, indent: str) -> Iterator[str]:
    for example in examples:
        yield from layout.folded(escape_control(str(example)), first=indent, others=indent + "  ")


def _name(named: PlannedSpec | AffectedFlow, layout: Layout) -> str:
    return cut(escape_control(named.name or named.id), min(_LONGEST_NAME, layout.width // 2))
