"""What refuses a plan, together and last, where nobody misses it: a line a guard."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.planning.plan import Plan
from reconciler.reports.escape import printable
from reconciler.reports.layout import cut, folded
from reconciler.reports.refusals import flags_that_allow, guards_without_flag, refused_by_guard
from reconciler.reports.style import Style
from reconciler.reports.wording import counted

_LONGEST_NAME = 60


def refused_lines(plan: Plan, width: int, style: Style) -> Iterator[str]:
    """Yield the lines, none where no guard refuses anything."""
    refusals = plan.all_refusals
    if not refusals:
        return
    yield style.paint(
        f"Apply refuses this plan: {counted(len(refusals), 'refusal')}.", "red", "bold"
    )
    for refused in refused_by_guard(plan):
        title = f"  {refused.guard.value + ':':11} "
        text = printable(refused.message) or refused.where(_short)
        first, *others = folded(text, width, first=title, others=" " * len(title))
        yield style.paint(title, "red") + first.removeprefix(title)
        yield from others
    flags, fixed = flags_that_allow(plan), guards_without_flag(plan)
    if fixed:
        yield from folded(f"No option allows {fixed}: see above.", width)
    if flags:
        also = "the rest" if fixed else "all of it"
        yield from folded(f"To allow {also}: reconciler apply {flags}", width)


def _short(name: str) -> str:
    return cut(printable(name), _LONGEST_NAME)
