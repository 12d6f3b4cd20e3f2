"""What a pull made of the files, as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reconciler.model.pointers import format_pointer
from reconciler.planning.plan import Change
from reconciler.planning.pulled import Fate, Pulled
from reconciler.reports.changes_text import Frame, change_lines
from reconciler.reports.escape import printable
from reconciler.reports.groups import NO_MARKS
from reconciler.reports.layout import LEAST_WIDTH, cut, folded, gathered
from reconciler.reports.style import Style
from reconciler.reports.wording import counted, named

_SIGNS = {Fate.NEW: "+", Fate.EDITED: "~", Fate.MISSING: "?", Fate.FAILED: "!", Fate.SAME: "="}
_COLORS = {Fate.NEW: "green", Fate.EDITED: "yellow", Fate.MISSING: "yellow", Fate.FAILED: "red"}
_MOST_POINTERS = 10


def pulled_report(
    pulled: Sequence[Pulled], target: str, *, dry: bool, width: int, color: bool
) -> str:
    """Return what became of every spec, a line or more each, and the counts."""
    style, width = Style(color), max(width, LEAST_WIDTH)
    lines: list[str] = []
    for one in pulled:
        lines += _spec(one, target, width, style)
    lines += [""] if lines else []
    return "\n".join([*lines, _summary(pulled, target, dry, style)]) + "\n"


def _spec(one: Pulled, target: str, width: int, style: Style) -> Iterator[str]:
    if one.fate is Fate.SAME and not one.left:
        return
    name = f"{_SIGNS[one.fate]} {cut(printable(one.name), width)}"
    painted = style.paint(name, "bold", *([_COLORS[one.fate]] if one.fate in _COLORS else []))
    rest = [one.kind.name, printable(one.file)]
    pieces = [(text, style.paint(text, "dim")) for text in rest if text]
    yield from gathered([(name, painted), *pieces], width, "    ")
    yield from change_lines(one.kind, one.changes, NO_MARKS, Frame(6, width, style))
    for text in _said(one, target):
        yield from folded(text, width, first="    ", others="    ")


def _said(one: Pulled, target: str) -> Iterator[str]:
    if one.fate is Fate.FAILED:
        yield f"not written: {printable(one.message)}"
    if one.fate is Fate.MISSING:
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
    paths = dict.fromkeys(printable(format_pointer(change.pointer)) for change in changes)
    return named(list(paths), _MOST_POINTERS)


def _summary(pulled: Sequence[Pulled], target: str, dry: bool, style: Style) -> str:
    counts = {fate: sum(one.fate is fate for one in pulled) for fate in Fate}
    parts = [
        counted(counts[Fate.NEW], "new file") if counts[Fate.NEW] else "",
        f"{counts[Fate.EDITED]:,} edited" if counts[Fate.EDITED] else "",
        f"{counts[Fate.SAME]:,} as {target} has {'it' if counts[Fate.SAME] == 1 else 'them'}"
        if counts[Fate.SAME]
        else "",
        f"{counts[Fate.MISSING]:,} not at {target}" if counts[Fate.MISSING] else "",
        f"{counts[Fate.FAILED]:,} not written" if counts[Fate.FAILED] else "",
    ]
    said = ", ".join(filter(None, parts)) or "nothing to pull"
    title = style.paint("Pull:", "red" if counts[Fate.FAILED] else "green", "bold")
    return f"{title} {said}.{' Nothing was written: this is a dry run.' if dry else ''}"
