"""Values too long to build, by small ones that only say that they are so long.

jsonschema asks a string, list or object for its length and for what is in it,
so that a string of a billion characters can be tried against `maxLength`.
"""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.model.json_text import Json, JsonObject, compact_json

LONGEST_STRING, MOST_ELEMENTS = 20_000, 1_000
"""Up to these lengths real values are built."""

LONGEST_CLAIM = 2**53
"""Up to this length a value can claim one."""

_SHOWN = 48
"""Characters or elements that a stand-in holds, and a few more that distinguish lengths."""

_FITS_IN_A_REPORT = 1_000
"""Characters of JSON up to which an example is shown as it is."""


class LongString(str):
    """A string that claims a length. It holds some of its characters."""

    __slots__ = ("length",)
    length: int

    def __len__(self) -> int:
        return self.length


class LongList(list[Json]):
    """A list that claims a length. It holds some of its elements."""

    length: int

    def __len__(self) -> int:
        return self.length


class LongObject(dict[str, Json]):
    """An object that claims a number of members. It holds some of them."""

    length: int

    def __len__(self) -> int:
        return self.length


def string_of(text: str, length: int) -> str:
    """Return a string cut or stretched to a length by repeating its last character."""
    if length <= LONGEST_STRING:
        return text[:length] + (text[-1:] or "a") * (length - len(text))
    made = LongString(string_of(text, _SHOWN + length % _SHOWN))
    made.length = length
    return made


def list_of(values: list[Json], length: int) -> list[Json]:
    """Return a list cut or stretched to a length by repeating its last element."""
    if length <= MOST_ELEMENTS:
        return values[:length] + values[-1:] * (length - len(values))
    made = LongList(list_of(values, _SHOWN + length % _SHOWN))
    made.length = length
    return made


def object_of(members: JsonObject, length: int) -> JsonObject:
    """Return an object that claims a number of members, which is no less than it has."""
    if length == len(members):
        return members
    made = LongObject(dict(list(members.items())[: _SHOWN + length % _SHOWN]))
    made.length = length
    return made


def has_large_limits(parts: Iterable[JsonObject]) -> bool:
    """Return True if a part of a schema has a limit that only a stand-in reaches."""
    return any(
        isinstance(limit := part.get(f"{bound}{noun}"), int | float) and limit >= MOST_ELEMENTS
        for part in parts
        for bound in ("min", "max")
        for noun in ("Length", "Items", "Properties")
    )


def has_stand_in(value: Json) -> bool:
    """Return True if a value holds one that only claims its length."""
    if isinstance(value, LongString | LongList | LongObject):
        return True
    if isinstance(value, dict):
        return any(map(has_stand_in, value.values()))
    return isinstance(value, list) and any(map(has_stand_in, value))


def describe(value: Json) -> str:
    """Return words for a value that is too long to show, an empty string for any other.

    `{"name": a string of 5,001 characters}`
    """
    if not has_stand_in(value) and len(compact_json(value)) <= _FITS_IN_A_REPORT:
        return ""
    return _words(value)


def _words(value: Json) -> str:
    if isinstance(value, str):
        return f"a string of {len(value):,} characters" if len(value) > _SHOWN else _json(value)
    if isinstance(value, list):
        if len(value) > _SHOWN:
            return f"a list of {len(value):,} elements"
        return f"[{', '.join(map(_words, value))}]"
    if isinstance(value, dict):
        if len(value) > _SHOWN:
            return f"an object of {len(value):,} members"
        return f"{{{', '.join(f'{_json(name)}: {_words(each)}' for name, each in value.items())}}}"
    return _json(value)


def _json(value: Json) -> str:
    return compact_json(value)
