"""Which JSON Schema language a schema is written in, and who judges by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

DRAFT_07 = "http://json-schema.org/draft-07/schema"
"""What a schema without `$schema` is: the draft that every documented one names."""


def validator_of(dialect: str) -> type[Validator] | None:
    """Return the validator class of a `$schema`, or None where nobody knows that language."""
    from jsonschema.validators import Draft7Validator, validator_for

    # The documentation itself shows "http: //json-schema.org/…", with a space.
    name = dialect.replace(" ", "")
    found: type[Validator] = validator_for({"$schema": name}, default=Draft7Validator)
    is_known = found is not Draft7Validator or name.rstrip("#") == DRAFT_07
    return found if is_known else None
