"""What became of a plan, as text: a line a spec while it runs, a report at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from reconciler.model.kinds import kind_named
from reconciler.model.pointers import yaml_pointer
from reconciler.model.text import escape_control, join_limited
from reconciler.planning.plan import Change, Operation
from reconciler.planning.results import Outcome, Result, count
from reconciler.reports.text.changes import Frame, change_lines
from reconciler.reports.text.color import Style
from reconciler.reports.text.wrap import LEAST_WIDTH, columns, cut, folded, gathered
from reconciler.reports.view.changes import NO_MARKS
from reconciler.reports.view.values import shown

_COLORS = {
    Result.APPLIED: "green",
    Result.IN_ORDER: "green",
    Result.STALE: "yellow",
    Result.NOT_DONE: "yellow",
    Result.RESIDUAL: "red",
    Result.LOST: "red",
    Result.NOT_CONVERGING: "red",
    Result.FAILED: "red",
}
_CALM = (Result.APPLIED, Result.IN_ORDER, Result.NOT_DONE)
"""Results that are told in one line for all specs alike."""
_MOST_NAMES = 20
_MOST_SETTLED = 20
_DIFFERENCE = re.compile(r"(?:add|remove|replace) /\S*|\S+")
"""A word of a message, or what was done to a pointer, which stays on one line."""


def outcome_line(outcome: Outcome, *, color: bool = False) -> str:
    """Return one line that says how it went with one spec."""
    style = Style(color)
    result = style.paint(f"{outcome.result:8}", _COLORS[outcome.result])
    seconds = style.paint(f"  {outcome.seconds:.1f} s", "dim") if outcome.seconds else ""
    return f"{result}  {escape_control(outcome.name)}{seconds}"


def outcomes_report(
    outcomes: Sequence[Outcome],
    *,
    width: int = 80,
    color: bool = False,
    names: Mapping[str, str] | None = None,
) -> str:
    """Return what a user should know after a run: what did not go well, and the counts.

    `names` are those of the connection specs whose ids may be shown. Counted
    from the outcomes alone, so that it is true of a run that stopped half-way.
    """
    style, width = Style(color), max(width, LEAST_WIDTH)
    lines: list[str] = []
    for result in _CALM:
        lines += _together(result, outcomes, width, style)
    for outcome in outcomes:
        if outcome.result not in _CALM:
            lines += ["", *_trouble(outcome, width, style, names or {})]
    return "\n".join([*lines, "", *_summary(outcomes, width, style)]) + "\n"


def _together(
    result: Result, outcomes: Sequence[Outcome], width: int, style: Style
) -> Iterator[str]:
    """Yield the names of the specs of one result, those for the same reason after each other."""
    found = [outcome for outcome in outcomes if outcome.result is result]
    for reason in dict.fromkeys(outcome.message for outcome in found):
        names = [
            cut(escape_control(outcome.name), width // 2)
            for outcome in found
            if outcome.message == reason
        ]
        title = f"{result}:"
        text = join_limited(names, _MOST_NAMES) + (
            f" ({escape_control(reason).rstrip('.')})" if reason else ""
        )
        first, *others = folded(text, width, first=f"{title} ", others="  ")
        yield first.replace(title, style.paint(title, _COLORS[result]), 1)
        yield from others


def _trouble(outcome: Outcome, width: int, style: Style, names: Mapping[str, str]) -> Iterator[str]:
    name, file = cut(escape_control(outcome.name), width), escape_control(outcome.file)
    pieces = ((name, style.paint(name, "bold")), (file, style.paint(file, "dim")))
    yield from gathered(pieces, width, "    ")
    title = f"{outcome.result}:"
    first, *others = folded(
        escape_control(outcome.message), width, first=f"  {title} ", others="    ", word=_DIFFERENCE
    )
    yield first.replace(title, style.paint(title, _COLORS[outcome.result], "bold"), 1)
    yield from others
    if outcome.unconverged:
        kind = kind_named(outcome.key.kind)
        made = tuple(change.undone for change in outcome.unconverged)
        yield "  from what was asked for to what the target holds:"
        yield from change_lines(kind, made, NO_MARKS, Frame(4, width, style, names=names))
    if outcome.result in (Result.RESIDUAL, Result.NOT_CONVERGING):
        yield from _settling(outcome, width)


def _settling(outcome: Outcome, width: int) -> Iterator[str]:
    """Yield what a person can write into the file so that the difference is settled."""
    unconverged = outcome.unconverged[:_MOST_SETTLED]
    yield "  to settle it, write what the service keeps into the file:"
    for change in unconverged:
        yield "    " + _kept(change, width - 4)
    if len(outcome.unconverged) > len(unconverged):
        yield f"    … and {len(outcome.unconverged) - len(unconverged):,} more"
    yield "  or leave it to the service, in the file's x-reconciler:"
    pointers = [yaml_pointer(change.path) for change in outcome.unconverged]
    line = f"    ignore: [{', '.join(pointers)}]"
    if columns(line) <= width:
        yield line
    else:
        yield "    ignore:"
        yield from (f"      - {pointer}" for pointer in pointers)


def _kept(change: Change, room: int) -> str:
    pointer = escape_control(change.path)
    if change.operation is Operation.ADD:
        return f"{pointer}: nothing, take it out"
    return f"{pointer}: {shown(change.before, room - columns(pointer) - 2)}"


def _summary(outcomes: Sequence[Outcome], width: int, style: Style) -> Iterator[str]:
    good = count(outcomes, Result.APPLIED)
    parts = [f"{good} of {len(outcomes)} applied and verified"]
    for result, words in (
        (Result.IN_ORDER, "in order already"),
        (Result.STALE, "changed at the target since the plan"),
        (Result.RESIDUAL, "not kept as asked for"),
        (Result.NOT_CONVERGING, "not converging"),
        (Result.LOST, "written by somebody else at the same time"),
        (Result.FAILED, "failed"),
        (Result.NOT_DONE, "not done"),
    ):
        number = count(outcomes, result)
        if number:
            parts.append(f"{number} {words}")
    fine = all(outcome.is_good for outcome in outcomes)
    first, *others = folded(f"Apply: {', '.join(parts)}.", width)
    yield first.replace("Apply:", style.paint("Apply:", "green" if fine else "red", "bold"), 1)
    yield from others
