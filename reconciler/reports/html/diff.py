"""A spec's changes in their document: rows side by side or one above the other, with folds.

One set of elements serves both views; the style sheet arranges them.
"""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.planning.plan import Change
from reconciler.reports.html.folding import Around, Block, Fold, Group
from reconciler.reports.html.markup import Html, element, plain
from reconciler.reports.html.words import Segment, abridged, marked_words
from reconciler.reports.rows import Row, RowState, change_rows
from reconciler.reports.wording import ORIGINS, counted

_LONGEST_KEPT = 400
"""Characters of an unchanged part of a line that are shown."""
_DEEPEST = 24


def document_diff(found: Sequence[Block], *, is_new: bool) -> Html:
    """Return a document's blocks as markup; a new document has no side before it."""
    return element("div", map(_block, found), class_="diff created" if is_new else "diff")


def changes_diff(changes: Sequence[Change]) -> Html:
    """Return changes as markup without their document, each below its pointer."""
    groups = (Group((change,), tuple(change_rows(change))) for change in changes)
    return element("div", map(_group, groups), class_="diff")


def origin_badge(change: Change) -> Html:
    """Return a change's origin as a small label, with its meaning on hover."""
    origin = change.origin
    return element("span", origin, class_=f"origin {origin}", title=ORIGINS[origin])


def _block(block: Block) -> Html:
    match block:
        case Group():
            return _group(block)
        case Around():
            return Html("".join(map(_row, block.rows)))
        case Fold():
            text = "\n".join(abridged(row.after or "", _LONGEST_KEPT) for row in block.rows)
            return element(
                "details",
                element("summary", counted(len(block.rows), "unchanged line")),
                element("pre", plain(text, keep="\n"), tabindex=0),
                class_="fold",
            )


def _group(group: Group) -> Html:
    several = len(group.changes)
    path = group.path or "the whole document"
    return element(
        "section",
        element(
            "h4",
            element("code", path),
            element("span", f"{several} changes", class_="count") if several > 1 else None,
            origin_badge(group.changes[0]),
            element("span", f"takes away {group.takes_away}", class_="removal")
            if group.takes_away
            else None,
        ),
        map(_row, group.rows),
        class_="change",
        data_origin=group.origin,
    )


def _row(row: Row) -> Html:
    depth = min(_indent(row.after if row.after is not None else row.before or ""), _DEEPEST)
    return element("div", _cells(row), class_=f"row {row.state} d{depth}")


def _cells(row: Row) -> tuple[Html, ...]:
    before, after = row.before or "", row.after or ""
    match row.state:
        case RowState.SAME:
            text = abridged(after, _LONGEST_KEPT)
            return (element("span", text, class_="left"), element("span", text))
        case RowState.ADDED:
            return (element("span", class_="left"), element("ins", abridged(after)))
        case RowState.REMOVED:
            return (element("del", abridged(before)), element("span", class_="right"))
        case RowState.CHANGED:
            old, new = marked_words(before, after)
            return (element("del", map(_segment, old)), element("ins", map(_segment, new)))


def _segment(segment: Segment) -> Html:
    if segment.marked:
        return element("mark", abridged(segment.text))
    return plain(abridged(segment.text, _LONGEST_KEPT))


def _indent(text: str) -> int:
    return (len(text) - len(text.lstrip(" "))) // 2
