"""JSON text in and out, without changing a value on the way.

Python's own `json` turns `1e400` into infinity and rounds a number of thirty
digits; a document that is read, merged and written back must not come back
different. What cannot be carried exactly is refused here, by name.
"""

from __future__ import annotations

import json
import marshal
import math
from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from msgspec.json import Decoder

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = dict[str, "Json"]
Pairs: TypeAlias = Callable[[list[tuple[str, "Json"]]], JsonObject]

CONTAINERS = (dict, list)
"""The types of values that hold others; `dict | list` would be made anew at each step of a walk."""

MAX_DEPTH = 400
"""How deep a document may nest. Documented specs stay under twenty levels."""


class InexactNumberError(ValueError):
    """A number that this program cannot hold without changing it."""

    def __init__(self, text: str) -> None:
        super().__init__(f"the number {text[:60]} cannot be carried without changing its value")


def exact_float(text: str) -> float:
    """Return the float that `text` (a JSON or YAML number) means.

    Raises `InexactNumberError` where writing it back would give another number.
    """
    number = float(text)
    try:
        is_exact = math.isfinite(number) and Decimal(text) == Decimal(repr(number))
    except ArithmeticError:  # an exponent beyond what a decimal holds
        is_exact = False
    if not is_exact:
        raise InexactNumberError(text)
    return number


_DECODER = Decoder(float_hook=exact_float)
"""Four times as fast as json; what it accepts json reads the same."""


def _refuse_constant(text: str) -> float:
    raise InexactNumberError(text)


def parse_json(text: str | bytes, pairs: Pairs | None = None) -> Json:
    """Parse JSON; `pairs` makes each object out of its members, as `json.loads` has it.

    Raises `ValueError` for text that is not JSON, or that holds a number which
    cannot be carried exactly (`InexactNumberError`), and `RecursionError` for
    nesting beyond the interpreter's limit.
    """
    if pairs is None:
        try:
            found: Json = _DECODER.decode(text)
        except (ValueError, RecursionError):  # json says why, and takes UTF-16 and surrogates too
            pass
        else:
            return found
    parsed: Json = json.loads(
        text,
        parse_float=exact_float,
        parse_constant=_refuse_constant,
        object_pairs_hook=pairs,
    )
    return parsed


def object_or_none(text: str | bytes) -> JsonObject | None:
    """Return the object that a text holds as JSON, None if it holds anything else."""
    try:
        value = parse_json(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def same(first: object, second: object) -> bool:
    """Return True if two values are equal, types included: `1` is neither `true` nor `1.0`."""
    return first == second and _has_types_of(first, second)


def _has_types_of(first: object, second: object) -> bool:
    """Return True if two values that `==` calls equal have equal types throughout."""
    if type(first) is not type(second):
        return False
    if isinstance(first, dict) and isinstance(second, dict):
        pairs = zip(first.values(), map(second.get, first), strict=True)
    elif isinstance(first, list) and isinstance(second, list):
        pairs = zip(first, second, strict=True)
    else:
        return True
    for one, other in pairs:  # noqa: SIM110 - `all` of a generator takes twice as long
        if type(one) is not str and not _has_types_of(one, other):
            return False
    return True


class ByValue:
    """A JSON value as the argument of a cached function: the same values are one argument.

    Those with another order of keys, or parsed apart, may be two.
    """

    __slots__ = ("_key", "value")

    def __init__(self, value: Json) -> None:
        self.value = value
        self._key = marshal.dumps(value, 2)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByValue) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


_SORTED = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)
_AS_IT_STANDS = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def compact_json(value: Json) -> str:
    """Return `value` as one line of ASCII JSON with sorted keys: the same value, the same text."""
    return _SORTED.encode(value)


def wire_json(value: Json) -> bytes:
    """Return `value` as the bytes of a request body, keys in their existing order.

    Escaped to ASCII, so that a lone surrogate goes back as it came.
    """
    return _AS_IT_STANDS.encode(value).encode("ascii")


def pretty_json(value: Json) -> str:
    """Return `value` indented by two spaces, with a final newline."""
    return json.dumps(value, indent=2, allow_nan=False) + "\n"
