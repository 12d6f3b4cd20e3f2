"""Whether a document is one that the service's documentation describes.

Each kind has a JSON Schema as a data file. Every embedded schema is checked
against the meta-schema that it names, and what it offers against itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from reconciler.desired.embedded import embedded_problems
from reconciler.model.jsontext import JsonObject
from reconciler.model.kinds import Kind
from reconciler.model.pointers import Pointer
from reconciler.schemas import read_schema

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

Finding: TypeAlias = tuple[Pointer, str, str, str]
"""Where, what is wrong, what to do, and the name of the check."""


def document_problems(kind: Kind, document: JsonObject) -> Iterator[Finding]:
    """Yield everything that is wrong with a document of that kind, in canonical spelling."""
    for error in _validator(kind.name).iter_errors(document):
        finding = _finding(error)
        if finding is not None:
            yield finding
    yield from embedded_problems(kind, document)


@cache
def _validator(name: str) -> Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(read_schema(name))


def _finding(error: Any) -> Finding | None:
    pointer = tuple(map(str, error.absolute_path))
    message, fix = explained(error)
    if pointer in (("id",), ("version",)) or (not pointer and "'id'" in message):
        return None  # said better by the checks of their own
    return pointer, message, fix, "schema"


def explained(error: Any) -> tuple[str, str]:
    """Return what a jsonschema error means as a sentence, and what to do about it.

    The instance itself is never quoted at length: it may be a whole document.
    """
    name = f"'{error.absolute_path[-1]}'" if error.absolute_path else "the spec"
    expected = error.validator_value
    match error.validator:
        case "required":
            missing = next(key for key in expected if key not in error.instance)
            return f"{name} has no '{missing}'.", f"Add '{missing}'."
        case "type":
            wanted = " or ".join(expected) if isinstance(expected, list) else str(expected)
            return (
                f"{name} is {_kind_of(error.instance)}, and {_article(wanted)} belongs there.",
                "",
            )
        case "enum":
            options = ", ".join(str(option) for option in expected)
            return f"{name} is none of {options}.", ""
        case "minLength" | "minItems":
            return f"{name} is empty.", ""
        case "uniqueItems":
            return f"{name} holds an element twice.", "Keep one."
        case _:
            return f"{name} does not fit the schema: {error.message[:200]}.", ""


_KINDS = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}


def _kind_of(value: object) -> str:
    return _KINDS.get(type(value), "something else")


def _article(type_name: str) -> str:
    words = {
        "object": "an object",
        "array": "a list",
        "string": "a text",
        "boolean": "true or false",
        "integer": "a whole number",
        "number": "a number",
    }
    return " or ".join(words.get(name, name) for name in type_name.split(" or "))
