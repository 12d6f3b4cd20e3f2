"""What a plan breaks as lines for a terminal, for the top of the report."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.text import escape_control, plural
from reconciler.planning.plan import Plan
from reconciler.reports.text.color import Style
from reconciler.reports.text.wrap import cut, folded, gathered
from reconciler.reports.view.impact import Breakage, breakages

_MOST_SPECS = 10
_LONGEST_NAME = 60


def breakage_lines(plan: Plan, width: int, style: Style) -> Iterator[str]:
    """Yield the lines, none where nothing breaks."""
    found = list(breakages(plan))
    for each in found[:_MOST_SPECS]:
        yield from _lines(each, width, style)
    if len(found) > _MOST_SPECS:
        more = plural(len(found) - _MOST_SPECS, "more spec")
        yield style.paint(f"! breaking: {more}, see below", "yellow", "bold")


def _lines(breakage: Breakage, width: int, style: Style) -> Iterator[str]:
    tone = "red" if breakage.is_refused else "yellow"
    title = f"! breaking: {cut(escape_control(breakage.spec.name), _LONGEST_NAME) or '(no name)'}"
    text = f"{title} {escape_control(breakage.headline)}"
    lines = [*folded(text, width, others="  ")]
    yield lines[0].replace(title, style.paint(title, tone, "bold"), 1)
    yield from lines[1:]
    for example in breakage.examples:
        yield from folded(escape_control(str(example)), width, first="  ", others="    ")
    for flow in breakage.flows:
        name = cut(escape_control(flow.name), _LONGEST_NAME) or "(no name)"
        pieces = [
            (text, text)
            for text in (f"  {name}", escape_control(flow.id), escape_control(flow.path))
        ]
        yield from gathered(pieces, width, "    ")
        yield from folded(escape_control(flow.message), width, first="    ", others="    ")
    if breakage.more:
        yield f"  and {breakage.more:,} more, in the plan file"
