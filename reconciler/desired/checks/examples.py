"""`x-reconciler.examples`: instances that a spec's embedded schemas must accept or reject."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from reconciler.desired.directives import Report
from reconciler.model.checks import Finding
from reconciler.model.json_access import expect_list, expect_object
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY, Kind
from reconciler.model.pointer_lookup import found_at
from reconciler.model.pointers import Pointer, parse_pointer
from reconciler.model.schema_reasons import explain_error
from reconciler.model.schema_validation import UnsupportedSchemaError, instance_errors
from reconciler.model.shape import SCHEMA, place_at, root_place
from reconciler.model.suggestions import did_you_mean

EXAMPLES_KEY = "examples"
_SIDES = ("accepts", "refuses")
_FIX = "Fix the schema or the example."


class Examples(Struct, frozen=True):
    """Instances for one schema; `key` is its name in the file, `pointer` its place."""

    key: str
    pointer: Pointer
    accepts: Sequence[Json]
    refuses: Sequence[Json]


def read_examples(
    directives: Json, kind: Kind, documents: Sequence[JsonObject], report: Report
) -> tuple[Examples, ...]:
    """Return the examples in a file's directives.

    `documents` are the file's documents for its targets: one of them has to
    contain the schema.
    """
    value = directives.get(EXAMPLES_KEY) if isinstance(directives, dict) else None
    if value is None:
        return ()
    at = (DIRECTIVES_KEY, EXAMPLES_KEY)
    if not isinstance(value, dict):
        message = "'examples' must be a mapping from a schema's field to accepts and refuses."
        report(at, message, "", "directives")
        return ()
    read, root = [], root_place(kind)
    for key, entry in value.items():
        pointer = _schema_pointer(kind, key)
        if pointer is None or not any(any(found_at(one, root, pointer)) for one in documents):
            message = f"no embedded schema at {key}."
            fix = (
                "Name the field that contains it, such as scheduleSpec or transformationSpecs/NAME."
            )
            report((*at, key), message, fix, "pointer", key=True)
        elif _is_well_formed(entry, (*at, key), report):
            accepts, refuses = (expect_list(expect_object(entry).get(side, [])) for side in _SIDES)
            read.append(Examples(key, pointer, accepts, refuses))
    return tuple(read)


def example_findings(
    kind: Kind, document: JsonObject, examples: Sequence[Examples]
) -> Iterator[Finding]:
    """Yield every example with another result than expected."""
    for entry in examples:
        for found in found_at(document, root_place(kind), entry.pointer):
            yield from _tried(entry, found.value)


def _tried(entry: Examples, schema: Json) -> Iterator[Finding]:
    at = (DIRECTIVES_KEY, EXAMPLES_KEY, entry.key)
    try:
        for index, instance in enumerate(entry.accepts):
            errors = instance_errors(schema, instance)
            if errors:
                _, why = explain_error(errors)
                message = f"the schema of {entry.key} rejects this, but must accept it: {why}."
                yield (*at, "accepts", str(index)), message, _FIX, "example"
        for index, instance in enumerate(entry.refuses):
            if not instance_errors(schema, instance):
                message = f"the schema of {entry.key} accepts this, but must reject it."
                yield (*at, "refuses", str(index)), message, _FIX, "example"
    except UnsupportedSchemaError as error:
        message = f"examples of {entry.key} cannot be checked: {error}."
        yield at, message, "Fix the schema.", "example"


def _schema_pointer(kind: Kind, key: str) -> Pointer | None:
    """Return the place of the schema that a key names: a field, an item of it, or a pointer."""
    try:
        pointer = parse_pointer(key if key.startswith("/") else f"/{key}")
    except ValueError:
        return None
    ways = ((*pointer, "spec"), pointer)
    return next((way for way in ways if place_at(kind, way) is SCHEMA), None)


def _is_well_formed(entry: Json, at: Pointer, report: Report) -> bool:
    """Return True if the examples under one key are well-formed."""
    if not isinstance(entry, dict):
        message = "expected a mapping: {accepts: [...], refuses: [...]}"
        report(at, message, "", "directives")
        return False
    for side, settings in entry.items():
        if side not in _SIDES:
            message, fix = f"unknown key '{side}'.", did_you_mean(side, _SIDES)
            report((*at, side), message, fix, "directives", key=True)
        elif not isinstance(settings, list):
            report((*at, side), f"'{side}' must be a list of instances.", "", "directives")
    return all(side in _SIDES and isinstance(entry[side], list) for side in entry)
