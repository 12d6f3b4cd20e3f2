"""What refuses a plan, together and last, where nobody misses it: a line a guard, and the way out.

The sentences in full stand with the specs; here is what a person needs to decide.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.planning.plan import Guard, Plan
from reconciler.reports.escape import printable
from reconciler.reports.layout import cut, folded
from reconciler.reports.style import Style
from reconciler.reports.wording import counted, named

_FEW = 8
_LONGEST_NAME = 60


def refused_lines(plan: Plan, width: int, style: Style) -> Iterator[str]:
    """Yield the lines, none where no guard refuses anything."""
    refusals = plan.all_refusals
    if not refusals:
        return
    yield style.paint(
        f"Apply refuses this plan: {counted(len(refusals), 'refusal')}.", "red", "bold"
    )
    for refusal in plan.refusals:
        yield from _line(refusal.guard, printable(refusal.message), width, style)
    for guard in Guard:
        specs = [
            (spec, refusal)
            for spec in plan.specs
            for refusal in spec.refusals
            if refusal.guard is guard
        ]
        if specs:
            number = sum(len(refusal.pointers) for _, refusal in specs)
            places = f"{counted(number, 'place')} in " if number else ""
            names = [cut(printable(spec.name), _LONGEST_NAME) for spec, _ in specs]
            yield from _line(guard, places + named(names, _FEW), width, style)
    flags = list(dict.fromkeys(refusal.flag for refusal in refusals if refusal.flag))
    fixed = list(dict.fromkeys(refusal.guard.value for refusal in refusals if not refusal.flag))
    if fixed:
        yield from folded(f"No option allows {' and '.join(fixed)}: see above.", width)
    if flags:
        also = "the rest" if fixed else "all of it"
        yield from folded(f"To allow {also}: reconciler apply {' '.join(flags)}", width)


def _line(guard: Guard, text: str, width: int, style: Style) -> Iterator[str]:
    title = f"  {guard.value + ':':11} "
    lines = [*folded(text, width, first=title, others=" " * len(title))]
    yield style.paint(title, "red") + lines[0].removeprefix(title)
    yield from lines[1:]
