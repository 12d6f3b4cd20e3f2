"""Which element of a list is which element of another: what stays, goes and comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeAlias

from reconciler.model.json_text import Json

Pair: TypeAlias = tuple[int | None, int | None]
"""An index into the first list and one into the second; None where there is no such element."""


def align(
    first: Sequence[Json], second: Sequence[Json], text_of: Callable[[Json], str]
) -> list[Pair]:
    """Pair the elements of two lists, in an order that keeps both lists' own.

    Elements are equal where their texts are, and equal ones are pairs. Between
    them objects of one name are, or both without a name at the same place; a
    scalar that is not equal is another element.
    """
    texts = [text_of(item) for item in first], [text_of(item) for item in second]
    matcher = SequenceMatcher(None, *texts, autojunk=False)
    pairs: list[Pair] = []
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            pairs += zip(range(start, end), range(other_start, other_end), strict=True)
        else:
            pairs += _changed(
                [(index, first[index]) for index in range(start, end)],
                [(index, second[index]) for index in range(other_start, other_end)],
            )
    return pairs


def _changed(olds: list[tuple[int, Json]], news: list[tuple[int, Json]]) -> Iterator[Pair]:
    position = 0
    for new_index, new in news:
        found = next(
            (at for at in range(position, len(olds)) if _is_same_one(olds[at][1], new)), None
        )
        if found is None:
            yield None, new_index
            continue
        yield from ((old_index, None) for old_index, _ in olds[position:found])
        yield olds[found][0], new_index
        position = found + 1
    yield from ((old_index, None) for old_index, _ in olds[position:])


def _is_same_one(old: Json, new: Json) -> bool:
    if isinstance(old, dict) and isinstance(new, dict):
        return old.get("name") == new.get("name")
    return isinstance(old, list) and isinstance(new, list)
