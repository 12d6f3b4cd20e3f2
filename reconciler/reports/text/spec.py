"""One spec of a plan as lines for a terminal: its name, its changes, what else is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from reconciler.model.text import escape_control
from reconciler.planning.plan import Action, Change, Plan, PlannedSpec
from reconciler.reports.text.changes import Frame, change_lines
from reconciler.reports.text.color import TerminalStyle
from reconciler.reports.text.wrap import cut, folded, gathered, value_width
from reconciler.reports.view.changes import Marks
from reconciler.reports.view.drift import is_of_drift
from reconciler.reports.view.wording import PENDING, SKIPPED, origins_in_words

SIGNS = {Action.CREATE: ("+", "green"), Action.UPDATE: ("~", "yellow"), Action.NONE: (" ", "dim")}
"""The sign of each action, and its color."""
_BODY = "    "
_HEAD = (("id",), ("name",))


class SpecText(Struct, frozen=True):
    """A spec with something to show, and how it is drawn."""

    spec: PlannedSpec
    plan: Plan
    width: int
    style: TerminalStyle

    def head(self, *, beside: str = "", identity: str | None = None) -> list[str]:
        """Return its sign and name, `beside`, its id and its file.

        `identity` replaces the id.
        """
        spec, style = self.spec, self.style
        sign, tone = SIGNS[spec.action]
        if spec.action is Action.CREATE and is_of_drift(self.plan):
            sign, tone, beside = "-", "red", f"missing on the target {beside}".rstrip()
        name = cut(escape_control(spec.name), self.width - 2) or "(no name)"
        if identity is None:
            kind = f"{spec.kind.name} {escape_control(spec.id)}"
            identity = kind if spec.has_id else f"{escape_control(spec.id)} (id {PENDING})"
        title = f"{style.paint(sign, tone, 'bold')} {style.paint(name, 'bold')}"
        dim = [(text, style.paint(text, "dim")) for text in (identity, escape_control(spec.file))]
        said = [(beside, style.paint(beside, "cyan"))] if beside else []
        return gathered([(f"{sign} {name}", title), *said, *dim], self.width, _BODY)

    def changes(self) -> Iterator[str]:
        """Yield the changes, and those that are skipped."""
        spec, style, names = self.spec, self.style, self.plan.names
        if spec.action is Action.CREATE and is_of_drift(self.plan):
            return
        room = value_width(self.width)
        frame = Frame(2, room, style, brief=spec.action is Action.CREATE, names=names)
        marks = Marks.of(spec.changes, spec.refusals, self.plan)
        changes = [change for change in spec.changes if not _is_in_head(spec, change)]
        yield from change_lines(spec.kind, changes, marks, frame)
        if spec.skipped:
            title = f"{SKIPPED} (--only-origin): {origins_in_words(spec.skipped)}"
            yield _BODY + style.paint(title, "dim")
            dimmed = Frame(4, room, TerminalStyle(color=False), names=names)
            marks = Marks.of(spec.skipped, (), self.plan)
            for line in change_lines(spec.kind, spec.skipped, marks, dimmed):
                yield style.paint(line, "dim")

    def facts(self, sentences: Iterable[str]) -> Iterator[str]:
        """Yield sentences below the changes."""
        for sentence in sentences:
            for line in folded(
                escape_control(sentence), self.width, first=_BODY, others=_BODY + "  "
            ):
                yield self.style.paint(line, "dim")


def _is_in_head(spec: PlannedSpec, change: Change) -> bool:
    """Return True if the first lines of a new spec show this change already."""
    return spec.action is Action.CREATE and change.pointer in _HEAD
