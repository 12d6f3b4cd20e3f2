"""The plans of several targets as one text: a column for each, and what they share once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from reconciler.model.text import escape_control, join_limited, plural
from reconciler.planning.multi_plan import Failure, Plans
from reconciler.planning.plan import Action, Plan, PlannedSpec
from reconciler.reports.text.blocked import blocked_lines
from reconciler.reports.text.color import TerminalStyle
from reconciler.reports.text.plan import (
    legend_lines,
    notes_lines,
    target_change_lines,
    unmanaged_lines,
)
from reconciler.reports.text.spec import SpecText
from reconciler.reports.text.target_matrix import Heading, MatrixRow, matrix_lines
from reconciler.reports.text.wrap import LEAST_WIDTH, columns, folded
from reconciler.reports.view.drift import is_of_drift, read_forward, ways_out
from reconciler.reports.view.facts import facts
from reconciler.reports.view.headline import counts
from reconciler.reports.view.repeats import sameness
from reconciler.reports.view.wording import (
    base_in_words,
    plan_in_words,
    target_in_words,
    unchanged_in_words,
)

_WIDEST_NAME = 16
"""Columns of the longest name whose address is on the same line."""
_FEW = 4
"""Targets that are named if there are more."""


class _Column(Struct, frozen=True):
    """A target's plan or failure under a name that no other target has."""

    name: str
    result: Plan | Failure


class _Shown(Struct, frozen=True):
    """One spec on one target."""

    column: str
    text: SpecText
    changes: tuple[str, ...]

    @property
    def likeness(self) -> object:
        """What is equal for specs that are shown as one: what is printed, and the values.

        Long values are printed only in part.
        """
        spec = self.text.spec
        values = [tuple(map(sameness, changes)) for changes in (spec.changes, spec.skipped)]
        return spec.action, *values, self.changes


def plans_text_report(
    plans: Plans,
    *,
    width: int = 80,
    color: bool = False,
    every_unmanaged: bool = False,
    verbose: bool = False,
) -> str:
    """Return the plans as text of `width` columns; ids and pointers are never broken.

    `every_unmanaged` and `verbose` are those of `plan_text_report`.
    """
    style, width = TerminalStyle(color), max(width, LEAST_WIDTH)
    found = [*_columns(plans.results)]
    planned = [(column.name, column.result) for column in found if isinstance(column.result, Plan)]
    every = [column.name for column in found]
    parts = [_head(found, width, style)]
    parts += [target_change_lines(plan, width, style) for _, plan in planned]
    parts.append(_matrix(found, width, style))
    parts += [_block(group, every, verbose=verbose) for group in _groups(planned, width, style)]
    unmanaged = [
        (name, [*unmanaged_lines(plan, width - 2, style, every=every_unmanaged, verbose=verbose)])
        for name, plan in planned
    ]
    notes = [(name, [*notes_lines(plan, width - 2, style)]) for name, plan in planned]
    parts.append(_on_targets([*notes, *unmanaged], every))
    parts.append(legend_lines((plan for _, plan in planned), width, style))
    parts += _blocked(planned, every, width, style)
    parts += [_failures(found, width, style), _summary(found, width, style)]
    return "\n\n".join(text for part in parts if (text := "\n".join(part))) + "\n"


def _columns(results: Sequence[Plan | Failure]) -> Iterator[_Column]:
    """Yield each result with its target's name, numbered if several have the same name."""
    names: dict[str, int] = {}
    for result in results:
        name = escape_control(result.target.name)
        names[name] = names.get(name, 0) + 1
        shown = read_forward(result) if isinstance(result, Plan) else result
        yield _Column(f"{name} ({names[name]})" if names[name] > 1 else name, shown)


def _head(found: Sequence[_Column], width: int, style: TerminalStyle) -> Iterator[str]:
    bases = {
        column.name: escape_control(base_in_words(column.result.git))
        for column in found
        if isinstance(column.result, Plan)
    }
    common = set(bases.values()) if len(set(bases.values())) == 1 else set()
    yield " · ".join([style.paint(plural(len(found), "target"), "bold"), *common])
    room = max(min(columns(column.name), _WIDEST_NAME) for column in found)
    for column in found:
        target = column.result.target
        place = escape_control(target_in_words(target))
        own = bases.get(column.name) if not common else None
        text = f"{place} · {own}" if own else place
        title = f"  {column.name}{' ' * (room - columns(column.name))}"
        if columns(title) + 2 + columns(text) <= width:
            yield f"{title}  {style.paint(text, 'dim')}"
            continue
        yield title.rstrip()
        for line in folded(text, width, first="    ", others="    "):
            yield style.paint(line, "dim")


def _matrix(found: Sequence[_Column], width: int, style: TerminalStyle) -> Iterator[str]:
    plans = [column.result for column in found if isinstance(column.result, Plan)]
    held = [{spec.place: spec for spec in plan.specs} for plan in plans]
    places = dict.fromkeys(spec.place for plan in plans for spec in plan.specs if _differs(spec))
    rows = []
    for place in places:
        cells = tuple(specs.get(place) for specs in held)
        rows.append(MatrixRow(next(cell.name for cell in cells if cell is not None), cells))
    if rows:
        yield from matrix_lines([_heading(column) for column in found], rows, width, style)


def _heading(column: _Column) -> Heading:
    if isinstance(column.result, Failure):
        return Heading(column.name, failed=True)
    plan = column.result
    return Heading(column.name, blocked=any(no.override is None for no in plan.refusals))


def _differs(spec: PlannedSpec) -> bool:
    return spec.action is not Action.NONE or bool(spec.skipped)


def _groups(
    planned: Iterable[tuple[str, Plan]], width: int, style: TerminalStyle
) -> Iterator[Sequence[_Shown]]:
    """Yield the specs that differ, file by file; those with equal changes are one group."""
    groups: dict[tuple[str, str], dict[object, list[_Shown]]] = {}
    for name, plan in planned:
        for spec in plan.specs:
            if _differs(spec):
                text = SpecText(spec, plan, width, style)
                shown = _Shown(name, text, tuple(text.changes()))
                groups.setdefault(spec.place, {}).setdefault(shown.likeness, []).append(shown)
    for alike in groups.values():
        yield from alike.values()


def _block(group: Sequence[_Shown], every: Sequence[str], *, verbose: bool) -> Iterator[str]:
    first = group[0].text
    where = f"on {_together([shown.column for shown in group], every)}"
    ids = {shown.text.spec.id for shown in group}
    yield from first.head(beside=where, identity=None if len(ids) == 1 else first.spec.kind.name)
    yield from group[0].changes
    sentences: dict[str, list[str]] = {}
    if len(ids) > 1:
        for shown in group:
            sentences.setdefault(f"id {shown.text.spec.id}", []).append(shown.column)
    for shown in group:
        for sentence in facts(shown.text.spec, verbose=verbose):
            sentences.setdefault(sentence, []).append(shown.column)
    yield from first.facts(
        sentence if len(names) == len(group) else f"on {_together(names, every)}: {sentence}"
        for sentence, names in sentences.items()
    )


def _together(names: Sequence[str], every: Sequence[str]) -> str:
    """Return target names in few words: all, all but a few, or the first ones."""
    others = [name for name in every if name not in names]
    if len(names) > _FEW and not others:
        return f"all {plural(len(names), 'target')}"
    if len(names) > _FEW and len(others) < _FEW:
        return f"all targets but {', '.join(others)}"
    return join_limited(names, _FEW)


def _blocked(
    planned: Sequence[tuple[str, Plan]], every: Sequence[str], width: int, style: TerminalStyle
) -> Iterator[Iterator[str]]:
    """Yield a block for each group of targets that are blocked alike."""
    groups: dict[tuple[str, ...], list[tuple[str, Plan]]] = {}
    for name, plan in planned:
        groups.setdefault(tuple(blocked_lines(plan, width, style)), []).append((name, plan))
    for alike in groups.values():
        names = [name for name, _ in alike]
        yield blocked_lines(
            alike[0][1],
            width,
            style,
            where=f" on {_together(names, every)}",
            target="NAME" if len(names) > 1 else alike[0][1].target.name,
        )


def _on_targets(found: Sequence[tuple[str, Sequence[str]]], every: Sequence[str]) -> Iterator[str]:
    """Yield lines about targets, those that are equal once below the names of their targets."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, lines in found:
        if lines:
            groups.setdefault(tuple(lines), []).append(name)
    for lines, names in groups.items():
        yield f"On {_together(names, every)}:"
        yield from (f"  {line}" for line in lines)


def _failures(found: Sequence[_Column], width: int, style: TerminalStyle) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for column in found:
        if isinstance(column.result, Failure):
            groups.setdefault(column.result.message, []).append(column.name)
    for message, names in groups.items():
        title = f"! {join_limited(names, _FEW)} could not be planned:"
        first, *others = escape_control(message, keep="\n").split("\n")
        lines = [*folded(f"{title} {first}", width, others="  ")]
        yield lines[0].replace(title, style.paint(title, "red", "bold"), 1)
        yield from lines[1:]
        for line in others:
            yield from folded(line, width, first="  ", others="    ")


def _summary(found: Sequence[_Column], width: int, style: TerminalStyle) -> Iterator[str]:
    room = max(columns(column.name) for column in found)
    for column in found:
        title = f"{column.name}{' ' * (room - columns(column.name))}  "
        result = column.result
        if isinstance(result, Failure):
            yield title + style.paint("Not planned.", "red", "bold")
        elif not result.summary.changes:
            quiet = unchanged_in_words([result])
            yield f"{title}{style.paint('No changes.', 'green', 'bold')} {quiet}"
        else:
            text = counts([result]) if is_of_drift(result) else plan_in_words(result)
            yield from folded(text, width, first=title, others=" " * columns(title))
    plans = [column.result for column in found if isinstance(column.result, Plan)]
    ways = ways_out(plans, several=True)
    yield from ("", *ways) if ways else ()
