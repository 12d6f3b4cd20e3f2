"""One spec of a plan as lines for a terminal: what it is, its changes, what refuses it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reconciler.model.text import escape_control
from reconciler.planning.plan import Action, Change, Plan, PlannedSpec, Refusal
from reconciler.reports.text.changes import Frame, change_lines
from reconciler.reports.text.color import Style
from reconciler.reports.text.wrap import cut, folded, gathered
from reconciler.reports.view.changes import Marks
from reconciler.reports.view.wording import PENDING, has_base, origins_in_words

SIGNS = {Action.CREATE: ("+", "green"), Action.UPDATE: ("~", "yellow"), Action.NONE: (" ", "dim")}
"""The sign of what is done with a spec, and its colour."""
_BODY = "    "
_HEAD = (("id",), ("name",))


@dataclass(frozen=True)
class SpecText:
    """A spec that has something to show, the plan it is in, and how it is drawn."""

    spec: PlannedSpec
    plan: Plan
    width: int
    style: Style

    def head(self, *, beside: str = "", identity: str | None = None) -> list[str]:
        """Return its sign and name, what is said beside them, its id and its file.

        `identity` stands in place of the id.
        """
        spec, style = self.spec, self.style
        sign, tone = SIGNS[spec.action]
        name = cut(escape_control(spec.name), self.width - 2) or "(no name)"
        if identity is None:
            kind = f"{spec.kind.name} {escape_control(spec.id)}"
            identity = kind if spec.has_id else f"{escape_control(spec.id)} (id {PENDING})"
        title = f"{style.paint(sign, tone, 'bold')} {style.paint(name, 'bold')}"
        dim = [(text, style.paint(text, "dim")) for text in (identity, escape_control(spec.file))]
        said = [(beside, style.paint(beside, "cyan"))] if beside else []
        return gathered([(f"{sign} {name}", title), *said, *dim], self.width, _BODY)

    def changes(self) -> Iterator[str]:
        """Yield what changes, and what is left alone."""
        spec, style, names = self.spec, self.style, self.plan.names
        with_base = has_base(self.plan)
        frame = Frame(2, self.width, style, brief=spec.action is Action.CREATE, names=names)
        marks = Marks.of(spec.changes, spec.refusals, with_base=with_base)
        changes = [change for change in spec.changes if not _stands_in_head(spec, change)]
        yield from change_lines(spec.kind, changes, marks, frame)
        if spec.skipped:
            title = f"left alone (--only-origin): {origins_in_words(spec.skipped)}"
            yield _BODY + style.paint(title, "dim")
            dimmed = Frame(4, self.width, Style(color=False), names=names)
            marks = Marks.of(spec.skipped, (), with_base=with_base)
            for line in change_lines(spec.kind, spec.skipped, marks, dimmed):
                yield style.paint(line, "dim")

    def facts(self, sentences: Iterable[str]) -> Iterator[str]:
        """Yield what else there is to know, a sentence at a time."""
        for sentence in sentences:
            for line in folded(
                escape_control(sentence), self.width, first=_BODY, others=_BODY + "  "
            ):
                yield self.style.paint(line, "dim")

    def refusals(self) -> Iterator[str]:
        """Yield what refuses it, in full."""
        for refusal in self.spec.refusals:
            yield from self._refusal(refusal)

    def _refusal(self, refusal: Refusal) -> Iterator[str]:
        title = f"! apply refuses this ({refusal.guard}):"
        text = f"{title} {escape_control(refusal.message)}"
        lines = [*folded(text, self.width - 2, others="    ")]
        yield "  " + lines[0].replace(title, self.style.paint(title, "red", "bold"), 1)
        yield from (f"  {line}" for line in lines[1:])


def _stands_in_head(spec: PlannedSpec, change: Change) -> bool:
    """Say whether the first line of a new spec tells this already."""
    return spec.action is Action.CREATE and change.pointer in _HEAD
