"""Filters, order and pages of a list, as the API's query parameters say them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import Any, TypeAlias, TypeVar

from reconciler.emulator.answers import service_error
from reconciler.emulator.store import Stored
from reconciler.model.json_text import Json, JsonObject, wire_json

Item = TypeVar("Item")
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


@dataclass(frozen=True)
class Wanted:
    """What of a list is wanted, as a request's parameters say it; `fields` of each, or all."""

    filters: Sequence[str] = ()
    orderby: str | None = None
    limit: str | None = None
    count: bool = False
    fields: Sequence[str] = ()


def listed(
    held: Sequence[Stored],
    wanted: Wanted,
    token: str | None,
    most: int | None,
    shown: Callable[[Stored], JsonObject] | None,
) -> tuple[list[str], int, str | None]:
    """Return a page's documents as text, how many there are in all, and the next page's token.

    `token` is this page's, None for the first; `most` the service's own limit.
    `shown` is how a document is shown; None: as it is kept, so that a plain list
    looks into none. Raises the documented errors for parameters that make no sense.
    """
    if not (wanted.filters or wanted.orderby or wanted.fields or shown):
        entries, following = page(held, wanted.limit, token, most)
        return [entry.text for entry in entries], len(held), following
    documents = [shown(stored) if shown else stored.document for stored in held]
    found = matching(documents, wanted.filters)
    if wanted.orderby:
        found = ordered(found, wanted.orderby)
    items, following = page(found, wanted.limit, token, most)
    if wanted.fields:
        items = [{key: item[key] for key in wanted.fields if key in item} for item in items]
    return [wire_json(item).decode("ascii") for item in items], len(found), following


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
    documents: Sequence[Item], limit: str | None, token: str | None, most: int | None
) -> tuple[Sequence[Item], str | None]:
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
