"""What a plan breaks as lines for a terminal, for the top of the report."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.planning.plan import Plan
from reconciler.reports.breakage import Breakage, breakages
from reconciler.reports.escape import printable
from reconciler.reports.layout import cut, folded, gathered
from reconciler.reports.style import Style
from reconciler.reports.wording import counted

_MOST_SPECS = 10
_LONGEST_NAME = 60


def breakage_lines(plan: Plan, width: int, style: Style) -> Iterator[str]:
    """Yield the lines, none where nothing breaks."""
    found = list(breakages(plan))
    for each in found[:_MOST_SPECS]:
        yield from _lines(each, width, style)
    if len(found) > _MOST_SPECS:
        more = counted(len(found) - _MOST_SPECS, "more spec")
        yield style.paint(f"! breaking: {more}, see below", "yellow", "bold")


def _lines(breakage: Breakage, width: int, style: Style) -> Iterator[str]:
    tone = "red" if breakage.is_refused else "yellow"
    title = f"! breaking: {cut(printable(breakage.spec.name), _LONGEST_NAME) or '(no name)'}"
    text = f"{title} {printable(breakage.headline)}"
    lines = [*folded(text, width, others="  ")]
    yield lines[0].replace(title, style.paint(title, tone, "bold"), 1)
    yield from lines[1:]
    for example in breakage.examples:
        yield from folded(printable(str(example)), width, first="  ", others="    ")
    for flow in breakage.flows:
        name = cut(printable(flow.name), _LONGEST_NAME) or "(no name)"
        pieces = [(text, text) for text in (f"  {name}", printable(flow.id), printable(flow.path))]
        yield from gathered(pieces, width, "    ")
        yield from folded(printable(flow.message), width, first="    ", others="    ")
    if breakage.more:
        yield f"  and {breakage.more:,} more, in the plan file"
