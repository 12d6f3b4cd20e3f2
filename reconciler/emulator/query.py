"""Filters, order and pages of a list, as the API's query parameters say them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from operator import eq, ge, gt, le, lt, ne
from typing import Any, TypeAlias

from reconciler.emulator.answers import service_error
from reconciler.model.jsontext import Json, JsonObject

Test: TypeAlias = Callable[[JsonObject], bool]

_FILTER = re.compile(r"\s*([@\w.\-\[\]]+?)\s*(==|!=|<=|>=|<|>)\s*(.*?)\s*$", re.DOTALL)
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": eq,
    "!=": ne,
    "<=": le,
    ">=": ge,
    "<": lt,
    ">": gt,
}


def matching(documents: Iterable[JsonObject], filters: Sequence[str]) -> list[JsonObject]:
    """Return the documents that pass every filter (`name==X`, `flowSpec.id==X`).

    Raises the documented 1450-400 for what is no filter.
    """
    tests = [_test(part) for text in filters for part in text.split(",") if part.strip()]
    return [document for document in documents if all(test(document) for test in tests)]


def _test(text: str) -> Test:
    found = _FILTER.match(text)
    if found is None:
        raise service_error("1450-400", f"Invalid filter: {text}")
    path, operator, wanted = found[1], _OPERATORS[found[2]], found[3].strip("\"'")

    def passes(document: JsonObject) -> bool:
        value = _at(document, path.split("."))
        if isinstance(value, bool):
            return operator(str(value).lower(), wanted.lower())
        if isinstance(value, int | float):
            try:
                return operator(value, float(wanted))
            except ValueError:
                return operator is ne
        if isinstance(value, list):
            return operator is eq and wanted in value
        return operator(str(value), wanted) if value is not None else operator is ne

    return passes


def _at(value: Json, path: Sequence[str]) -> Json:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def ordered(documents: list[JsonObject], orderby: str) -> list[JsonObject]:
    """Sort by a top-level field; `-` before it sorts down.

    Raises the documented 1433-400 for a field that no document has.
    """
    field = orderby.removeprefix("-").removeprefix("+")
    if not field or (documents and not any(field in document for document in documents)):
        raise service_error("1433-400", f"Invalid sort field: {orderby}")
    return sorted(
        documents,
        key=lambda document: _sortable(document.get(field)),
        reverse=orderby.startswith("-"),
    )


def _sortable(value: Json) -> tuple[int, float, str]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return 0, float(value), ""
    return 1, 0.0, str(value)


def page(
    documents: list[JsonObject], limit: str | None, token: str | None, most: int | None
) -> tuple[list[JsonObject], str | None]:
    """Return one page and the token of the next, None on the last.

    `most` is the service's own limit. Raises 1452-400 for parameters that make
    no sense.
    """
    try:
        size = int(limit) if limit else most or len(documents) or 1
        start = int(token or "0", 36)
    except ValueError:
        raise service_error("1452-400", "Invalid limit or continuationToken") from None
    if size < 1 or start < 0:
        raise service_error("1452-400", "Invalid limit or continuationToken")
    size = min(size, most) if most else size
    end = start + size
    return documents[start:end], _base36(end) if end < len(documents) else None


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"
