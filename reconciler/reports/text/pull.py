"""The result of a pull as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reconciler.model.pointers import format_pointer
from reconciler.model.text import escape_control, join_limited, plural
from reconciler.planning.plan import Change
from reconciler.planning.pull_result import PulledSpec, PullStatus
from reconciler.reports.text.changes import Frame, change_lines
from reconciler.reports.text.layout import Layout
from reconciler.reports.text.wrap import cut
from reconciler.reports.view.changes import NO_MARKS

_SIGNS: dict[PullStatus, tuple[str, ...]] = {
    PullStatus.NEW: ("+", "green"),
    PullStatus.EDITED: ("~", "yellow"),
    PullStatus.MISSING: ("?", "yellow"),
    PullStatus.FAILED: ("!", "red"),
    PullStatus.SAME: ("=",),
}
"""The sign of each status, and its color."""
_MOST_POINTERS = 10


def pulled_report(
    pulled: Sequence[PulledSpec], target: str, *, dry: bool, width: int, color: bool
) -> str:
    """Return what changed in each file, and the counts."""
    layout = Layout.of(width, color)
    lines: list[str] = []
    for one in pulled:
        lines += _spec(one, target, layout)
    lines += [""] if lines else []
    return "\n".join([*lines, _summary(pulled, target, dry, layout)]) + "\n"


def _spec(one: PulledSpec, target: str, layout: Layout) -> Iterator[str]:
    if one.fate is PullStatus.SAME and not one.left:
        return
    sign, *tones = _SIGNS[one.fate]
    name = cut(escape_control(one.name), layout.value_width)
    title = layout.paint(f"{sign} {name}", "bold", *tones)
    rest = [one.kind.name, *([escape_control(one.file)] if one.file else [])]
    yield from layout.gathered([title, *(layout.paint(text, "dim") for text in rest)], "    ")
    yield from change_lines(one.kind, one.changes, NO_MARKS, Frame(6, layout))
    for text in _said(one, target):
        yield from layout.folded(text, first="    ", others="    ")


def _said(one: PulledSpec, target: str) -> Iterator[str]:
    if one.fate is PullStatus.FAILED:
        yield f"not written: {escape_control(one.message)}"
    if one.fate is PullStatus.MISSING:
        yield f"not on {target}; the file is unchanged"
    if one.patch and one.changes:
        patched = [change for change in one.changes if change.path in one.patched]
        rest = [change for change in one.changes if change.path not in one.patched]
        if patched:
            yield f"changed in the patch for {one.patch}: {_pointers(patched)}"
        if rest:
            yield f"changed in the document, for all targets: {_pointers(rest)}"
    if one.left:
        yield f"skipped (x-reconciler): {_pointers(one.left)}. Use --include-shared to pull it."


def _pointers(changes: Iterable[Change]) -> str:
    paths = dict.fromkeys(escape_control(format_pointer(change.pointer)) for change in changes)
    return join_limited(list(paths), _MOST_POINTERS)


def _summary(pulled: Sequence[PulledSpec], target: str, dry: bool, layout: Layout) -> str:
    counts = {fate: sum(one.fate is fate for one in pulled) for fate in PullStatus}
    written = counts[PullStatus.NEW] + counts[PullStatus.EDITED]
    words = {
        PullStatus.NEW: plural(counts[PullStatus.NEW], "new file"),
        PullStatus.EDITED: f"{counts[PullStatus.EDITED]:,} updated",
        PullStatus.SAME: f"{counts[PullStatus.SAME]:,} {'unchanged' if written else 'up to date'}",
        PullStatus.MISSING: f"{counts[PullStatus.MISSING]:,} not on {target}",
        PullStatus.FAILED: f"{counts[PullStatus.FAILED]:,} not written",
    }
    found = ", ".join(text for status, text in words.items() if counts[status])
    said = layout.paint(found or "Nothing to pull", "red" if counts[PullStatus.FAILED] else "green")
    if dry:
        return f"{said}. Dry run: nothing was written."
    return f"{said}. Commit {'it' if written == 1 else 'them'}." if written else f"{said}."
