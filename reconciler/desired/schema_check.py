"""The form of the files that are this program's own: reconciler.yaml and the policies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from reconciler.model.checks import CheckName
from reconciler.model.errors import Problem
from reconciler.model.json_text import Json
from reconciler.model.pointers import Pointer
from reconciler.model.suggestions import did_you_mean
from reconciler.schemas import DIALECT, validation_schema
from reconciler.yamledit.source_map import SourceMap

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

    from reconciler.model.fast_validation import IsValid

Said: TypeAlias = tuple[str, str]
"""What is wrong, and what to do."""

Explain: TypeAlias = "Callable[[ValidationError, Pointer], Said | None]"
"""Returns a better message for an error, or None."""


@cache
def _fast(schema: str) -> IsValid | None:
    from reconciler.model.fast_validation import fast_validator

    return fast_validator(validation_schema(schema), DIALECT)


@cache
def _validator(schema: str) -> Any:
    from jsonschema import Draft202012Validator

    from reconciler.model.exact_keywords import exact_class

    return exact_class(Draft202012Validator)(validation_schema(schema))


def form_problems(
    schema: str, document: Json, file: str, locator: SourceMap, check: CheckName, explain: Explain
) -> Iterator[Problem]:
    """Yield where a file does not match one of the schemas in `schemas`."""
    from reconciler.desired.checks.schema_messages import explained
    from reconciler.model.fast_validation import is_certainly_valid

    if is_certainly_valid(_fast(schema), document):
        return
    for error in _validator(schema).iter_errors(document):
        pointer = tuple(map(str, error.absolute_path))
        if error.validator == "additionalProperties":
            known = sorted(error.schema.get("properties", ()))
            for extra in sorted(set(error.instance).difference(known)):
                line, column = locator.place((*pointer, extra), key=True)
                message, fix = f"unknown entry '{extra}'.", did_you_mean(extra, known)
                yield Problem(file, line, column, message, fix, check)
        else:
            message, fix = explain(error, pointer) or explained(error)
            yield Problem(file, *locator.place(pointer), message, fix, check)
