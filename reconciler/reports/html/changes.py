"""The changes of a spec in its document: rows side by side or inline, with folds.

The same elements serve both views; the style sheet arranges them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from reconciler.model.text import plural
from reconciler.planning.plan import Change, Origin
from reconciler.reports.html.elements import Html, element, plain
from reconciler.reports.html.hunks import Around, ChangeGroup, DiffBlock, Fold
from reconciler.reports.html.word_diff import Segment, abridged, marked_words
from reconciler.reports.view.changes import NO_MARKS, Marks
from reconciler.reports.view.side_by_side import DiffRow, RowState, change_rows
from reconciler.reports.view.wording import ORIGINS, PENDING, UNCONVERGED, UNCONVERGED_MEANS

_LONGEST_KEPT = 400
"""Characters of the unchanged part of a line that are shown."""
_DEEPEST = 24
Names: TypeAlias = "Mapping[str, str]"


def document_diff(found: Sequence[DiffBlock], marks: Marks, names: Names, *, is_new: bool) -> Html:
    """Return the blocks of a document; a new document has no side before it.

    `names` are those of the ids in it.
    """
    shown = (_block(block, marks, names) for block in found)
    return element("div", shown, class_="diff created" if is_new else "diff")


def changes_diff(changes: Sequence[Change], names: Names) -> Html:
    """Return changes without their document, each below its pointer."""
    groups = (ChangeGroup((change,), tuple(change_rows(change))) for change in changes)
    return element("div", (_group(group, NO_MARKS, names) for group in groups), class_="diff")


def origin_badge(origin: Origin) -> Html:
    """Return an origin as a label, with its meaning on hover."""
    return element("span", origin, class_=f"origin {origin}", title=ORIGINS[origin])


def _block(block: DiffBlock, marks: Marks, names: Names) -> Html:
    match block:
        case ChangeGroup():
            return _group(block, marks, names)
        case Around():
            return Html("".join(_row(row, names) for row in block.rows))
        case Fold():
            text = "\n".join(abridged(row.after or "", _LONGEST_KEPT) for row in block.rows)
            return element(
                "details",
                element("summary", plural(len(block.rows), "unchanged line")),
                element("pre", plain(text, keep="\n"), tabindex=0),
                class_="fold",
            )


def _group(group: ChangeGroup, marks: Marks, names: Names) -> Html:
    several = len(group.changes)
    guarded = next(filter(None, map(marks.guarded, group.changes)), "")
    unconverged = any(change.unconverged for change in group.changes)
    pending = any(change.pending for change in group.changes)
    return element(
        "section",
        element(
            "h4",
            element("code", group.path or "the whole document"),
            element("span", f"{several} changes", class_="count") if several > 1 else None,
            origin_badge(group.origin),
            element("span", guarded, class_=f"guard {guarded}") if guarded else None,
            element("span", UNCONVERGED, class_="origin drift", title=UNCONVERGED_MEANS)
            if unconverged
            else None,
            element("span", PENDING, class_="count") if pending else None,
            element("span", f"removes {group.removed_elements}", class_="removal")
            if group.removed_elements
            else None,
        ),
        (_row(row, names) for row in group.rows),
        class_="change",
        data_origin=group.origin,
    )


def _row(row: DiffRow, names: Names) -> Html:
    depth = min(_indent(row.after if row.after is not None else row.before or ""), _DEEPEST)
    return element("div", _cells(row, names), class_=f"row {row.state} d{depth}")


def _cells(row: DiffRow, names: Names) -> tuple[Html, ...]:
    before, after = row.before or "", row.after or ""
    name = element("small", names[row.pointer[-1]]) if _is_named(row, names) else None
    match row.state:
        case RowState.SAME:
            text = abridged(after, _LONGEST_KEPT)
            return (element("span", text, name, class_="left"), element("span", text, name))
        case RowState.ADDED:
            return (element("span", class_="left"), element("ins", abridged(after), name))
        case RowState.REMOVED:
            return (element("del", abridged(before), name), element("span", class_="right"))
        case RowState.CHANGED:
            old, new = marked_words(before, after)
            return (element("del", map(_segment, old)), element("ins", map(_segment, new)))


def _is_named(row: DiffRow, names: Names) -> bool:
    """Return True if a row is an element of a list, and an id that has a name."""
    text = (row.after if row.after is not None else row.before) or ""
    return bool(row.pointer) and row.pointer[-1] in names and text.lstrip().startswith("- ")


def _segment(segment: Segment) -> Html:
    if segment.marked:
        return element("mark", abridged(segment.text))
    return plain(abridged(segment.text, _LONGEST_KEPT))


def _indent(text: str) -> int:
    return (len(text) - len(text.lstrip(" "))) // 2
