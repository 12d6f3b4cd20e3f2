"""Validity by `jsonschema-rs`: some hundred times as fast as jsonschema.

It is not used where it may differ from jsonschema: formats, encoded content,
fractional steps, references that lead out of a schema or nest exponentially.
Its errors are used where they say what jsonschema's do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial, reduce
from itertools import islice
from operator import getitem
from typing import Any, TypeAlias

from msgspec import Struct

from reconciler.model.json_text import Json, JsonObject
from reconciler.model.patterns import is_read_alike
from reconciler.model.schema_dialects import DRAFT_07, class_name, dialect_name
from reconciler.model.schema_refs import is_costly, refers, schema_parts

IsValid: TypeAlias = Callable[[Json], bool]
"""Takes an instance and returns True if it is valid."""

MOST_ERRORS = 1_000
"""Errors of one instance that are looked at: the one to report is chosen from these."""

_ROOT = "urn:reconciler:root"
_EXPLAINED = frozenset(
    (
        "type",
        "enum",
        "const",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "minItems",
        "maxItems",
        "uniqueItems",
        "required",
        "minProperties",
        "maxProperties",
        "additionalProperties",
        "anyOf",
        "oneOf",
        "not",
    )
)
"""The keywords whose errors are the same as jsonschema's."""


def fast_validator(schema: Json, dialect: str | None = None) -> IsValid | None:
    """Return a validator for a schema, None if only jsonschema can validate it.

    `dialect` is the language, where not `$schema` names it.
    """
    named = schema.get("$schema", DRAFT_07) if isinstance(schema, dict) else DRAFT_07
    name = dialect or dialect_name(named)
    if name is None or has_doubtful_parts(schema, schema_parts(schema), name):
        return None
    return _compiled(without_dialect(schema), name, {})


def is_certainly_valid(validator: IsValid | None, instance: Json) -> bool:
    """Return True if a validator accepts an instance; False may also mean that it is unknown."""
    try:
        return validator is not None and validator(instance)
    except (ValueError, TypeError, OverflowError):
        return False


def meta_validator(dialect: str) -> IsValid | None:
    """Return a validator for schemas of a known dialect; formats are not checked."""
    return _compiled({"$ref": dialect}, dialect, {"validate_formats": False})


def without_dialect(schema: Json) -> Json:
    """Return a schema without its `$schema`."""
    if isinstance(schema, dict):
        return {key: value for key, value in schema.items() if key != "$schema"}
    return schema


def has_doubtful_parts(schema: Json, parts: Sequence[JsonObject], dialect: str) -> bool:
    """Return True if some part of a schema is one on which validators differ, or take too long."""
    return any(
        "format" in part
        or isinstance(part.get("multipleOf"), float)
        or not _is_local(part.get("$ref", "#"))
        or _is_read_otherwise(part, dialect)
        for part in parts
    ) or (any(map(refers, parts)) and is_costly(schema))


def _is_read_otherwise(part: JsonObject, dialect: str) -> bool:
    """Return True if a part of a schema has a keyword that is not read alike."""
    if "contentMediaType" in part or "contentEncoding" in part:  # enforced by jsonschema-rs alone
        return True
    if "dependencies" in part and ("2019-09" in dialect or "2020-12" in dialect):  # so too
        return True
    if "2019-09" in dialect and ("unevaluatedProperties" in part or "unevaluatedItems" in part):
        return True  # jsonschema counts nothing as evaluated by `additionalProperties` there
    own, by_pattern = part.get("pattern"), part.get("patternProperties")
    named = [own, *(by_pattern if isinstance(by_pattern, dict) else ())]
    return any(isinstance(each, str) and not is_read_alike(each) for each in named)


def _is_local(reference: Json) -> bool:
    return isinstance(reference, str) and (reference == "#" or reference.startswith("#/"))


def _compiled(schema: Json, dialect: str, options: Mapping[str, Any]) -> IsValid | None:
    made = _validator(schema, dialect, options)
    found: IsValid | None = None if made is None else made.is_valid
    return found


def _validator(schema: Json, dialect: str, options: Mapping[str, Any]) -> Any:
    """Return jsonschema-rs's validator for a schema, None if it has none."""
    import jsonschema_rs

    maker = getattr(jsonschema_rs, class_name(dialect), None)
    try:
        return maker and maker(schema, offline=True, **options)
    except (ValueError, TypeError, RecursionError, jsonschema_rs.ReferencingError):
        return None


def format_errors(
    schema: JsonObject | bool, dialect: str, instance: Json
) -> list[tuple[list[str | int], str]]:
    """Return where an instance breaks a `format`, if every known one is enforced, and which."""
    named = {name for part in schema_parts(schema) if isinstance(name := part.get("format"), str)}
    formats = {name: partial(_has_format, name) for name in named}
    options = {"validate_formats": True, "formats": formats}
    validator = _validator(without_dialect(schema), dialect, options)
    try:
        errors = list(validator.iter_errors(instance)) if validator else []
    except (ValueError, TypeError, RecursionError):
        return []
    return [
        (list(error.instance_path), str(error.kind.value))
        for error in errors
        if error.kind.name == "format"
    ]


def _has_format(name: str, text: str) -> bool:
    """Return True if a string has a format, by the newest draft: older ones know fewer."""
    import jsonschema_rs

    newest = jsonschema_rs.Draft202012Validator
    return newest({"format": name}, validate_formats=True).is_valid(text)


class FastError(Struct, frozen=True):
    """What a schema's keyword has against a part of an instance, by the names of jsonschema."""

    validator: str
    validator_value: Json
    schema: JsonObject
    instance: Json
    absolute_path: list[str | int]
    absolute_schema_path: list[str | int]
    relative_schema_path: list[str | int]
    context: list[FastError]


def fast_errors(schema: JsonObject | bool, dialect: str, instance: Json) -> list[FastError]:
    """Return why a schema without doubtful parts rejects an instance.

    Empty if it does not, or if only jsonschema can tell.
    """
    validator = _validator(schema, dialect, {})
    try:
        found = validator.iter_errors(instance) if validator else ()
        return [_read(error, schema, instance, 0) for error in islice(found, MOST_ERRORS)]
    except (ValueError, TypeError, LookupError, RecursionError, OverflowError):
        return []


def _read(error: Any, schema: Any, instance: Any, above: int) -> FastError:
    """Return an error of jsonschema-rs, `above` steps of whose path are its parent's.

    Raises `ValueError` if jsonschema would explain it otherwise.
    """
    from jsonschema_rs import ValidationErrorKind

    path, steps, kind = [*error.schema_path], [*error.evaluation_path], error.kind
    if kind.name not in _EXPLAINED or path[-1] != kind.name:
        raise ValueError(kind.name)
    is_unmet = isinstance(kind, ValidationErrorKind.AnyOf | ValidationErrorKind.OneOfNotValid)
    ways = kind.context if is_unmet else []
    holder = reduce(getitem, path[:-1], schema)
    return FastError(
        kind.name,
        holder[kind.name],
        holder,
        reduce(getitem, error.instance_path, instance),
        [*error.instance_path],
        steps,
        steps[above:],
        [_read(each, schema, instance, len(steps)) for way in ways for each in way],
    )


class FastParts:
    """Validates values by the parts of one schema, references into the whole included."""

    def __init__(
        self,
        root: JsonObject | bool,
        parts: Iterable[JsonObject],
        dialect: str,
        formats: Mapping[str, Any],
    ) -> None:
        self._dialect = dialect
        self._options: dict[str, Any] = {"validate_formats": True, "formats": dict(formats)}
        self._root = root
        self._is_doubtful = self._reads_otherwise(parts)

    def validator(self, part: Json, *, refers: bool) -> IsValid | None:
        """Return a validator for a part, None if only jsonschema can. `refers`: it holds a $ref."""
        if self._is_doubtful and (refers or self._reads_otherwise(schema_parts(part))):
            return None
        if not refers:
            return _compiled(part, self._dialect, self._options)
        if self._registry is None:
            return None
        options = {**self._options, "registry": self._registry}
        return _compiled(_anchored(part), self._dialect, options)

    def _reads_otherwise(self, parts: Iterable[JsonObject]) -> bool:
        return any(_is_read_otherwise(each, self._dialect) for each in parts)

    @cached_property
    def _registry(self) -> Any:
        """The root by a name that parts can refer to; None if it cannot be registered."""
        import jsonschema_rs

        try:
            root: Any = {"$schema": self._dialect, **self._root}  # type: ignore[dict-item]
            return jsonschema_rs.Registry([(_ROOT, root)])
        except (ValueError, TypeError, jsonschema_rs.ReferencingError):
            return None


def _anchored(part: Json) -> Json:
    """Return a part whose references lead into the registered root."""
    if isinstance(part, dict):
        return {
            key: f"{_ROOT}{value}" if key == "$ref" and isinstance(value, str) else _anchored(value)
            for key, value in part.items()
        }
    return [_anchored(item) for item in part] if isinstance(part, list) else part
