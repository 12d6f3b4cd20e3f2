"""Making an example smaller while it stays one."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.compatibility.validator import OutOfWorkError, SchemaValidator, size
from reconciler.model.json_text import Json, compact_json

_MOST_TRIED, _LARGE = 2_000, 20
"""Simpler values that are tried, and the size of an instance from which on there are fewer."""

_NO_MORE: Json = ["no more"]

_SMALL = 100
"""Numbers up to here are lowered one by one as well."""


def smallest(instance: Json, accepting: SchemaValidator, refusing: SchemaValidator) -> Json:
    """Return the smallest instance found near this one that is accepted and rejected as it is.

    Nothing that can be left out is in it, and no value that a simpler one could stand for.
    """
    waiting = _simpler(instance)
    try:
        for _ in range(_MOST_TRIED // (1 + size(instance) // _LARGE)):
            simpler = next(waiting, _NO_MORE)
            if simpler is _NO_MORE:
                break
            if accepting.is_accepted_only_by(simpler, refusing):
                instance = simpler
                waiting = _simpler(instance)
    except OutOfWorkError:
        pass
    return instance


def _simpler(value: Json) -> Iterator[Json]:
    """Yield values that are simpler than this one: each of them by one step."""
    if isinstance(value, dict):
        for name in value:
            yield {key: each for key, each in value.items() if key != name}
        for name, inner in value.items():
            yield from ({**value, name: each} for each in _simpler(inner))
    elif isinstance(value, list):
        yield from (value[:index] + value[index + 1 :] for index in range(len(value)))
        for index, inner in enumerate(value):
            yield from ([*value[:index], each, *value[index + 1 :]] for each in _simpler(inner))
    elif isinstance(value, str):
        yield from (
            text
            for text in ("", value[: len(value) // 2], value[:-1], value[1:])
            if len(text) < len(value)
        )
    elif isinstance(value, int | float) and not isinstance(value, bool):
        below = (value - 1 if value > 0 else value + 1) if abs(value) <= _SMALL else 0
        for number in (0, 1, -1, int(value // 2), below):
            if _weight(number) < _weight(value):
                yield number


def _weight(value: float) -> tuple[float, int, bool]:
    return abs(value), len(compact_json(value)), value < 0
