"""The order in which the keys of a document are written; the caller provides it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from reconciler.model.json_text import Json


class KeyOrder(Protocol):
    """The order of the keys at one place of a document and below it."""

    def sorted(self, keys: Iterable[str]) -> list[str]:
        """Return keys in their order."""
        ...

    def member(self, name: str) -> KeyOrder:
        """Return the order within the value of a key."""
        ...

    def element(self) -> KeyOrder:
        """Return the order within the elements of a list."""
        ...


class _Kept:
    """Keeps keys in their existing order, at every level."""

    def sorted(self, keys: Iterable[str]) -> list[str]:
        return [*keys]

    def member(self, _name: str) -> KeyOrder:
        return self

    def element(self) -> KeyOrder:
        return self


KEPT: KeyOrder = _Kept()


def in_order(value: Json, order: KeyOrder) -> Json:
    """Return a value with its keys in order, at every level."""
    if isinstance(value, dict):
        return {key: in_order(value[key], order.member(key)) for key in order.sorted(value)}
    if isinstance(value, list):
        return [in_order(item, order.element()) for item in value]
    return value
