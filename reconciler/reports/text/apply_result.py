"""The result of an apply as text: a line per spec while it runs, a report at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from reconciler.model.kinds import kind_named
from reconciler.model.pointers import yaml_pointer
from reconciler.model.text import escape_control, join_limited
from reconciler.planning.plan import Change, Operation
from reconciler.planning.results import Outcome, Result, count
from reconciler.reports.text.changes import Frame, change_lines
from reconciler.reports.text.layout import Layout
from reconciler.reports.text.wrap import UNWRAPPED, columns, cut, folded
from reconciler.reports.view.changes import NO_MARKS
from reconciler.reports.view.values import shown
from reconciler.reports.view.wording import UNCONVERGED, result_in_words

_RESULTS = {
    Result.APPLIED: ("green", "applied"),
    Result.IN_ORDER: ("green", "unchanged"),
    Result.STALE: ("yellow", "changed on the target after the plan"),
    Result.RESIDUAL: ("red", "stored differently by the service"),
    Result.NOT_CONVERGING: ("red", UNCONVERGED),
    Result.LOST: ("red", "overwritten by another client"),
    Result.FAILED: ("red", "failed"),
    Result.NOT_DONE: ("yellow", "not done"),
}
"""The color of each result, and its words in the counts."""
_CALM = (Result.APPLIED, Result.IN_ORDER, Result.NOT_DONE)
"""Results that are one line for all their specs."""
_MOST_NAMES = 20
_MOST_SETTLED = 20
_DIFFERENCE = re.compile(r"(?:add|remove|replace) /\S*|\S+")
"""A word of a message, or an operation with its pointer, which stays on one line."""


def outcome_line(outcome: Outcome, *, color: bool = False) -> str:
    """Return the result of one spec on one line."""
    layout = Layout(UNWRAPPED, color)
    result = layout.paint(f"{result_in_words(outcome.result):9}", _RESULTS[outcome.result][0])
    seconds = layout.paint(f"  {outcome.seconds:.1f} s", "dim") if outcome.seconds else ""
    return f"{result}  {escape_control(outcome.name)}{seconds}"


def outcomes_report(
    outcomes: Sequence[Outcome],
    *,
    width: int = 80,
    color: bool = False,
    names: Mapping[str, str] | None = None,
    was_watched: bool = False,
) -> str:
    """Return the results after a run: what failed and why, and the counts.

    `names` are those of the connection specs whose ids may be shown. The counts
    are of the outcomes alone, so that they hold for an interrupted run too. Who
    watched the run has seen each applied spec: they are not listed again.
    """
    layout = Layout.of(width, color)
    lines: list[str] = []
    for result in _CALM[1:] if was_watched else _CALM:
        lines += _together(result, outcomes, layout)
    for outcome in outcomes:
        if outcome.result not in _CALM:
            lines += ["", *_trouble(outcome, layout, names or {})]
    return "\n".join([*lines, "", *_summary(outcomes, layout)]) + "\n"


def _together(result: Result, outcomes: Sequence[Outcome], layout: Layout) -> Iterator[str]:
    """Yield the names of the specs of one result, on one line for each reason."""
    found = [outcome for outcome in outcomes if outcome.result is result]
    for reason in dict.fromkeys(outcome.message for outcome in found):
        names = [
            cut(escape_control(outcome.name), layout.value_width // 2)
            for outcome in found
            if outcome.message == reason
        ]
        title = layout.paint(f"{result_in_words(result)}:", _RESULTS[result][0])
        text = join_limited(names, _MOST_NAMES) + (
            f" ({escape_control(reason).rstrip('.')})" if reason else ""
        )
        yield from layout.folded(text, first=f"{title} ")


def _trouble(outcome: Outcome, layout: Layout, names: Mapping[str, str]) -> Iterator[str]:
    name, file = cut(escape_control(outcome.name), layout.value_width), escape_control(outcome.file)
    yield from layout.gathered([layout.paint(name, "bold"), layout.paint(file, "dim")], "    ")
    title = layout.paint(f"{result_in_words(outcome.result)}:", _RESULTS[outcome.result][0], "bold")
    message = escape_control(outcome.message)
    yield from folded(message, layout.width, first=f"  {title} ", others="    ", word=_DIFFERENCE)
    if outcome.unconverged:
        kind = kind_named(outcome.key.kind)
        made = tuple(change.undone for change in outcome.unconverged)
        yield "  from the value sent to the value on the target:"
        yield from change_lines(kind, made, NO_MARKS, Frame(4, layout, names=names))
    if outcome.result in (Result.RESIDUAL, Result.NOT_CONVERGING):
        yield from _settling(outcome, layout)


def _settling(outcome: Outcome, layout: Layout) -> Iterator[str]:
    """Yield what to write into the file to settle the difference."""
    unconverged = outcome.unconverged[:_MOST_SETTLED]
    yield "  to settle it, copy the service's value into the file:"
    for change in unconverged:
        yield "    " + _kept(change, layout.value_width - 4)
    if len(outcome.unconverged) > len(unconverged):
        yield f"    … and {len(outcome.unconverged) - len(unconverged):,} more"
    yield "  or ignore it, under x-reconciler in the file:"
    pointers = [yaml_pointer(change.path) for change in outcome.unconverged]
    line = f"    ignore: [{', '.join(pointers)}]"
    if columns(line) <= layout.width:
        yield line
    else:
        yield "    ignore:"
        yield from (f"      - {pointer}" for pointer in pointers)


def _kept(change: Change, room: int) -> str:
    pointer = escape_control(change.path)
    if change.operation is Operation.ADD:
        return f"{pointer}: remove it"
    return f"{pointer}: {shown(change.before, room - columns(pointer) - 2)}"


def _summary(outcomes: Sequence[Outcome], layout: Layout) -> Iterator[str]:
    parts = [f"{count(outcomes, Result.APPLIED)} of {len(outcomes)} applied and verified"]
    for result, (_, words) in _RESULTS.items():
        number = count(outcomes, result)
        if number and result is not Result.APPLIED:
            parts.append(f"{number} {words}")
    fine = all(outcome.is_good for outcome in outcomes)
    title = layout.paint("Apply:", "green" if fine else "red", "bold")
    yield from layout.folded(f"{title} {', '.join(parts)}.", others="")
