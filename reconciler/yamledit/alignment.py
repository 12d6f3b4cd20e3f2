"""Pair the elements of two lists: which stay, change, go and come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import TypeAlias

from reconciler.model.json_text import Json, same

Pair: TypeAlias = tuple[int | None, int | None]
"""An index into the first list and one into the second; None if there is no such element."""


def align(
    first: Sequence[Json], second: Sequence[Json], text_of: Callable[[Json], str]
) -> list[Pair]:
    """Pair the elements of two lists, in an order that keeps both lists' own.

    Elements are equal if `text_of` returns the same string; equal elements are
    paired. Between them, objects with the same name or both without one are
    paired, then objects that share half of their other members: one of them was
    renamed. Scalars are paired only if they are equal.
    """
    texts = [text_of(item) for item in first], [text_of(item) for item in second]
    matcher = SequenceMatcher(None, *texts, autojunk=False)
    pairs: list[Pair] = []
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            pairs += zip(range(start, end), range(other_start, other_end), strict=True)
        else:
            named = _greedy(
                [(index, first[index]) for index in range(start, end)],
                [(index, second[index]) for index in range(other_start, other_end)],
                _is_same_one,
            )
            pairs += _with_renamed([*named], first, second)
    return pairs


def is_renamed(old: Json, new: Json) -> bool:
    """Return True if two objects differ in their name and have half of the rest in common."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return False
    common = sum(key in new and same(value, new[key]) for key, value in old.items())
    return common > 0 and 2 * common >= max(len(old), len(new)) - 1


def _with_renamed(
    pairs: list[Pair], first: Sequence[Json], second: Sequence[Json]
) -> Iterator[Pair]:
    """Pair what is still single between two pairs."""
    for is_pair, group in groupby(pairs, lambda pair: None not in pair):
        run = [*group]
        if is_pair:
            yield from run
        else:
            olds = [(index, first[index]) for index, _ in run if index is not None]
            news = [(index, second[index]) for _, index in run if index is not None]
            yield from _greedy(olds, news, is_renamed)


def _greedy(
    olds: list[tuple[int, Json]],
    news: list[tuple[int, Json]],
    is_same_one: Callable[[Json, Json], bool],
) -> Iterator[Pair]:
    position = 0
    for new_index, new in news:
        found = next(
            (at for at in range(position, len(olds)) if is_same_one(olds[at][1], new)), None
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
