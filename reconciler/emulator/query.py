"""Filters, order and pages of a list, from the query parameters of the API."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from operator import eq, ge, gt, le, lt, ne
from typing import Any, TypeVar

from msgspec import Struct, convert
from msgspec.structs import asdict, replace

from reconciler.emulator.answers import service_error
from reconciler.emulator.store import Stored
from reconciler.model.json_text import Json, JsonObject, object_or_none, wire_json

Item = TypeVar("Item")

_FILTER = re.compile(r"\s*([@\w.\-\[\]]+?)\s*(==|!=|<=|>=|<|>)\s*(.*?)\s*$", re.DOTALL)
_WORD = re.compile(r"[A-Za-z][\w-]*|[0-9a-f]+(-[0-9a-f]+){4}", re.ASCII)
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": eq,
    "!=": ne,
    "<=": le,
    ">=": ge,
    "<": lt,
    ">": gt,
}


class Filter(Struct, frozen=True):
    """A condition on documents: `name==X`, `flowSpec.id==X`."""

    path: str
    """Keys with dots between them."""
    operator: Callable[[Any, Any], bool]
    wanted: str

    @property
    def word(self) -> str:
        """An id or name that the text of a document must hold to pass; empty for none.

        So that of a thousand flows the one of a flow spec is parsed. A number or a
        boolean can be written in several ways, and an etag is not in the text.
        """
        if self.path == "etag" or self.operator is not eq:
            return ""
        is_word = _WORD.fullmatch(self.wanted) and self.wanted.lower() not in ("true", "false")
        return self.wanted if is_word else ""

    def passes(self, document: JsonObject) -> bool:
        """Return True if a document meets the condition: with one of its values, for `!=` all."""
        values = list(_at(document, self.path.split("."))) or [None]
        held = (_holds(value, self.operator, self.wanted) for value in values)
        return (all if self.operator is ne else any)(held)


class Wanted(Struct, frozen=True):
    """The parameters of a request for a list."""

    filters: Sequence[str] = ()
    """Conditions such as `name==X`; all must hold."""
    orderby: str | None = None
    """The field to sort by, `-` before it for descending."""
    limit: str | None = None
    """The most items of a page, as sent."""
    count: bool = False
    """True if the response includes the number of items on all pages."""
    fields: Sequence[str] = ()
    """The fields of each item to return; none are all."""
    start: int = 0
    """The first item of this page, from 0."""


def token_for(wanted: Wanted, start: int) -> str:
    """Return the token of the page that begins at an item.

    It holds the whole request: in the documented links it is the only parameter.
    """
    content = wire_json(asdict(replace(wanted, start=start)))
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")


def continued(token: str) -> Wanted:
    """Return the request that a token encodes. Raises 1452-400 for any other string."""
    with suppress(ValueError):
        padding = "=" * (-len(token) % 4)
        content = base64.b64decode(token + padding, altchars=b"-_")
        wanted = convert(object_or_none(content), Wanted)
        if token == token_for(wanted, wanted.start):
            return wanted
    raise service_error("1452-400", "Invalid continuationToken")


def listed(
    held: Sequence[Stored],
    wanted: Wanted,
    most: int | None,
    shown: Callable[[Stored], JsonObject] | None,
) -> tuple[list[str], int, str | None]:
    """Return a page's documents as JSON text, how many there are in all, and the next page's token.

    `most` is the service's own limit of a page. `shown` returns a document as
    it is shown; None: as it is stored, so that a plain list parses none. Raises
    the documented errors for invalid parameters.
    """
    if not (wanted.filters or wanted.orderby or wanted.fields or shown):
        entries, following = page(held, wanted, most)
        return [entry.text for entry in entries], len(held), following
    filters = filters_of(wanted.filters)
    words = [each.word for each in filters]
    held = [stored for stored in held if all(word in stored.text for word in words)]
    documents = [shown(stored) if shown else stored.document for stored in held]
    found = [document for document in documents if all(each.passes(document) for each in filters)]
    if wanted.orderby:
        found = ordered(found, wanted.orderby)
    items, following = page(found, wanted, most)
    if wanted.fields:
        items = [{key: item[key] for key in wanted.fields if key in item} for item in items]
    return [wire_json(item).decode("ascii") for item in items], len(found), following


def filters_of(texts: Iterable[str]) -> list[Filter]:
    """Return the filters of a request. Raises the documented 1450-400 for what is none."""
    filters = []
    for text in (part for each in texts for part in each.split(",") if part.strip()):
        found = _FILTER.fullmatch(text)
        if found is None:
            raise service_error("1450-400", f"Invalid filter: {text}")
        filters.append(Filter(found[1], _OPERATORS[found[2]], found[3].strip("\"'")))
    return filters


def _holds(value: Json, operator: Callable[[Any, Any], bool], wanted: str) -> bool:
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


def _at(value: Json, path: Sequence[str]) -> Iterator[Json]:
    """Yield the values at a path; a step such as `sourceConnections[]` enters each element."""
    if not path:
        yield value
    elif isinstance(value, dict):
        found = value.get(path[0].removesuffix("[]"))
        for one in found if path[0].endswith("[]") and isinstance(found, list) else [found]:
            yield from _at(one, path[1:])


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
    documents: Sequence[Item], wanted: Wanted, most: int | None
) -> tuple[Sequence[Item], str | None]:
    """Return one page and the token of the next, None on the last.

    `most` is the service's own limit. Raises 1452-400 for an invalid limit.
    """
    try:
        size = int(wanted.limit) if wanted.limit else most or len(documents) or 1
    except ValueError:
        size = 0
    if size < 1:
        raise service_error("1452-400", "Invalid limit")
    end = wanted.start + (min(size, most) if most else size)
    return documents[wanted.start : end], token_for(wanted, end) if end < len(documents) else None
