"""Codecs: how a value is written as JSON and read back, declared once for both directions.

    POINT = record(Point, x=member("x", COUNT), label=member("name", STRING, default=""))
    POINT.write(Point(1, "a"))              # {"x": 1, "label": "a"}
    POINT.read({"x": 1})                    # Point(1, "")
    POINT.read({"x": "1"})                  # TypeError: expected an integer, got '1'

Reading is strict: a value of another type is an error, and so is a missing
member without a default. Members that are not declared are ignored, so that a
file of a newer minor version can be read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct

from reconciler.model.json_access import (
    expect_boolean,
    expect_count,
    expect_list,
    expect_object,
    expect_string,
)
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.pointers import Pointer, format_pointer, parse_pointer

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_REQUIRED: Final = object()


class Codec(Struct, Generic[T], frozen=True):
    """Writes a value as JSON and reads it back."""

    write: Callable[[T], Json]
    read: Callable[[Json], T]
    """Raises `TypeError`, `ValueError` or `KeyError` if the JSON does not hold such a value."""


class Member(Struct, frozen=True):
    """One member of a JSON object, and the attribute that it holds."""

    attribute: str
    """The attribute's name; empty for a member that is only written."""
    codec: Codec[Any]
    default: Any = _REQUIRED
    """The attribute's value if the member is missing."""
    is_omitted: bool = False
    """True if the member is omitted when the attribute has its default."""


STRING = Codec[str](lambda value: value, expect_string)
COUNT = Codec[int](lambda value: value, expect_count)
BOOLEAN = Codec[bool](lambda value: value, expect_boolean)
VALUE = Codec[Json](lambda value: value, lambda value: value)
OBJECT = Codec[JsonObject](lambda value: value, expect_object)
POINTER = Codec[Pointer](format_pointer, lambda value: parse_pointer(expect_string(value)))


def member(attribute: str, codec: Codec[Any], *, default: Any = _REQUIRED) -> Member:
    """Return a member that is always written; one with a default may be missing when read."""
    return Member(attribute, codec, default)


def strings(*names: str) -> dict[str, Member]:
    """Return members that hold the string attributes of the same names."""
    return {name: member(name, STRING) for name in names}


def omitted(attribute: str, codec: Codec[Any], *, default: Any) -> Member:
    """Return a member that is written only where the attribute is not the default."""
    return Member(attribute, codec, default, is_omitted=True)


def derived(write: Callable[[Any], Json]) -> Member:
    """Return a member that is computed from the whole value, and ignored when read."""
    return Member("", Codec(write, lambda value: value))


def record(make: Callable[..., T], **members: Member) -> Codec[T]:
    """Return the codec of a Struct; the keywords are the JSON object's keys, in their order."""

    def write(value: T) -> Json:
        entry: JsonObject = {}
        for key, each in members.items():
            held = getattr(value, each.attribute) if each.attribute else value
            if not (each.is_omitted and held == each.default):
                entry[key] = each.codec.write(held)
        return entry

    def read(value: Json) -> T:
        entry = expect_object(value)
        return make(
            **{
                each.attribute: each.codec.read(entry[key])
                if key in entry or each.default is _REQUIRED
                else each.default
                for key, each in members.items()
                if each.attribute
            }
        )

    return Codec(write, read)


def nullable(codec: Codec[T]) -> Codec[T | None]:
    """Return the codec of a value or null."""
    return Codec(
        lambda value: None if value is None else codec.write(value),
        lambda value: None if value is None else codec.read(value),
    )


def tuple_of(codec: Codec[T]) -> Codec[tuple[T, ...]]:
    """Return the codec of a list."""
    return Codec(
        lambda values: [codec.write(value) for value in values],
        lambda value: tuple(map(codec.read, expect_list(value))),
    )


def map_of(codec: Codec[T]) -> Codec[Mapping[str, T]]:
    """Return the codec of an object with arbitrary keys, which are written sorted."""
    return Codec(
        lambda values: {key: codec.write(values[key]) for key in sorted(values)},
        lambda value: {key: codec.read(item) for key, item in expect_object(value).items()},
    )


def choice(values: type[E]) -> Codec[E]:
    """Return the codec of an enum's values."""
    return Codec(lambda value: value.value, lambda value: values(expect_string(value)))
