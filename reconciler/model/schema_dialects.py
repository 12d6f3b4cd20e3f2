"""The JSON Schema language that a schema is written in, and what validates by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

DRAFT_07 = "http://json-schema.org/draft-07/schema"
"""The language of a schema without `$schema`: the draft that every documented one names."""

DRAFT_2020 = "https://json-schema.org/draft/2020-12/schema"
"""The first language with `prefixItems`."""

_CLASSES = {
    "http://json-schema.org/draft-03/schema": "Draft3Validator",
    "http://json-schema.org/draft-04/schema": "Draft4Validator",
    "http://json-schema.org/draft-06/schema": "Draft6Validator",
    DRAFT_07: "Draft7Validator",
    "https://json-schema.org/draft/2019-09/schema": "Draft201909Validator",
    DRAFT_2020: "Draft202012Validator",
}
"""The name of each dialect's class, in `jsonschema` and in `jsonschema_rs`."""


def dialect_name(dialect: object) -> str | None:
    """Return the identifier of a `$schema` without its empty fragment, None if it is not known."""
    # The documentation itself shows "http: //json-schema.org/…", with a space.
    name = dialect.replace(" ", "").rstrip("#") if isinstance(dialect, str) else ""
    return name if name in _CLASSES else None


def validator_of(dialect: str) -> type[Validator] | None:
    """Return jsonschema's class for a `$schema`, or None if the language is not known."""
    import jsonschema

    name = dialect_name(dialect)
    found: type[Validator] | None = getattr(jsonschema, _CLASSES[name]) if name else None
    return found


def class_name(dialect: str) -> str:
    """Return the name of the validator class of a known dialect."""
    return _CLASSES[dialect]
