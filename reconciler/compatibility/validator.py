"""Validating instances by a schema and its parts.

A search asks `jsonschema-rs`, which answers in a microsecond. What is printed or
proven is decided by jsonschema, which takes 30 ms to import, unless the two cannot
differ on the schema. The cost of validation is counted, so that a search ends by a
count and comes out the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, partial
from itertools import islice
from math import inf, isqrt
from typing import TYPE_CHECKING, Any, cast

from reconciler.compatibility.keywords import as_fraction, as_row
from reconciler.compatibility.stand_ins import has_large_limits, has_stand_in
from reconciler.model.exact_keywords import Memory
from reconciler.model.fast_validation import (
    MOST_ERRORS,
    FastParts,
    IsValid,
    fast_errors,
    has_doubtful_parts,
    without_dialect,
)
from reconciler.model.json_text import Json, JsonObject, compact_json
from reconciler.model.schema_refs import is_costly, local_part, refers, schema_parts
from reconciler.model.schema_validation import (
    UndecidedInstanceError,
    UnsupportedSchemaError,
    check_schema,
    excuses,
    make_validator,
)

if TYPE_CHECKING:
    from jsonschema import FormatChecker
    from jsonschema.protocols import Validator

_IGNORING_SIBLINGS = ("draft-03", "draft-04", "draft-06", "draft-07")
"""The dialects in which nothing beside a `$ref` counts."""

_STRICT_ABOUT_INTEGERS = ("draft-03", "draft-04")

_EXACT_COST = 20
"""How much longer jsonschema takes for a part than jsonschema-rs does."""

_CHEAP = 8
"""The square root of the values of a schema which are passed in the time that a call takes.

Of a larger schema a value meets a smaller share, by measurement.
"""


_COMPARED = 32
"""Members of a list of numbers or objects that a value is compared with in that time."""


class OutOfWorkError(Exception):
    """All the work that a search may do is done."""


class Work:
    """The validation that may still be done, in calls of jsonschema-rs."""

    def __init__(self, amount: float = inf) -> None:
        self.left = amount

    def spend(self, amount: int) -> None:
        """Count work. Raises `OutOfWorkError` if there is none left."""
        self.left -= amount
        if self.left < 0:
            raise OutOfWorkError


class SchemaValidator:
    """Validates instances by a whole schema and by its parts.

    `translated`: what the schema is a translation of. Formats and types are as in its dialect.

    Raises `UnsupportedSchemaError` if it is no schema, is in an unknown language, or
    refers to what is not in it; so does every method that validates.
    """

    def __init__(
        self, schema: Json, work: Work | None = None, translated: SchemaValidator | None = None
    ) -> None:
        self.dialect = check_schema(schema)
        self._given, self._translated = schema, translated
        self.schema = cast("JsonObject | bool", without_dialect(schema))
        parts = schema_parts(self.schema)
        self._memory = Memory() if any(map(refers, parts)) and is_costly(schema) else None
        is_doubtful = has_doubtful_parts(schema, parts, self.dialect)
        self._is_plain = translated is None and not is_doubtful
        typed = self if translated is None else translated
        self.has_strict_integers = any(name in typed.dialect for name in _STRICT_ABOUT_INTEGERS)
        """True if 1.0 is no integer, as in draft-04."""
        self.ignores_siblings = any(name in self.dialect for name in _IGNORING_SIBLINGS)
        self._has_fractions = _has_fractions(parts)
        self.may_get_stand_ins = has_large_limits(parts)
        self.work = work or Work()
        named = {str(part["format"]) for part in parts if isinstance(part.get("format"), str)}
        formats = {name: partial(self._checker.conforms, format=name) for name in named}
        self._fast = FastParts(self.schema, parts, self.dialect, formats)
        self._parts: dict[int, tuple[Json, IsValid | None, int]] = {}
        self._exact_parts: dict[int, Validator] = {}
        self._texts: dict[int, tuple[Json, str]] = {}

    @cached_property
    def _validator(self) -> Validator:
        made = make_validator(self._given, self._memory)
        return made if self._translated is None else _as_in(self._translated._validator, made)  # noqa: SLF001

    @property
    def _checker(self) -> FormatChecker:
        checker: FormatChecker = getattr(self._validator, "format_checker")  # noqa: B009
        return checker

    def is_accepted_only_by(self, instance: Json, refusing: SchemaValidator) -> bool:
        """Return True if this schema accepts an instance that the other one rejects.

        jsonschema is asked only if the quick answer is yes.
        """
        try:
            return (
                self.part_accepts(self.schema, instance)
                and not refusing.part_accepts(refusing.schema, instance)
                and self.accepts(instance)
                and refusing.refuses(instance)
            )
        except UndecidedInstanceError:
            return False

    def accepts(self, instance: Json) -> bool:
        """Return True if the whole schema accepts an instance, and no rounding has a part in it."""
        return self.is_valid(self.schema, instance) and self._exactly(instance, accepted=True)

    def refuses(self, instance: Json) -> bool:
        """Return True if it rejects an instance, and no rounding has a part in it."""
        if self.is_valid(self.schema, instance):
            return False
        return self._exactly(instance, accepted=False)

    def _exactly(self, instance: Json, *, accepted: bool) -> bool:
        """Return True if decimal arithmetic agrees: for jsonschema 0.3 is not a multiple of 0.1.

        Another validator, such as the service's own, need not round as it does.
        """
        if not self._has_fractions:
            return True
        self._forget()
        with excuses():
            return _exact(self._validator).is_valid(instance) is accepted

    def _forget(self) -> None:
        if self._memory is not None:
            self._memory.clear()

    def part_accepts(self, part: Json, instance: Json) -> bool:
        """Return True if a part of the schema seems to accept a value: quick, for a search."""
        _, fast, cost = self._parts.get(id(part)) or self._part(part)
        if fast is not None:
            self.work.spend(cost)
            if (found := self._quickly(fast, instance)) is not None:
                return found
        try:
            return self.is_valid(part, instance)
        except UndecidedInstanceError:
            return False

    def is_valid(self, part: Json, instance: Json) -> bool:
        """Return True if a part of the schema accepts a value, without doubt."""
        _, fast, cost = self._parts.get(id(part)) or self._part(part)
        self.work.spend(cost * _EXACT_COST)
        if self._is_plain and fast and (found := self._quickly(fast, instance)) is not None:
            return found
        self._forget()
        if id(part) not in self._exact_parts:
            self._exact_parts[id(part)] = self._validator.evolve(schema=part)
        with excuses():
            return self._exact_parts[id(part)].is_valid(instance)

    def _quickly(self, fast: IsValid, instance: Json) -> bool | None:
        """Return what jsonschema-rs says of a value, None if it cannot read it."""
        if self.may_get_stand_ins and has_stand_in(instance):
            return None
        try:
            return fast(instance)
        except (ValueError, TypeError, OverflowError):
            return None

    def _part(self, part: Json) -> tuple[Json, IsValid | None, int]:
        """Return a part that is new, its quick validator and what a call of that costs."""
        if not isinstance(part, dict | bool):
            said = f"{compact_json(part):.60} is used as a schema in it, and is none"
            raise UnsupportedSchemaError(said)
        has_reference = '"$ref"' in self.text(part)
        referred = size(self.schema) if has_reference else 0
        fast = None if self._memory else self._fast.validator(part, refers=has_reference)
        cost = 1 + isqrt(size(part) + referred) // _CHEAP + _longest(part) // _COMPARED
        # The part is held too, so that no other ever has its identity.
        self._parts[id(part)] = part, fast, cost
        return self._parts[id(part)]

    def enforces(self, format_name: str) -> bool:
        """Return True if a format is checked here."""
        return format_name in self._checker.checkers

    def decides(self, part: Json) -> bool:
        """Return True if every validator sees a part as this one does.

        Not if it names a format that is not enforced here, or a step by which
        jsonschema rounds.
        """
        if '"format"' not in self.text(part) and not self._has_fractions:
            return True
        parts = schema_parts(part)
        return not _has_fractions(parts) and all(
            self.enforces(str(each["format"])) for each in parts if "format" in each
        )

    def text(self, part: Json) -> str:
        """Return a part as text: the same for equal parts, and made once."""
        known = self._texts.get(id(part))
        if known is None:
            known = self._texts[id(part)] = part, compact_json(part)
        return known[1]

    def errors(self, instance: Json) -> list[Any]:
        """Return the errors for an instance under the whole schema, as jsonschema has them."""
        if self._is_plain and (found := fast_errors(self.schema, self.dialect, instance)):
            return found
        self._forget()
        with excuses():
            return list(islice(self._validator.iter_errors(instance), MOST_ERRORS))

    def resolved(self, reference: Json) -> Json:
        """Return the part that a reference names, None if it is not found here."""
        return local_part(self.schema, reference)


def _has_fractions(parts: Iterable[JsonObject]) -> bool:
    return any(isinstance(part.get("multipleOf"), float) for part in parts)


def _exact(validator: Validator) -> Validator:
    """Return a validator that knows by decimal arithmetic what is a multiple of what."""
    from jsonschema.exceptions import ValidationError

    def multiple_of(
        _validator: Validator, step: Json, value: Json, _schema: Json
    ) -> Iterator[ValidationError]:
        number, divisor = as_fraction(value), as_fraction(step)
        if number is not None and divisor and number % divisor:
            yield ValidationError(f"{value} is not a multiple of {step}")

    return _with(validator, validator, {"multipleOf": multiple_of})


def _as_in(original: Validator, translation: Validator) -> Validator:
    """Return a translation's validator with an original's types and formats.

    `contains` is counted, which draft-07 does not know.
    """
    from jsonschema import Draft202012Validator

    return _with(translation, original, {"contains": Draft202012Validator.VALIDATORS["contains"]})


def _with(validator: Validator, like: Validator, keywords: dict[str, Any]) -> Validator:
    from jsonschema.validators import extend
    from referencing import Registry

    base: Any = validator
    made: Any = extend(type(base), keywords, type_checker=type(like).TYPE_CHECKER)  # type: ignore[no-untyped-call]
    checker = getattr(like, "format_checker")  # noqa: B009
    found: Validator = made(base.schema, registry=Registry(), format_checker=checker)
    return found


def size(value: Json) -> int:
    """Return how many values there are in a value, itself included."""
    if isinstance(value, dict):
        return 1 + sum(map(size, value.values()))
    if isinstance(value, list):
        return 1 + sum(map(size, value))
    return 1


def _longest(value: Json) -> int:
    """Return the length of the longest list in a value that does not hold strings."""
    inner = [*value.values()] if isinstance(value, dict) else as_row(value)
    holds_text = isinstance(value, dict) or all(isinstance(each, str) for each in inner)
    return max((0 if holds_text else len(inner), *map(_longest, inner)))
