"""One spec of a plan as lines for a terminal: its name, its changes, what else is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from reconciler.model.text import escape_control
from reconciler.planning.plan import Action, Change, Plan, PlannedSpec
from reconciler.reports.text.changes import Frame, change_lines
from reconciler.reports.text.layout import Layout
from reconciler.reports.text.wrap import cut
from reconciler.reports.view.changes import Marks
from reconciler.reports.view.drift import is_of_drift
from reconciler.reports.view.wording import PENDING, SKIPPED, origins_in_words

SIGNS = {Action.CREATE: ("+", "green"), Action.UPDATE: ("~", "yellow"), Action.NONE: (" ", "dim")}
"""The sign of each action, and its color."""
_BODY = "    "
_HEAD = (("id",), ("name",))


def head_lines(
    spec: PlannedSpec, plan: Plan, layout: Layout, *, beside: str = "", identity: str | None = None
) -> list[str]:
    """Return a spec's sign and name, `beside`, its id and its file.

    `identity` replaces the id.
    """
    sign, tone = SIGNS[spec.action]
    if spec.action is Action.CREATE and is_of_drift(plan):
        sign, tone, beside = "-", "red", f"missing {beside or 'on the target'}"
    name = cut(escape_control(spec.name), layout.width - 2) or "(no name)"
    if identity is None:
        kind = f"{spec.kind.name} {escape_control(spec.id)}"
        identity = kind if spec.has_id else f"{escape_control(spec.id)} (id {PENDING})"
    title = f"{layout.paint(sign, tone, 'bold')} {layout.paint(name, 'bold')}"
    said = [layout.paint(beside, "cyan")] if beside else []
    dim = [layout.paint(text, "dim") for text in (identity, escape_control(spec.file))]
    return layout.gathered([title, *said, *dim], _BODY)


def diff_lines(spec: PlannedSpec, plan: Plan, layout: Layout) -> Iterator[str]:
    """Yield the changes of a spec, and those that are skipped."""
    if spec.action is Action.CREATE and is_of_drift(plan):
        return
    frame = Frame(2, layout, brief=spec.action is Action.CREATE, names=plan.names)
    marks = Marks.of(spec.changes, spec.refusals, plan)
    changes = [change for change in spec.changes if not _is_in_head(spec, change)]
    yield from change_lines(spec.kind, changes, marks, frame)
    if spec.skipped:
        title = f"{SKIPPED} (--only-origin): {origins_in_words(spec.skipped)}"
        yield _BODY + layout.paint(title, "dim")
        bare = Frame(4, replace(layout, color=False), names=plan.names)
        marks = Marks.of(spec.skipped, (), plan)
        for line in change_lines(spec.kind, spec.skipped, marks, bare):
            yield layout.paint(line, "dim")


def fact_lines(sentences: Iterable[str], layout: Layout) -> Iterator[str]:
    """Yield the sentences below the changes of a spec."""
    for sentence in sentences:
        yield from layout.folded(escape_control(sentence), "dim", first=_BODY, others=_BODY + "  ")


def _is_in_head(spec: PlannedSpec, change: Change) -> bool:
    """Return True if the first lines of a new spec show this change already."""
    return spec.action is Action.CREATE and change.pointer in _HEAD
