"""Changes as a reader takes them in: the elements of a set together, others one by one.

Also the marks beside them, and the lines by which a replaced list or string differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct

from reconciler.model.json_text import Json, compact_json
from reconciler.model.kinds import Kind
from reconciler.model.pointers import Pointer, format_pointer
from reconciler.model.shape import ListRule, element_token, rule_at
from reconciler.planning.plan import Change, Operation, Origin, Plan
from reconciler.planning.refusal import Guard, Refusal
from reconciler.reports.view.alignment import aligned
from reconciler.reports.view.drift import is_of_drift
from reconciler.reports.view.wording import PENDING, UNCONVERGED, has_base

SIGNS = {
    Operation.ADD: ("+", "added"),
    Operation.REMOVE: ("−", "removed"),  # noqa: RUF001
    Operation.REPLACE: ("~", "replaced"),
}
"""The sign and the word beside a number of changes."""


class Elements(Struct, frozen=True):
    """Elements that are removed from and added to one set, the removed ones first."""

    pointer: Pointer
    changes: tuple[Change, ...]

    @property
    def path(self) -> str:
        """The set's pointer as a string."""
        return format_pointer(self.pointer)


def grouped(kind: Kind, changes: Sequence[Change]) -> Iterator[Elements | Change]:
    """Yield the changes in their order, those of one set together."""
    for above, group in groupby(changes, key=lambda change: _set_of(kind, change)):
        if above is None:
            yield from group
        else:
            in_order = sorted(group, key=lambda change: change.operation is not Operation.REMOVE)
            yield Elements(above, tuple(in_order))


def value_of(change: Change) -> Json:
    """Return the value that a change adds or removes, or the new value of a replacement."""
    return change.before if change.operation is Operation.REMOVE else change.after


def label(change: Change, names: Mapping[str, str]) -> str:
    """Return the name of the spec whose id an element is; an empty string if there is none."""
    return f"({PENDING})" if change.pending else names.get(change.pointer[-1], "")


def _set_of(kind: Kind, change: Change) -> Pointer | None:
    above = change.pointer[:-1]
    if change.operation is Operation.REPLACE or rule_at(kind, above) is not ListRule.SET:
        return None
    return above if element_token(value_of(change)) == change.pointer[-1] else None


BLOCKED = "blocked"
ALLOWED = "allowed"


class Marks(Struct, frozen=True):
    """The marks beside a change: its origin if that is news, and if a guard blocks it."""

    origins: bool
    """True if origins are shown: there is a base, and not all changes are from Git."""
    blocked: frozenset[str]
    """The pointers that a guard blocks."""
    allowed: frozenset[str]
    """The pointers that a guard would block, but for an override."""

    @classmethod
    def of(cls, changes: Sequence[Change], refusals: Sequence[Refusal], plan: Plan) -> Marks:
        """Return the marks for changes of one spec of a plan."""
        with_base = has_base(plan) and not is_of_drift(plan)
        return cls(
            with_base and any(change.origin is not Origin.REPO for change in changes),
            _pointers(refusal for refusal in refusals if refusal.override is None),
            _pointers(refusal for refusal in refusals if refusal.override is not None),
        )

    def guarded(self, *changes: Change) -> str:
        """Return `BLOCKED` or `ALLOWED`, or an empty string if no guard is about these changes."""
        paths = {path for each in changes for path in (each.path, *each.removed_elements)}
        if self.blocked & paths:
            return BLOCKED
        return ALLOWED if self.allowed & paths else ""

    def beside(self, change: Change) -> str:
        """Return the words for one change; an empty string if there are none."""
        words = [change.origin.value if self.origins else "", self.guarded(change)]
        return ", ".join(filter(None, [*words, UNCONVERGED if change.unconverged else ""]))

    def beside_alone(self, change: Change) -> str:
        """Return the words for a change that is shown without a name beside it."""
        return ", ".join(filter(None, [self.beside(change), PENDING if change.pending else ""]))

    def beside_all(self, elements: Elements) -> str | None:
        """Return the words that hold for every element alike, None if they differ."""
        words = {self.beside(change) for change in elements.changes}
        return words.pop() if len(words) == 1 else None


def _pointers(refusals: Iterable[Refusal]) -> frozenset[str]:
    """Return what refusals are about; one of a protected spec is about all of it."""
    return frozenset(
        pointer
        for refusal in refusals
        if refusal.guard is not Guard.PROTECTED
        for pointer in refusal.pointers
    )


NO_MARKS = Marks(origins=False, blocked=frozenset(), allowed=frozenset())


def steps(change: Change) -> list[tuple[Operation, int, Json]] | None:
    """Return the elements or lines that are removed from or added to a list or a long string.

    Each comes with its index, from 0. None for a change that replaces no such value.
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
            found += [(Operation.REMOVE, index, before[index]) for index in stretch.before]
            found += [(Operation.ADD, index, after[index]) for index in stretch.after]
    return found


def _parts(value: Json) -> list[Json] | None:
    """Return the elements of a list, or the lines of a string."""
    if isinstance(value, str):
        return list(value.split("\n"))
    return value if isinstance(value, list) else None
