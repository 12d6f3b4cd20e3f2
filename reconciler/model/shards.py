"""One of several even parts of a list: what one of many CI jobs works on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from msgspec import Struct

from reconciler.model.errors import ReconcilerError

Item = TypeVar("Item")


class Shard(Struct, frozen=True):
    """Part `index` (from 1) of `total`."""

    index: int
    total: int

    @staticmethod
    def parse(text: str) -> Shard:
        """Read `I/N`. Raises `ValueError` for anything else."""
        found = re.fullmatch(r"([1-9]\d{0,5})/([1-9]\d{0,5})", text)
        if found is None or int(found[1]) > int(found[2]):
            raise ValueError(f"{text!r} is not I/N with I from 1 to N, such as 2/5.")
        return Shard(int(found[1]), int(found[2]))

    def of(self, items: Sequence[Item]) -> Sequence[Item]:
        """Return every `total`-th item. All shards together have each item once.

        Raises `ReconcilerError` if there are fewer items than shards, and this one is empty.
        """
        part = items[self.index - 1 :: self.total]
        if not part:
            raise ReconcilerError(
                f"shard {self} is empty: there are {len(items)} targets. Use fewer shards."
            )
        return part

    def __str__(self) -> str:
        return f"{self.index}/{self.total}"


def shards_for(count: int, most: int) -> list[Shard]:
    """Return the shards that split `count` items evenly among at most `most` jobs."""
    total = min(count, most)
    return [Shard(index, total) for index in range(1, total + 1)]
