"""What refuses a plan, together and last, where nobody misses it: a line a guard."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.text import escape_control, plural
from reconciler.planning.plan import Plan
from reconciler.reports.text.color import Style
from reconciler.reports.text.wrap import cut, folded
from reconciler.reports.view.blocked import flags_that_allow, guards_without_flag, refused_by_guard

_LONGEST_NAME = 60


def refused_lines(
    plan: Plan, width: int, style: Style, *, which: str = "this plan", target: str = ""
) -> Iterator[str]:
    """Yield the lines, none where no guard refuses anything.

    `which` says whose plan it is, and `target` what `apply` is to be told,
    where there are plans of several targets.
    """
    refusals = plan.all_refusals
    if not refusals:
        return
    title = f"Apply refuses {which}: {plural(len(refusals), 'refusal')}."
    yield from (style.paint(line, "red", "bold") for line in folded(title, width, others="  "))
    for refused in refused_by_guard(plan):
        title = f"  {refused.guard.value + ':':11} "
        text = escape_control(refused.message) or refused.where(_short)
        first, *others = folded(text, width, first=title, others=" " * len(title))
        yield style.paint(title, "red") + first.removeprefix(title)
        yield from others
    flags, fixed = flags_that_allow(plan), guards_without_flag(plan)
    if fixed:
        yield from folded(f"No option allows {fixed}: see above.", width)
    if flags:
        also = "the rest" if fixed else "all of it"
        command = f"reconciler apply{f' --target {target}' if target else ''} {flags}"
        yield from folded(f"To allow {also}: {command}", width)


def _short(name: str) -> str:
    return cut(escape_control(name), _LONGEST_NAME)
