"""What a JSON Schema says of a setting, as jsonschema judges it.

Formats are enforced. Nothing is fetched: a reference that leads out of a schema
makes it one that nobody can judge.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from reconciler.model.json_text import Json, compact_json
from reconciler.model.schema_dialects import DRAFT_07, validator_of
from reconciler.model.schema_refs import never_ends

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator


class UnsupportedSchemaError(ValueError):
    """A schema by which no setting can be judged. `str()` is the clause that says why."""


def setting_errors(schema: Json, setting: Json) -> list[ValidationError]:
    """Return why a schema refuses a setting, nothing where it accepts it.

    Raises `UnsupportedSchemaError` where it is no schema, is in a language that
    nobody knows, or refers to what is not in it.
    """
    judge = _judge(compact_json(schema))
    with excuses():
        return list(judge.iter_errors(setting))


@lru_cache(maxsize=256)
def _judge(text: str) -> Validator:
    """Make what judges by a schema once: several settings are tried on each."""
    return make_validator(json.loads(text))


def make_validator(schema: Json) -> Validator:
    """Return a validator for a schema. Raises `UnsupportedSchemaError` if it cannot be used."""
    from jsonschema.exceptions import SchemaError
    from referencing import Registry

    if not isinstance(schema, dict | bool):
        raise UnsupportedSchemaError("it is neither an object nor true or false")
    dialect = schema.get("$schema", DRAFT_07) if isinstance(schema, dict) else DRAFT_07
    found = validator_of(dialect) if isinstance(dialect, str) else None
    if found is None:
        raise UnsupportedSchemaError(f"nobody knows the schema language {dialect}")
    if isinstance(schema, dict):
        schema = {key: value for key, value in schema.items() if key != "$schema"}
        try:
            found.check_schema(schema)
        except SchemaError as error:
            raise UnsupportedSchemaError(f"it is no JSON Schema: {error.message[:120]}") from None
        if never_ends(schema):
            raise UnsupportedSchemaError(_NEVER_ENDS)
    return found(
        schema,
        registry=Registry(),  # it knows the meta-schemas and nothing else, and fetches nothing
        format_checker=found.FORMAT_CHECKER,
    )


_NEVER_ENDS = "its references never end"
_TOO_DEEP = "the setting nests too deeply for it"
_WHAT_IT_RAISES = (re.error, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""jsonschema's own, for schemas that are none in places where the meta-schema does not look."""


@contextmanager
def excuses() -> Iterator[None]:
    """Turn what jsonschema cannot do with a schema into the error that says so."""
    from referencing.exceptions import Unresolvable

    try:
        yield
    except Unresolvable as error:
        said = str(error.ref)[:120]
        raise UnsupportedSchemaError(f"its reference {said} leads nowhere within it") from None
    except RecursionError:
        raise UnsupportedSchemaError(_TOO_DEEP) from None
    except _WHAT_IT_RAISES as error:
        raise UnsupportedSchemaError(f"it cannot be followed: {str(error)[:120]}") from None
    except BaseException as error:
        # What a RecursionError becomes inside jsonschema's registry, which is written in Rust.
        if type(error).__name__ == "PanicException":
            raise UnsupportedSchemaError(_TOO_DEEP) from None
        raise
