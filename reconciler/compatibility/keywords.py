"""Reading an object of keywords: what applies to a member or an element, and plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from reconciler.model.json_text import Json, JsonObject
from reconciler.model.schema_dialects import DRAFT_2020
from reconciler.model.shape import SCHEMA, Place

if TYPE_CHECKING:
    from fractions import Fraction


def member_parts(words: JsonObject, name: str) -> Iterator[Json]:
    """Yield what must accept an object's member of this name."""
    own, matching = as_map(words.get("properties")), matching_parts(words, name)
    if name in own:
        yield own[name]
    yield from matching
    if name not in own and not matching and "additionalProperties" in words:
        yield words["additionalProperties"]


def matching_parts(words: JsonObject, name: str) -> list[Json]:
    """Return the schemas of `patternProperties` for a member of this name."""
    by_pattern = as_map(words.get("patternProperties"))
    if not by_pattern:
        return []
    from reconciler.model.patterns import pattern_matches

    return [part for pattern, part in by_pattern.items() if pattern_matches(pattern, name)]


def element_parts(words: JsonObject, index: int, dialect: str) -> Iterator[Json]:
    """Yield what must accept a list's element at this index."""
    first = words.get("prefixItems") if dialect == DRAFT_2020 else None
    rest = words.get("items")
    if isinstance(rest, list):
        first, rest = rest, words.get("additionalItems")
    if isinstance(first, list) and index < len(first):
        yield first[index]
    elif rest is not None:
        yield rest


def rewritten(
    value: Json, change: Callable[[JsonObject], JsonObject], place: Place = SCHEMA
) -> Json:
    """Return a schema in which each object of keywords is changed, the innermost first."""
    if isinstance(value, list):
        return [rewritten(item, change, place.element()) for item in value]
    if not isinstance(value, dict):
        return value
    inner = {key: rewritten(each, change, place.member(key)) for key, each in value.items()}
    return change(inner) if place.schema else inner


def as_map(value: Json) -> JsonObject:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_row(value: Json) -> list[Json]:
    """Return a list, an empty one for anything else."""
    return value if isinstance(value, list) else []


def as_names(value: Json) -> list[str]:
    """Return the strings of a list, none for anything else."""
    return [text for text in as_row(value) if isinstance(text, str)]


def as_fraction(value: Json) -> Fraction | None:
    """Return a number as the decimal that is written, None for anything but a number."""
    from fractions import Fraction

    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Fraction(value) if isinstance(value, int) else Fraction(str(value))
