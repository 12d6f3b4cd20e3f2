"""Changes as a reader takes them in: the elements of one set together, all else pointer by pointer.

Also the lines by which a replaced list or text of several lines differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from reconciler.model.json_text import Json, compact_json
from reconciler.model.kinds import Kind
from reconciler.model.pointers import Pointer, format_pointer
from reconciler.model.shape import ListRule, element_token, rule_at
from reconciler.planning.plan import Change, Guard, Operation, Origin, Refusal
from reconciler.reports.view.alignment import aligned
from reconciler.reports.view.wording import PENDING, RESIDUAL


@dataclass(frozen=True)
class Elements:
    """Elements that a set loses and gains, the lost ones first."""

    pointer: Pointer
    changes: tuple[Change, ...]

    @property
    def path(self) -> str:
        """The text of the set's pointer."""
        return format_pointer(self.pointer)


def grouped(kind: Kind, changes: Sequence[Change]) -> Iterator[Elements | Change]:
    """Yield the changes in their order, those of one set's elements as one."""
    for above, group in groupby(changes, key=lambda change: _set_of(kind, change)):
        if above is None:
            yield from group
        else:
            in_order = sorted(group, key=lambda change: change.operation is not Operation.REMOVE)
            yield Elements(above, tuple(in_order))


def value_of(change: Change) -> Json:
    """Return what an addition adds, a removal removes, a replacement puts there."""
    return change.before if change.operation is Operation.REMOVE else change.after


def label(change: Change, names: Mapping[str, str]) -> str:
    """Return whose id an element is, as `names` has it; nothing where it is nobody's."""
    return f"({PENDING})" if change.pending else names.get(change.pointer[-1], "")


def _set_of(kind: Kind, change: Change) -> Pointer | None:
    above = change.pointer[:-1]
    if change.operation is Operation.REPLACE or rule_at(kind, above) is not ListRule.SET:
        return None
    return above if element_token(value_of(change)) == change.pointer[-1] else None


@dataclass(frozen=True)
class Marks:
    """What is said beside a change: its origin where that is news, a guard's no, no progress.

    Origins are news where there is a base and they are not all the repo's.
    """

    origins: bool
    refused: frozenset[str]

    @classmethod
    def of(
        cls, changes: Sequence[Change], refusals: Sequence[Refusal], *, with_base: bool
    ) -> Marks:
        """Return the marks for the changes of one spec."""
        return cls(
            with_base and any(change.origin is not Origin.REPO for change in changes),
            frozenset(
                pointer
                for refusal in refusals
                if refusal.guard is not Guard.PROTECTED
                for pointer in refusal.pointers
            ),
        )

    def is_refused(self, change: Change) -> bool:
        """Say whether a guard refuses this change."""
        return change.path in self.refused or bool(
            self.refused.intersection(change.removed_elements)
        )

    def beside(self, change: Change) -> str:
        """Return the words for one change, nothing where there is nothing to say."""
        words = [change.origin.value] if self.origins else []
        words += ["refused"] if self.is_refused(change) else []
        words += [RESIDUAL] if change.unconverged else []
        return ", ".join(words)

    def beside_alone(self, change: Change) -> str:
        """Return the words for a change that stands by itself, with nobody's name beside it."""
        return ", ".join(filter(None, [self.beside(change), PENDING if change.pending else ""]))

    def beside_all(self, elements: Elements) -> str | None:
        """Return the words that hold for every element alike, None where they differ."""
        words = {self.beside(change) for change in elements.changes}
        return words.pop() if len(words) == 1 else None


NO_MARKS = Marks(origins=False, refused=frozenset())


@dataclass(frozen=True)
class Step:
    """One element that a list loses or gains, or one line of a text. `index` counts from 0."""

    operation: Operation
    index: int
    value: Json


def steps(change: Change) -> list[Step] | None:
    """Return what a replaced list, or a text of several lines, loses and gains.

    None for every other change.
    """
    if change.operation is not Operation.REPLACE or type(change.before) is not type(change.after):
        return None
    before, after = _parts(change.before), _parts(change.after)
    if before is None or after is None or len(before) == len(after) == 1:
        return None
    old, new = ([compact_json(part) for part in parts] for parts in (before, after))
    found = []
    for stretch in aligned(old, new):
        if not stretch.equal:
            found += [Step(Operation.REMOVE, index, before[index]) for index in stretch.before]
            found += [Step(Operation.ADD, index, after[index]) for index in stretch.after]
    return found


def _parts(value: Json) -> list[Json] | None:
    """Return a list's elements, or a text's lines."""
    if isinstance(value, str):
        return list(value.split("\n"))
    return value if isinstance(value, list) else None
