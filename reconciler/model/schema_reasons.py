"""Why a schema rejects an instance, as a clause: `interval must be at least 60`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from reconciler.model.exact_keywords import additional_names
from reconciler.model.json_text import Json, compact_json
from reconciler.model.pointers import Pointer
from reconciler.model.text import join_limited

_LONGEST = 160
_MOST_OPTIONS = 12
TYPE_NAMES = {
    "object": "an object",
    "array": "a list",
    "string": "a string",
    "boolean": "true or false",
    "integer": "an integer",
    "number": "a number",
    "null": "null",
}
"""The name of a value of each type of JSON Schema."""
_LIMITS = {
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "exclusiveMinimum": "must be more than {}",
    "exclusiveMaximum": "must be less than {}",
    "multipleOf": "must be a multiple of {}",
    "minLength": "must have at least {} characters",
    "maxLength": "must have at most {} characters",
    "minItems": "must have at least {} elements",
    "maxItems": "must have at most {} elements",
    "minProperties": "must have at least {} members",
    "maxProperties": "must have at most {} members",
    "pattern": "must match {}",
    "format": "must be of the format {}",
    "const": "must be {}",
}


def explain_error(errors: Iterable[Any]) -> tuple[Pointer, str]:
    """Return the place of the error that best explains a rejection, and the clause.

    `errors` are jsonschema's, of one instance. Its values are never quoted.
    """
    error = _best_error(list(errors))
    pointer = tuple(map(str, error.absolute_path))
    return pointer, _clause(error)


def _best_error(errors: Sequence[Any]) -> Any:
    """Return the error to show: of a choice that failed, that of the way which came closest."""
    error = min(errors, key=_rank)
    while error.context and error.validator in ("anyOf", "oneOf"):
        ways: dict[int, list[Any]] = {}
        for inner in error.context:
            way = next(iter(inner.relative_schema_path), -1)  # a false schema has no place
            ways.setdefault(way, []).append(inner)
        fewest = min(len(way) for way in ways.values())
        closest = [way for way in ways.values() if len(way) == fewest]
        closest = [way for way in closest if not _is_of_other_type(way)] or closest
        if len(closest) > 1:
            return error
        error = min(closest[0], key=_rank)
    return error


def _rank(error: Any) -> tuple[bool, int, str]:
    return error.validator in ("anyOf", "oneOf"), len(error.absolute_path), _clause(error)


def _is_of_other_type(way: Sequence[Any]) -> bool:
    return any(error.validator in ("type", "const", "enum") for error in way)


def _clause(error: Any) -> str:
    name, keyword = place_name(error.absolute_path), error.validator
    if keyword is None:
        return f"{name} is not allowed"
    if keyword in _LIMITS:
        is_name = "propertyNames" in error.absolute_schema_path
        subject = f"the name {_brief(error.instance)}" if is_name else name
        return f"{subject} {_limit(keyword, error.validator_value)}"
    if keyword in _CLAUSES:
        return _CLAUSES[keyword](error, name)
    return f"{name} does not fit {keyword}: {_brief(error.validator_value)}"


def _limit(keyword: str, value: Json) -> str:
    text = _LIMITS[keyword].format(
        value if isinstance(value, str) and keyword != "const" else _brief(value)
    )
    for noun in ("characters", "elements", "members"):
        if value == 1:
            text = text.replace(noun, noun[:-1])
    return text


def place_name(path: Iterable[str | int]) -> str:
    """Return the name of a place in an instance, as in a program: `steps[0].size`."""
    text = ""
    for token in path:
        text += f"[{token}]" if isinstance(token, int) else f".{token}" if text else token
    return text or "the value"


def _within(error: Any, name: str) -> str:
    return place_name((*error.absolute_path, name))


def _dependency(error: Any, _: str) -> str:
    for name, needs in error.validator_value.items():
        missing = (
            [key for key in needs if key not in error.instance]
            if name in error.instance and isinstance(needs, list)
            else []
        )
        if missing:
            return f"{_within(error, missing[0])} is missing, which {name} needs"
    return f"{place_name(error.absolute_path)} lacks what goes with its members"


def _forbidden(error: Any, name: str) -> str:
    barred = error.validator_value
    if isinstance(barred, dict) and list(barred) == ["required"]:
        needed = [_within(error, key) for key in barred["required"]]
        if len(needed) == 1:
            return f"{needed[0]} is not allowed"
        return f"{_listed(needed)} are not allowed together"
    if isinstance(barred, dict) and list(barred) == ["const"]:
        return f"{name} must not be {_brief(barred['const'])}"
    if isinstance(barred, dict) and list(barred) == ["enum"]:
        return f"{name} must not be {_options(barred['enum'])}"
    return f"{name} must not fit {_brief(barred)}"


def _missing(error: Any, _: str) -> str:
    missing = next(key for key in error.validator_value if key not in error.instance)
    return f"{_within(error, missing)} is missing"


def _unwanted(error: Any, name: str) -> str:
    inside = f" in {name}" if error.absolute_path else ""
    names = additional_names(error.instance, error.schema)
    return f"{_listed(names)} is not allowed{inside}"


def _of_type(error: Any, name: str) -> str:
    value = error.validator_value
    kinds = value if isinstance(value, list) else [value]
    return f"{name} must be {' or '.join(TYPE_NAMES.get(kind, str(kind)) for kind in kinds)}"


def _choice(error: Any, name: str) -> str:
    fits = "fits none" if error.context else "fits more than one"
    return f"{name} {fits} of {len(error.validator_value)} choices"


def _options(values: Sequence[Json]) -> str:
    shown = [value if isinstance(value, str) and value else _brief(value) for value in values]
    if len(shown) == 1:
        return shown[0]
    return f"one of {join_limited(shown, _MOST_OPTIONS)}"


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else "a member"


def _brief(value: Json) -> str:
    text = compact_json(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


_CLAUSES: dict[str, Callable[[Any, str], str]] = {
    "required": _missing,
    "dependencies": _dependency,
    "dependentRequired": _dependency,
    "additionalProperties": _unwanted,
    "unevaluatedProperties": _unwanted,
    "type": _of_type,
    "enum": lambda error, name: f"{name} must be {_options(error.validator_value)}",
    "uniqueItems": lambda _, name: f"{name} must not hold an element twice",
    "additionalItems": lambda _, name: f"{name} has more elements than are allowed",
    "unevaluatedItems": lambda _, name: f"{name} has more elements than are allowed",
    "contains": lambda error, name: (
        f"{name} must hold an element that fits {_brief(error.validator_value)}"
    ),
    "anyOf": _choice,
    "oneOf": _choice,
    "not": _forbidden,
}
"""The clause of each keyword, given an error and the name of its place."""
