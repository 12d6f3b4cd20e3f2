"""The form of the files that are this program's own: reconciler.yaml and the policies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from reconciler.desired.checks.schema_messages import explained
from reconciler.model.checks import CheckName
from reconciler.model.errors import Problem
from reconciler.model.json_text import Json
from reconciler.model.pointers import Pointer
from reconciler.model.suggestions import did_you_mean
from reconciler.schemas import judging_schema
from reconciler.yamledit.source_map import SourceMap

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

Said: TypeAlias = tuple[str, str]
"""What is wrong, and what to do."""

Explain: TypeAlias = "Callable[[ValidationError, Pointer], Said | None]"
"""Says of an error what the schema's own words do not say well, or None."""


def form_problems(
    schema: str, document: Json, file: str, locator: SourceMap, check: CheckName, explain: Explain
) -> Iterator[Problem]:
    """Yield what is wrong with a file's form by one of the schemas in `schemas`."""
    from jsonschema import Draft202012Validator

    for error in Draft202012Validator(judging_schema(schema)).iter_errors(document):
        pointer = tuple(map(str, error.absolute_path))
        if error.validator == "additionalProperties":
            known = sorted(error.schema.get("properties", ()))
            for extra in sorted(set(error.instance).difference(known)):
                line, column = locator.place((*pointer, extra), key=True)
                message, fix = f"there is no entry '{extra}' here.", did_you_mean(extra, known)
                yield Problem(file, line, column, message, fix, check)
        else:
            message, fix = explain(error, pointer) or explained(error)
            yield Problem(file, *locator.place(pointer), message, fix, check)
