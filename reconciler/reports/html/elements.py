"""HTML built from elements: every string is escaped, unless it is markup made here."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

from reconciler.model.text import escape_control


class Html(str):
    """A string that is markup. Only this module makes it from other strings."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[Child] | None"
Attribute: TypeAlias = "str | int | bool | None"

_VOID = frozenset({"br", "input", "link", "meta"})


def element(tag: str, *children: Child, **attributes: Attribute) -> Html:
    """Return one element. Children that are not `Html` are escaped; None is omitted.

    In the name of an attribute `_` becomes a hyphen, and is dropped at its end
    (`class_`). None and False omit the attribute; True omits its value.
    """
    start = f"<{tag}{''.join(_attribute(*item) for item in attributes.items())}>"
    if tag in _VOID:
        return Html(start)
    return Html(f"{start}{joined(children)}</{tag}>")


def joined(children: Iterable[Child]) -> Html:
    """Return the markup of several children, one after the other."""
    return Html("".join(_markup(child) for child in children))


def plain(text: str, keep: str = "") -> Html:
    """Return a string as markup: escaped, with control characters made visible.

    `keep` holds control characters to leave as they are, such as a newline.
    """
    return Html(escape(escape_control(text, keep)))


def raw_element(tag: str, content: str) -> Html:
    """Return `script` or `style` with this program's own content, unescaped."""
    return Html(f"<{tag}>{content}</{tag}>")


def _markup(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child
    if isinstance(child, str):
        return plain(child)
    return joined(child)


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{plain(str(value))}"'
