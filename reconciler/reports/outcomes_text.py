"""What became of a plan, as text: a line a spec while it runs, a summary at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from reconciler.planning.outcomes import Outcome, Result, count
from reconciler.planning.plan import Operation
from reconciler.reports.changes_text import change_lines
from reconciler.reports.escape import printable
from reconciler.reports.style import Style
from reconciler.reports.text import LEAST_WIDTH
from reconciler.reports.values import shown

_COLORS = {
    Result.APPLIED: "green",
    Result.IN_ORDER: "green",
    Result.STALE: "yellow",
    Result.NOT_DONE: "yellow",
    Result.RESIDUAL: "red",
    Result.LOST: "red",
    Result.FAILED: "red",
}


def outcome_line(outcome: Outcome, *, color: bool = False) -> str:
    """Return one line that says how it went with one spec."""
    style = Style(color)
    result = style.paint(f"{outcome.result:8}", _COLORS[outcome.result])
    seconds = style.paint(f"  {outcome.seconds:.1f} s", "dim") if outcome.seconds else ""
    return f"{result}  {printable(outcome.name)}{seconds}"


def outcomes_report(outcomes: Sequence[Outcome], *, width: int = 80, color: bool = False) -> str:
    """Return what a user should know after a run: what did not go well, and the counts.

    Counted from the outcomes alone, so that it is true of a run that stopped
    half-way.
    """
    style, width = Style(color), max(width, LEAST_WIDTH)
    lines: list[str] = []
    for outcome in outcomes:
        if not outcome.is_good:
            lines += ["", *_trouble(outcome, width, style)]
    return "\n".join([*lines, "", _summary(outcomes, style)]) + "\n"


def _trouble(outcome: Outcome, width: int, style: Style) -> Iterator[str]:
    yield f"{style.paint(printable(outcome.name), 'bold')}  {printable(outcome.file)}"
    title = f"{outcome.result}:"
    text = f"{title} {printable(outcome.message)}"
    first, *rest = wrap(text, width - 4, break_long_words=False, break_on_hyphens=False)
    yield f"  {style.paint(title, _COLORS[outcome.result], 'bold')}{first.removeprefix(title)}"
    yield from (f"    {line}" for line in rest)
    if outcome.residue:
        yield "  from what the target holds to what was asked for:"
        yield from change_lines(outcome.residue, 4, width, style)
        yield "  to settle it, write what the service keeps into the file:"
        for change in outcome.residue:
            kept = "nothing" if change.operation is Operation.ADD else shown(change.before, width)
            yield f"    {printable(change.path)}: {kept}"
        yield "  or leave it to the service:"
        pointers = ", ".join(change.path for change in outcome.residue)
        yield f"    x-reconciler: {{ignore: [{printable(pointers)}]}}"


def _summary(outcomes: Sequence[Outcome], style: Style) -> str:
    good = count(outcomes, Result.APPLIED)
    parts = [f"{good} of {len(outcomes)} applied and verified"]
    for result, words in (
        (Result.IN_ORDER, "in order already"),
        (Result.STALE, "changed at the target since the plan"),
        (Result.RESIDUAL, "not kept as asked for"),
        (Result.LOST, "written by somebody else at the same time"),
        (Result.FAILED, "failed"),
        (Result.NOT_DONE, "not done"),
    ):
        number = count(outcomes, result)
        if number:
            parts.append(f"{number} {words}")
    fine = all(outcome.is_good for outcome in outcomes)
    title = style.paint("Apply:", "green" if fine else "red", "bold")
    return f"{title} {', '.join(parts)}."
