"""The plans of several targets as one text: a column for each, and what they share once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from reconciler.model.text import escape_control, join_limited, plural
from reconciler.planning.multi_plan import Failure, Plans
from reconciler.planning.plan import Plan, PlannedSpec
from reconciler.reports.text.blocked import blocked_lines
from reconciler.reports.text.layout import Layout
from reconciler.reports.text.plan import (
    legend_lines,
    notes_lines,
    summary_lines,
    target_change_lines,
    unmanaged_lines,
)
from reconciler.reports.text.spec import diff_lines, fact_lines, head_lines
from reconciler.reports.text.target_matrix import matrix_lines
from reconciler.reports.text.wrap import columns
from reconciler.reports.view.blocked import blocked_alike
from reconciler.reports.view.drift import read_forward, ways_out
from reconciler.reports.view.facts import facts
from reconciler.reports.view.groups import by_key
from reconciler.reports.view.repeats import sameness
from reconciler.reports.view.specs import differs
from reconciler.reports.view.wording import (
    base_in_words,
    target_in_words,
)

_WIDEST_NAME = 16
"""Columns of the longest name whose address is on the same line."""
_FEW = 4
"""Targets that are named if there are more."""
Named: TypeAlias = "tuple[str, Plan | Failure]"
"""A target's plan or failure under a name that no other target has."""


class _Shown(Struct, frozen=True):
    """One spec on one target."""

    target: str
    plan: Plan
    spec: PlannedSpec
    lines: tuple[str, ...]

    @property
    def likeness(self) -> object:
        """What is equal for specs that are shown as one: what is printed, and the values.

        Long values are printed only in part.
        """
        values = [tuple(map(sameness, found)) for found in (self.spec.changes, self.spec.skipped)]
        return self.spec.action, *values, self.lines


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
    layout = Layout.of(width, color)
    results = [*_named(plans.results)]
    planned = [(name, found) for name, found in results if isinstance(found, Plan)]
    found = [plan for _, plan in planned]
    every = [name for name, _ in results]
    inner = replace(layout, width=layout.width - 2)
    notes = [(name, [*notes_lines(plan, inner)]) for name, plan in planned]
    unmanaged = [
        (name, [*unmanaged_lines(plan, inner, every=every_unmanaged, verbose=verbose)])
        for name, plan in planned
    ]
    parts: list[Iterable[str]] = [
        _head(results, layout),
        *(target_change_lines(plan, layout) for plan in found),
        matrix_lines(results, layout),
        *(_block(group, every, layout, verbose=verbose) for group in _groups(planned, layout)),
        _on_targets([*notes, *unmanaged], every),
        legend_lines(found, layout),
        *_blocked(planned, every, layout),
        _failures(results, layout),
        _summary(results, layout),
        ways_out(found),
    ]
    return "\n\n".join(text for part in parts if (text := "\n".join(part))) + "\n"


def _named(results: Sequence[Plan | Failure]) -> Iterator[Named]:
    """Yield each result with its target's name, numbered if several have the same name."""
    names: dict[str, int] = {}
    for result in results:
        name = escape_control(result.target.name)
        names[name] = names.get(name, 0) + 1
        shown = read_forward(result) if isinstance(result, Plan) else result
        yield f"{name} ({names[name]})" if names[name] > 1 else name, shown


def _head(results: Sequence[Named], layout: Layout) -> Iterator[str]:
    bases = [
        escape_control(base_in_words(found.git)) if isinstance(found, Plan) else ""
        for _, found in results
    ]
    common = {*bases} - {""} if len({*bases} - {""}) == 1 else set()
    yield " · ".join([layout.paint(plural(len(results), "target"), "bold"), *common])
    room = max(min(columns(name), _WIDEST_NAME) for name, _ in results)
    for (name, found), base in zip(results, bases, strict=True):
        place = escape_control(target_in_words(found.target))
        text = f"{place} · {base}" if base and not common else place
        title = f"  {name}{' ' * (room - columns(name))}"
        if columns(title) + 2 + columns(text) <= layout.width:
            yield f"{title}  {layout.paint(text, 'dim')}"
        else:
            yield title.rstrip()
            yield from layout.folded(text, "dim", first="    ", others="    ")


def _groups(planned: Iterable[tuple[str, Plan]], layout: Layout) -> Iterator[Sequence[_Shown]]:
    """Yield the specs that differ, file by file; those with equal changes are one group."""
    shown = (
        _Shown(name, plan, spec, tuple(diff_lines(spec, plan, layout)))
        for name, plan in planned
        for spec in filter(differs, plan.specs)
    )
    for of_file in by_key((one.spec.place, one) for one in shown).values():
        yield from by_key((one.likeness, one) for one in of_file).values()


def _block(
    group: Sequence[_Shown], every: Sequence[str], layout: Layout, *, verbose: bool
) -> Iterator[str]:
    spec, plan = group[0].spec, group[0].plan
    where = f"on {_together([shown.target for shown in group], every)}"
    ids = {shown.spec.id for shown in group}
    identity = None if len(ids) == 1 else spec.kind.name
    yield from head_lines(spec, plan, layout, beside=where, identity=identity)
    yield from group[0].lines
    own_ids = [(f"id {shown.spec.id}", shown.target) for shown in group if len(ids) > 1]
    known = [(fact, shown.target) for shown in group for fact in facts(shown.spec, verbose=verbose)]
    said = (
        sentence if len(names) == len(group) else f"on {_together(names, every)}: {sentence}"
        for sentence, names in by_key([*own_ids, *known]).items()
    )
    yield from fact_lines(said, layout)


def _together(names: Sequence[str], every: Sequence[str]) -> str:
    """Return target names in few words: all, all but a few, or the first ones."""
    others = [name for name in every if name not in names]
    if len(names) > _FEW and not others:
        return f"all {plural(len(names), 'target')}"
    if len(names) > _FEW and len(others) < _FEW:
        return f"all targets but {', '.join(others)}"
    return join_limited(names, _FEW)


def _blocked(
    planned: Sequence[tuple[str, Plan]], every: Sequence[str], layout: Layout
) -> Iterator[Iterator[str]]:
    """Yield a block for each group of targets that are blocked alike."""
    for indexes, found in blocked_alike([plan for _, plan in planned]):
        where = f" on {_together([planned[index][0] for index in indexes], every)}"
        yield blocked_lines(found, layout, where=where)


def _on_targets(found: Sequence[tuple[str, Sequence[str]]], every: Sequence[str]) -> Iterator[str]:
    """Yield lines about targets, those that are equal once below the names of their targets."""
    for lines, names in by_key((tuple(lines), name) for name, lines in found if lines).items():
        yield f"On {_together(names, every)}:"
        yield from (f"  {line}" for line in lines)


def _failures(results: Sequence[Named], layout: Layout) -> Iterator[str]:
    failed = ((found.message, name) for name, found in results if isinstance(found, Failure))
    for message, names in by_key(failed).items():
        title = layout.paint(f"! {join_limited(names, _FEW)} could not be planned:", "red", "bold")
        first, *others = escape_control(message, keep="\n").split("\n")
        yield from layout.folded(f"{title} {first}")
        for line in others:
            yield from layout.folded(line, first="  ", others="    ")


def _summary(results: Sequence[Named], layout: Layout) -> Iterator[str]:
    room = max(columns(name) for name, _ in results)
    for name, found in results:
        title = f"{name}{' ' * (room - columns(name))}  "
        if isinstance(found, Failure):
            yield title + layout.paint("Not planned.", "red", "bold")
        else:
            yield from summary_lines(found, layout, name=title)
