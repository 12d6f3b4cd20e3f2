"""The error of a schema in the terms of the YAML file."""

from __future__ import annotations

from typing import Any

from reconciler.model.kinds import CONNECTION_SPEC
from reconciler.model.references import is_reference, reference_to
from reconciler.model.schema_reasons import TYPE_NAMES

_REFERENCE = reference_to(CONNECTION_SPEC.name, "KEY")


def explained(error: Any, subject: str = "") -> tuple[str, str]:
    """Return what a jsonschema error means as a sentence, and what to do about it.

    `subject` is the field that was checked. The instance is never quoted at
    length: it may be a whole document.
    """
    last = error.absolute_path[-1] if error.absolute_path else subject
    name = f"'{last}'" if last != "" else "the document"
    if isinstance(last, int):
        name = f"item {last + 1}"
    expected = error.validator_value
    match error.validator:
        case "required":
            missing = ", ".join(f"'{key}'" for key in expected if key not in error.instance)
            return f"{name} has no {missing}.", f"Add {missing}."
        case "type":
            types = expected if isinstance(expected, list) else [expected]
            wanted = " or ".join(TYPE_NAMES.get(one, str(one)) for one in types)
            names_spec = isinstance(error.instance, dict) and "ref" in error.instance
            got = _KINDS.get(type(error.instance), "something else")
            fix = f"A reference is a string: {_REFERENCE}." if names_spec else ""
            return f"expected {wanted}, got {got}.", fix
        case "enum":
            options = ", ".join(str(option) for option in expected)
            return f"{name} must be one of {options}.", ""
        case "minLength" | "minItems":
            return f"{name} is empty.", ""
        case "pattern" if is_reference(error.instance):
            message = f"the reference {error.instance[:80]} is not of the form {_REFERENCE}."
            return message, "KEY is the key in the spec's file: x-reconciler: {key: KEY}."
        case "uniqueItems":
            return f"{name} has a duplicate item.", "Delete one."
        case _:
            words = error.schema if isinstance(error.schema, dict) else {}
            said = [words.get("description", "")]
            said += [f"Example: {example}." for example in words.get("examples", [])[:1]]
            return f"{name} is not valid: {error.message[:200]}.", " ".join(filter(None, said))


_KINDS = {
    dict: "an object",
    list: "a list",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    type(None): "null",
}
