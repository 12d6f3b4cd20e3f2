"""One schema and its parts, as jsonschema judges settings by them.

Nothing is fetched: a reference that leads out of a schema makes it one that
nobody can judge. What judging costs is counted, so that a search can end by a
count and comes out the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING, Any, cast

from reconciler.compatibility.keywords import as_fraction
from reconciler.model.json_text import Json, JsonObject, compact_json
from reconciler.model.schema_refs import local_part, schema_parts
from reconciler.model.schema_validation import excuses, make_validator

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_IGNORING_SIBLINGS = ("draft-03", "draft-04", "draft-06", "draft-07")
"""The dialects in which nothing beside a `$ref` counts."""


class OutOfWorkError(Exception):
    """All the work that a search may do is done."""


class Work:
    """How much judging may still be done, in values of schemas that are looked at."""

    def __init__(self, amount: float = inf) -> None:
        self.left = amount

    def spend(self, amount: int) -> None:
        """Count work. Raises `OutOfWorkError` where there is none left."""
        self.left -= amount
        if self.left < 0:
            raise OutOfWorkError


class Judge:
    """A whole schema, and what it says of settings.

    Raises `UnsupportedSchemaError` where it is no schema, is in a language that
    nobody knows, or refers to what is not in it; so does every method that judges.
    """

    def __init__(self, schema: Json, work: Work | None = None) -> None:
        self._validator = make_validator(schema)
        self.schema = cast("JsonObject | bool", self._validator.schema)
        meta = self._validator.META_SCHEMA
        self.dialect = str(meta.get("$id", meta.get("id")))
        self.ignores_siblings = any(name in self.dialect for name in _IGNORING_SIBLINGS)
        self._exact = _exact(self._validator) if _has_fractions(self.schema) else None
        self._work = work or Work()
        self._formats = frozenset(self._validator.FORMAT_CHECKER.checkers)
        self._parts: dict[int, tuple[Json, Validator, int]] = {}
        self._texts: dict[int, tuple[Json, str]] = {}

    def accepts(self, setting: Json) -> bool:
        """Say whether the whole schema accepts a setting, and no rounding has a part in it."""
        return self.part_accepts(self.schema, setting) and self._exactly(setting, accepted=True)

    def refuses(self, setting: Json) -> bool:
        """Say whether the whole schema refuses a setting, and no rounding has a part in it."""
        if self.part_accepts(self.schema, setting):
            return False
        return self._exactly(setting, accepted=False)

    def _exactly(self, setting: Json, *, accepted: bool) -> bool:
        """Say whether it is so by decimal arithmetic: jsonschema takes 0.3 for no multiple of 0.1.

        Another validator, such as the service's own, need not round as it does.
        """
        if self._exact is None:
            return True
        with excuses():
            return self._exact.is_valid(setting) is accepted

    def part_accepts(self, part: Json, setting: Json) -> bool:
        """Say whether a part of the schema accepts a value."""
        known = self._parts.get(id(part))
        if known is None:
            # The part is held too, so that no other ever has its identity.
            referred = size(self.schema) if '"$ref"' in self.text(part) else 0
            known = part, self._validator.evolve(schema=part), size(part) + referred
            self._parts[id(part)] = known
        _, validator, cost = known
        self._work.spend(cost)
        with excuses():
            return validator.is_valid(setting)

    def decides(self, part: Json) -> bool:
        """Say whether every validator sees a part as this one does.

        Not where it names a format that is not enforced here, or a step by which
        jsonschema rounds.
        """
        if '"format"' not in self.text(part) and self._exact is None:
            return True
        return not _has_fractions(part) and all(
            each.get("format") in self._formats for each in schema_parts(part) if "format" in each
        )

    def text(self, part: Json) -> str:
        """Return a part as text: the same for equal parts, and made once."""
        known = self._texts.get(id(part))
        if known is None:
            known = self._texts[id(part)] = part, compact_json(part)
        return known[1]

    def errors(self, setting: Json) -> list[Any]:
        """Return jsonschema's errors for a setting under the whole schema."""
        with excuses():
            return list(self._validator.iter_errors(setting))

    def resolved(self, reference: Json) -> Json:
        """Return the part that a reference names, None where it is not seen here."""
        return local_part(self.schema, reference)


def _has_fractions(schema: Json) -> bool:
    return any(isinstance(part.get("multipleOf"), float) for part in schema_parts(schema))


def _exact(validator: Validator) -> Validator:
    """Return a validator that knows by decimal arithmetic what is a multiple of what."""
    from jsonschema.exceptions import ValidationError
    from jsonschema.validators import extend
    from referencing import Registry

    def multiple_of(
        _validator: Validator, step: Json, value: Json, _schema: Json
    ) -> Iterator[ValidationError]:
        number, divisor = as_fraction(value), as_fraction(step)
        if number is not None and divisor and number % divisor:
            yield ValidationError(f"{value} is no multiple of {step}")

    found: type[Validator] = extend(type(validator), {"multipleOf": multiple_of})  # type: ignore[no-untyped-call]
    return found(validator.schema, registry=Registry(), format_checker=validator.FORMAT_CHECKER)


def size(value: Json) -> int:
    """Return how many values there are in a value, itself included."""
    if isinstance(value, dict):
        return 1 + sum(map(size, value.values()))
    if isinstance(value, list):
        return 1 + sum(map(size, value))
    return 1
