"""Validation of an instance by a JSON Schema, with jsonschema.

Formats are enforced, patterns are ECMA-262. Nothing is fetched: a schema with a
reference that leads out of it is not supported.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from reconciler.model.exact_keywords import Memory, exact_class, format_checker
from reconciler.model.fast_validation import (
    MOST_ERRORS,
    IsValid,
    fast_validator,
    is_certainly_valid,
    meta_validator,
    without_dialect,
)
from reconciler.model.json_text import Json, JsonObject, compact_json
from reconciler.model.patterns import PatternError, pattern_error
from reconciler.model.schema_dialects import DRAFT_07, dialect_name, validator_of
from reconciler.model.schema_refs import is_costly, never_ends, refers, schema_parts

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator


class UnsupportedSchemaError(ValueError):
    """A schema that is not supported. `str()` is the reason as a clause."""


class UndecidedInstanceError(UnsupportedSchemaError):
    """An instance that a schema cannot validate, though it can validate others."""


def instance_errors(schema: Json, instance: Json) -> list[ValidationError]:
    """Return why a schema rejects an instance, nothing if it accepts it.

    Raises `UnsupportedSchemaError` if it is no schema, is in an unknown
    language, or refers to what is not in it.
    """
    text = compact_json(schema)
    if is_certainly_valid(_fast(text), instance):
        return []
    validator, memory = _exact(text)
    memory.clear()
    with excuses():
        return list(islice(validator.iter_errors(instance), MOST_ERRORS))


def acceptor(schema: Json) -> IsValid:
    """Return a function that tells whether a schema accepts an instance: without the reasons.

    Raises `UnsupportedSchemaError` as `instance_errors` does, and so does the function.
    """
    check_schema(schema)
    fast = fast_validator(schema)
    if fast is not None:
        return partial(is_certainly_valid, fast)
    return lambda instance: not instance_errors(schema, instance)


@lru_cache(maxsize=256)
def _fast(text: str) -> IsValid | None:
    schema = json.loads(text)
    check_schema(schema)
    return fast_validator(schema)


@lru_cache(maxsize=256)
def _exact(text: str) -> tuple[Validator, Memory]:
    """Return the validator of a schema, once: several instances are tried on each."""
    schema, memory = json.loads(text), Memory()
    return make_validator(schema, memory if is_costly(schema) else None), memory


def check_schema(schema: Json) -> str:
    """Return the dialect of a schema.

    Raises `UnsupportedSchemaError` if nothing can be validated by it.
    """
    if not isinstance(schema, dict | bool):
        raise UnsupportedSchemaError("it is neither an object nor true or false")
    named = schema.get("$schema", DRAFT_07) if isinstance(schema, dict) else DRAFT_07
    dialect = dialect_name(named)
    if dialect is None:
        raise UnsupportedSchemaError(f"the schema language {named} is not known")
    if isinstance(schema, dict):
        parts = schema_parts(schema)
        _check_form(schema, parts, dialect)
        if any(map(refers, parts)) and never_ends(schema):
            raise UnsupportedSchemaError(_NEVER_ENDS)
    return dialect


def _check_form(schema: Json, parts: Iterable[JsonObject], dialect: str) -> None:
    form = without_dialect(schema)
    if not is_certainly_valid(_meta(dialect), form):
        base = validator_of(dialect)
        assert base is not None  # noqa: S101 - its dialect is known
        error = next(base(base.META_SCHEMA).iter_errors(form), None)
        if error is not None:
            raise UnsupportedSchemaError(f"not a JSON Schema: {error.message[:120]}")
    for part in parts:
        by_pattern = part.get("patternProperties")
        for pattern in (part.get("pattern"), *(by_pattern if isinstance(by_pattern, dict) else ())):
            if isinstance(pattern, str) and (why := pattern_error(pattern)):
                said = f"not a JSON Schema: {pattern[:80]!r} is not a regular expression: {why}"
                raise UnsupportedSchemaError(said)


_meta = lru_cache(maxsize=8)(meta_validator)


def make_validator(schema: Json, memory: Memory | None = None) -> Validator:
    """Return a validator for a schema. Raises `UnsupportedSchemaError` if it cannot be used.

    `memory` is for a schema in which references nest: see `schema_refs.is_costly`.
    """
    from referencing import Registry

    base = validator_of(check_schema(schema))
    assert base is not None  # noqa: S101 - its dialect is known
    found: Any = exact_class(base, memory)
    validator: Validator = found(
        without_dialect(schema),
        registry=Registry(),  # it knows the meta-schemas and nothing else, and fetches nothing
        format_checker=format_checker(base),
    )
    return validator


_NEVER_ENDS = "its references never end"
_TOO_DEEP = "the instance nests too deeply for it"
_WHAT_IT_RAISES = (re.error, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What jsonschema raises for what is no schema where the meta-schema does not look."""


@contextmanager
def excuses() -> Iterator[None]:
    """Turn what jsonschema cannot do with a schema into the error that says so."""
    from jsonschema.exceptions import UnknownType
    from referencing.exceptions import Unresolvable

    try:
        yield
    except UnknownType as error:
        raise UnsupportedSchemaError(f"{str(error.type)[:60]!r} is no type") from None
    except Unresolvable as error:
        said = str(error.ref)[:120]
        raise UnsupportedSchemaError(f"its reference {said} is not found within it") from None
    except RecursionError:
        raise UndecidedInstanceError(_TOO_DEEP) from None
    except PatternError as error:
        raise UndecidedInstanceError(str(error)) from None
    except _WHAT_IT_RAISES as error:
        raise UnsupportedSchemaError(f"it cannot be followed: {str(error)[:120]}") from None
    except BaseException as error:
        # What a RecursionError becomes inside jsonschema's registry, which is written in Rust.
        if type(error).__name__ == "PanicException":
            raise UndecidedInstanceError(_TOO_DEEP) from None
        raise
