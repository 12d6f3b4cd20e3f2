"""The plans of several targets as one text: a column a target, and a change they share once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reconciler.model.text import escape_control, join_limited, plural
from reconciler.planning.multi_plan import Failure, Plans
from reconciler.planning.plan import Action, Plan, PlannedSpec
from reconciler.reports.text.blocked import refused_lines
from reconciler.reports.text.color import Style
from reconciler.reports.text.impact import breakage_lines
from reconciler.reports.text.plan import (
    legend_lines,
    notes_lines,
    target_change_lines,
    unmanaged_lines,
)
from reconciler.reports.text.spec import SpecText
from reconciler.reports.text.target_matrix import Heading, Row, matrix_lines
from reconciler.reports.text.wrap import LEAST_WIDTH, columns, folded
from reconciler.reports.view.facts import facts
from reconciler.reports.view.repeats import sameness
from reconciler.reports.view.wording import (
    base_in_words,
    plan_in_words,
    quiet_in_words,
    target_in_words,
)

_WIDEST_NAME = 16
"""Columns of the names that a target's address stands beside; below a longer one otherwise."""
_FEW = 4
"""How many targets are named where there are more."""


@dataclass(frozen=True)
class _Column:
    """A target's plan or failure under the name that tells it from the others."""

    name: str
    result: Plan | Failure


@dataclass(frozen=True)
class _Shown:
    """One spec at one target."""

    column: str
    text: SpecText
    changes: tuple[str, ...]

    @property
    def likeness(self) -> object:
        """What is equal for specs that may be shown as one: what is printed, and the values.

        Long values are printed only in part.
        """
        spec = self.text.spec
        values = [tuple(map(sameness, changes)) for changes in (spec.changes, spec.skipped)]
        return spec.action, *values, self.changes, *self.text.refusals()


def plans_text_report(
    plans: Plans, *, width: int = 80, color: bool = False, every_unmanaged: bool = False
) -> str:
    """Return the plans as text of that many columns; ids and pointers are never broken.

    `every_unmanaged` is as `plan_text_report` has it.
    """
    style, width = Style(color), max(width, LEAST_WIDTH)
    found = [*_columns(plans.results)]
    planned = [(column.name, column.result) for column in found if isinstance(column.result, Plan)]
    every = [column.name for column in found]
    parts = [_head(found, width, style)]
    parts += [target_change_lines(plan, width, style) for _, plan in planned]
    parts += [_breaking(planned, every, width, style)]
    parts.append(_matrix(found, width, style))
    parts += [_block(group, every) for group in _groups(planned, width, style)]
    parts.append(_notes(planned, every, width, style, every_unmanaged=every_unmanaged))
    parts += _refused(planned, every, width, style)
    parts += [_failures(found, width, style), _summary(found, width, style)]
    return "\n\n".join(text for part in parts if (text := "\n".join(part))) + "\n"


def _columns(results: Sequence[Plan | Failure]) -> Iterator[_Column]:
    """Yield each result with its target's name, numbered where several have one name."""
    names: dict[str, int] = {}
    for result in results:
        name = escape_control(result.target.name)
        names[name] = names.get(name, 0) + 1
        yield _Column(f"{name} ({names[name]})" if names[name] > 1 else name, result)


def _head(found: Sequence[_Column], width: int, style: Style) -> Iterator[str]:
    bases = {
        column.name: f"base: {escape_control(base_in_words(column.result.git))}"
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


def _breaking(
    planned: Sequence[tuple[str, Plan]], every: Sequence[str], width: int, style: Style
) -> Iterator[str]:
    told: dict[tuple[str, ...], list[str]] = {}
    for name, plan in planned:
        if lines := tuple(breakage_lines(plan, width - 2, style)):
            told.setdefault(lines, []).append(name)
    for lines, names in told.items():
        yield f"On {_together(names, every)}:"
        yield from (f"  {line}" for line in lines)


def _matrix(found: Sequence[_Column], width: int, style: Style) -> Iterator[str]:
    plans = [column.result for column in found if isinstance(column.result, Plan)]
    held = [{spec.place: spec for spec in plan.specs} for plan in plans]
    places = dict.fromkeys(spec.place for plan in plans for spec in plan.specs if _differs(spec))
    rows = []
    for place in places:
        cells = tuple(specs.get(place) for specs in held)
        rows.append(Row(next(cell.name for cell in cells if cell is not None), cells))
    if rows:
        yield from matrix_lines([_heading(column) for column in found], rows, width, style)


def _heading(column: _Column) -> Heading:
    if isinstance(column.result, Failure):
        return Heading(column.name, failed=True)
    return Heading(column.name, refused=bool(column.result.refusals))


def _differs(spec: PlannedSpec) -> bool:
    return spec.action is not Action.NONE or bool(spec.skipped)


def _groups(
    planned: Iterable[tuple[str, Plan]], width: int, style: Style
) -> Iterator[Sequence[_Shown]]:
    """Yield the specs that differ, file by file; those that differ alike are one group."""
    groups: dict[tuple[str, str], dict[object, list[_Shown]]] = {}
    for name, plan in planned:
        for spec in plan.specs:
            if _differs(spec):
                text = SpecText(spec, plan, width, style)
                shown = _Shown(name, text, tuple(text.changes()))
                groups.setdefault(spec.place, {}).setdefault(shown.likeness, []).append(shown)
    for alike in groups.values():
        yield from alike.values()


def _block(group: Sequence[_Shown], every: Sequence[str]) -> Iterator[str]:
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
        for sentence in facts(shown.text.spec):
            sentences.setdefault(sentence, []).append(shown.column)
    yield from first.facts(
        sentence if len(names) == len(group) else f"on {_together(names, every)}: {sentence}"
        for sentence, names in sentences.items()
    )
    yield from first.refusals()


def _together(names: Sequence[str], every: Sequence[str]) -> str:
    """Return target names as few words say them: all, all but a few, or the first of them."""
    others = [name for name in every if name not in names]
    if len(names) > _FEW and not others:
        return f"all {plural(len(names), 'target')}"
    if len(names) > _FEW and len(others) < _FEW:
        return f"all targets but {', '.join(others)}"
    return join_limited(names, _FEW)


def _refused(
    planned: Sequence[tuple[str, Plan]], every: Sequence[str], width: int, style: Style
) -> Iterator[Iterator[str]]:
    told: dict[tuple[str, ...], list[tuple[str, Plan]]] = {}
    for name, plan in planned:
        told.setdefault(tuple(refused_lines(plan, width, style)), []).append((name, plan))
    for alike in told.values():
        names = [name for name, _ in alike]
        several = len(names) > 1
        yield refused_lines(
            alike[0][1],
            width,
            style,
            which=f"the plan{'s' if several else ''} for {_together(names, every)}",
            target="NAME" if several else escape_control(alike[0][1].target.name),
        )


def _notes(
    planned: Sequence[tuple[str, Plan]],
    every: Sequence[str],
    width: int,
    style: Style,
    *,
    every_unmanaged: bool,
) -> Iterator[str]:
    told: dict[tuple[str, ...], list[str]] = {}
    for name, plan in planned:
        lines = (
            *notes_lines(plan, width - 2, style),
            *unmanaged_lines(plan, width - 2, style, every=every_unmanaged),
        )
        if lines:
            told.setdefault(lines, []).append(name)
    for lines, names in told.items():
        yield f"On {_together(names, every)}:"
        yield from (f"  {line}" for line in lines)
    yield from legend_lines((plan for _, plan in planned), width, style)


def _failures(found: Sequence[_Column], width: int, style: Style) -> Iterator[str]:
    told: dict[str, list[str]] = {}
    for column in found:
        if isinstance(column.result, Failure):
            told.setdefault(column.result.message, []).append(column.name)
    for message, names in told.items():
        title = f"! {join_limited(names, _FEW)} could not be planned:"
        first, *others = escape_control(message, keep="\n").split("\n")
        lines = [*folded(f"{title} {first}", width, others="  ")]
        yield lines[0].replace(title, style.paint(title, "red", "bold"), 1)
        yield from lines[1:]
        for line in others:
            yield from folded(line, width, first="  ", others="    ")


def _summary(found: Sequence[_Column], width: int, style: Style) -> Iterator[str]:
    room = max(columns(column.name) for column in found)
    for column in found:
        title = f"{column.name}{' ' * (room - columns(column.name))}  "
        result = column.result
        if isinstance(result, Failure):
            yield title + style.paint("Not planned.", "red", "bold")
        elif not result.summary.changes:
            quiet = f"{quiet_in_words([result])}."
            yield f"{title}{style.paint('No changes.', 'green', 'bold')} {quiet}"
        else:
            yield from folded(
                plan_in_words(result), width, first=title, others=" " * columns(title)
            )
