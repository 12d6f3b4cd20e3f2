"""What blocks a plan, as lines for a terminal: each reason once, then the ways out."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.text import escape_control, join_limited, plural
from reconciler.model.verdicts import AffectedFlow
from reconciler.planning.plan import Plan, PlannedSpec
from reconciler.reports.text.color import TerminalStyle
from reconciler.reports.text.wrap import cut, folded, folded_lines, gathered
from reconciler.reports.view.blocked import (
    MOST_LISTED,
    REVIEWED,
    blocked,
    override_command,
    override_in_words,
    risks,
)
from reconciler.reports.view.causes import Cause
from reconciler.reports.view.impact import SchemaNote, flow_in_words

_LONGEST_NAME = 60
_BODY = "    "


def blocked_lines(
    plan: Plan,
    width: int,
    style: TerminalStyle,
    *,
    where: str = "",
    target: str = "",
    command: str = "apply",
) -> Iterator[str]:
    """Yield the block, empty if no guard refuses anything.

    `where` names the targets in its title, and `target` the one in commands; both
    are empty if there is only one target. `command` takes the options that override.
    """
    found = blocked(plan, target)
    if found.allowed:
        yield style.paint(f"Allowed{where}:", "yellow", "bold")
        for cause in found.allowed:
            yield from _cause(cause, width, style, "yellow")
    if not found.causes:
        return
    if found.allowed:
        yield ""
    title = f"Blocked{where} by {plural(found.guards, 'guard')}:"
    yield from (style.paint(line, "red", "bold") for line in folded(title, width, others="  "))
    for cause in found.causes:
        yield from _cause(cause, width, style, "red")
    if found.fixed:
        yield from folded(f"{found.fixed}.", width)
    introduction, overriding = override_command(found, target, command)
    if overriding:
        yield from folded(introduction, width)
        yield f"  {escape_control(overriding)}"
    if found.trailers:
        yield from folded(REVIEWED, width)
        yield from (f"  {escape_control(trailer)}" for trailer in found.trailers)


def risk_lines(plan: Plan, width: int, style: TerminalStyle) -> Iterator[str]:
    """Yield the breaking changes that block nothing, since no dataflow is affected."""
    for text, group in risks(plan):
        first, *others = folded(escape_control(text), width, others="  ")
        yield first.replace("breaking:", style.paint("breaking:", "yellow", "bold"), 1)
        yield from others
        yield from _examples(group[0].examples, width, "  ")


def _cause(cause: Cause, width: int, style: TerminalStyle, tone: str) -> Iterator[str]:
    title = f"{cause.guard}:"
    alone = len(cause.specs) == 1
    name = f"{_name(cause.specs[0], width)}: " if alone else ""
    allowed = f", {override_in_words(cause.override)}" if cause.override else ""
    text = f"{title} {name}{escape_control(cause.fact)}{escape_control(allowed)}"
    first, *others = folded(text, width, first="  ", others=_BODY)
    yield first.replace(title, style.paint(title, tone), 1)
    yield from others
    if not alone and not any(cause.details):
        names = join_limited([_name(spec, width) for spec in cause.specs], MOST_LISTED)
        yield from folded(names, width, first=_BODY, others=_BODY + "  ")
    for spec, detail in cause.listed[:MOST_LISTED]:
        parts = [_name(spec, width) if spec else "", escape_control(detail)]
        line = ": ".join(filter(None, parts))
        yield from folded(line, width, first=_BODY, others=_BODY + "  ")
    if len(cause.listed) > MOST_LISTED:
        yield f"{_BODY}and {plural(len(cause.listed) - MOST_LISTED, 'more spec')}"
    yield from _examples(cause.examples, width, _BODY)
    for flow in cause.flows[:MOST_LISTED]:
        yield from _flow(flow, width)
    if len(cause.flows) > MOST_LISTED:
        yield f"{_BODY}and {len(cause.flows) - MOST_LISTED:,} more, in the plan file"
    if cause.override is None:
        yield from folded_lines(map(escape_control, cause.ways), width, _BODY)


def _examples(examples: tuple[SchemaNote, ...], width: int, indent: str) -> Iterator[str]:
    for example in examples:
        text = escape_control(str(example))
        yield from folded(text, width, first=indent, others=indent + "  ")


def _flow(flow: AffectedFlow, width: int) -> Iterator[str]:
    pieces = [f"{_BODY}{_name(flow, width)}", *map(escape_control, flow_in_words(flow))]
    yield from gathered([(text, text) for text in pieces], width, _BODY + "  ")


def _name(named: PlannedSpec | AffectedFlow, width: int) -> str:
    return cut(escape_control(named.name or named.id), min(_LONGEST_NAME, width // 2))
