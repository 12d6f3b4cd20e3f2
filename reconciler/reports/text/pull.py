"""What a pull made of the files, as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reconciler.model.pointers import format_pointer
from reconciler.model.text import escape_control, join_limited, plural
from reconciler.planning.plan import Change
from reconciler.planning.pull_result import PulledSpec, PullStatus
from reconciler.reports.text.changes import Frame, change_lines
from reconciler.reports.text.color import Style
from reconciler.reports.text.wrap import LEAST_WIDTH, cut, folded, gathered
from reconciler.reports.view.changes import NO_MARKS

_SIGNS = {
    PullStatus.NEW: "+",
    PullStatus.EDITED: "~",
    PullStatus.MISSING: "?",
    PullStatus.FAILED: "!",
    PullStatus.SAME: "=",
}
_COLORS = {
    PullStatus.NEW: "green",
    PullStatus.EDITED: "yellow",
    PullStatus.MISSING: "yellow",
    PullStatus.FAILED: "red",
}
_MOST_POINTERS = 10


def pulled_report(
    pulled: Sequence[PulledSpec], target: str, *, dry: bool, width: int, color: bool
) -> str:
    """Return what became of every spec, a line or more each, and the counts."""
    style, width = Style(color), max(width, LEAST_WIDTH)
    lines: list[str] = []
    for one in pulled:
        lines += _spec(one, target, width, style)
    lines += [""] if lines else []
    return "\n".join([*lines, _summary(pulled, target, dry, style)]) + "\n"


def _spec(one: PulledSpec, target: str, width: int, style: Style) -> Iterator[str]:
    if one.fate is PullStatus.SAME and not one.left:
        return
    name = f"{_SIGNS[one.fate]} {cut(escape_control(one.name), width)}"
    painted = style.paint(name, "bold", *([_COLORS[one.fate]] if one.fate in _COLORS else []))
    rest = [one.kind.name, escape_control(one.file)]
    pieces = [(text, style.paint(text, "dim")) for text in rest if text]
    yield from gathered([(name, painted), *pieces], width, "    ")
    yield from change_lines(one.kind, one.changes, NO_MARKS, Frame(6, width, style))
    for text in _said(one, target):
        yield from folded(text, width, first="    ", others="    ")


def _said(one: PulledSpec, target: str) -> Iterator[str]:
    if one.fate is PullStatus.FAILED:
        yield f"not written: {escape_control(one.message)}"
    if one.fate is PullStatus.MISSING:
        yield f"{target} does not have it; the file stays as it is."
    if one.patch and one.changes:
        patched = [change for change in one.changes if change.path in one.patched]
        rest = [change for change in one.changes if change.path not in one.patched]
        if patched:
            yield f"changed in the patch for {one.patch}: {_pointers(patched)}"
        if rest:
            yield f"changed in the document, for every target: {_pointers(rest)}"
    if one.left:
        yield (
            f"left alone, as the file's x-reconciler says: {_pointers(one.left)}. "
            "--include-shared takes it over."
        )


def _pointers(changes: Iterable[Change]) -> str:
    paths = dict.fromkeys(escape_control(format_pointer(change.pointer)) for change in changes)
    return join_limited(list(paths), _MOST_POINTERS)


def _summary(pulled: Sequence[PulledSpec], target: str, dry: bool, style: Style) -> str:
    counts = {fate: sum(one.fate is fate for one in pulled) for fate in PullStatus}
    parts = [
        plural(counts[PullStatus.NEW], "new file") if counts[PullStatus.NEW] else "",
        f"{counts[PullStatus.EDITED]:,} edited" if counts[PullStatus.EDITED] else "",
        f"{counts[PullStatus.SAME]:,} as {target} has "
        f"{'it' if counts[PullStatus.SAME] == 1 else 'them'}"
        if counts[PullStatus.SAME]
        else "",
        f"{counts[PullStatus.MISSING]:,} not at {target}" if counts[PullStatus.MISSING] else "",
        f"{counts[PullStatus.FAILED]:,} not written" if counts[PullStatus.FAILED] else "",
    ]
    said = ", ".join(filter(None, parts)) or "nothing to pull"
    title = style.paint("Pull:", "red" if counts[PullStatus.FAILED] else "green", "bold")
    return f"{title} {said}.{' Nothing was written: this is a dry run.' if dry else ''}"
