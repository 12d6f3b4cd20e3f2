"""The search for an instance that one schema accepts and another rejects."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from msgspec import Struct

from reconciler.compatibility.search.candidates import Pools
from reconciler.compatibility.search.shrink import smallest
from reconciler.compatibility.search.subschemas import Subschema
from reconciler.compatibility.validator import OutOfWorkError, SchemaValidator
from reconciler.model.json_text import Json, compact_json

_PASSED = 32
"""Characters of an instance that are made and read in the time of one call of jsonschema-rs."""


class SearchResult(Struct, frozen=True):
    """The result of a search."""

    instance: tuple[Json] | None
    """The instance that was found, in a tuple, since null is one."""

    tried: int
    """The number of instances that the accepting schema accepts and that were tried."""

    is_cut: bool = False
    """True if the work ran out before everything was tried."""


def search(accepting: SchemaValidator, refusing: SchemaValidator) -> SearchResult:
    """Look for an instance that `accepting` accepts and `refusing` rejects, a small one.

    Ends if there is one, if all that was made up is tried, or if the validators' work
    is used up. Raises `UnsupportedSchemaError` if a schema cannot be followed.
    """
    tried: set[str] = set()
    both = accepting, refusing
    accepting.may_get_stand_ins = refusing.may_get_stand_ins = any(
        validator.may_get_stand_ins for validator in both
    )
    try:
        for instance in _instances(accepting, refusing):
            if not accepting.part_accepts(accepting.schema, instance):
                continue
            text = compact_json(instance)
            accepting.work.spend(len(text) // _PASSED)
            if text in tried:
                continue
            tried.add(text)
            if accepting.is_accepted_only_by(instance, refusing):
                return SearchResult((smallest(instance, accepting, refusing),), len(tried))
    except OutOfWorkError:
        return SearchResult(None, len(tried), is_cut=True)
    return SearchResult(None, len(tried))


def _instances(accepting: SchemaValidator, refusing: SchemaValidator) -> Iterator[Json]:
    both = (
        Subschema(accepting, accepting.schema, True),
        Subschema(refusing, refusing.schema, False),
    )
    return chain(({}, [], "", 0, True, None), Pools(accepting).values(both))
