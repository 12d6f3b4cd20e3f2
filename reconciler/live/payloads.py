"""The shapes of responses: the items envelope, bare documents, etags and ids."""

from __future__ import annotations

import json
from urllib.parse import unquote, urlsplit

from reconciler.live.errors import Parse, json_object, response_error
from reconciler.live.response import Response
from reconciler.model.json_text import (
    Json,
    JsonObject,
    compact_json,
    exact_float,
    parse_json,
    same,
)
from reconciler.model.text import is_printable_ascii


class DocumentParser:
    """Reads one document, and notes a key that it holds twice with different values.

    A PUT could keep only one of them, which this program does not decide.
    """

    flaw = ""
    """The problem of the document; empty if there is none."""

    def __call__(self, body: bytes) -> Json:
        """Parse as `parse_json` does, of equal keys the last."""
        return parse_json(body, self._members)

    def _members(self, pairs: list[tuple[str, Json]]) -> JsonObject:
        members = dict(pairs)
        if len(members) < len(pairs):
            for key, value in pairs:
                if not same(value, members[key]):
                    self.flaw = f"it holds the key '{key}' twice, with different values"
        return members


_NAMING = ("id", "name", "providerId")
_UNCARRIED = object()
"""Replaces a number that cannot be represented exactly."""


class ListParser:
    """Reads a list in which a spec of another team may hold a number that cannot be carried."""

    _is_exact = True

    def __call__(self, body: bytes) -> Json:
        """Parse as `parse_json` does, but for such numbers; see `carried`."""
        try:
            return parse_json(body)
        except UnicodeDecodeError:
            raise
        except ValueError:
            self._is_exact = False
            parsed: Json = json.loads(
                body, parse_float=_exact, parse_int=_exact, parse_constant=lambda _: _UNCARRIED
            )
            return parsed

    def carried(self, item: JsonObject) -> tuple[JsonObject, str]:
        """Return an entry and no flaw, or its naming fields and what is wrong with the rest."""
        if not self._is_exact:
            try:
                compact_json(item)
            except TypeError:
                named = {key: item[key] for key in _NAMING if isinstance(item.get(key), str)}
                return named, "it holds a number that cannot be carried without changing it"
        return item, ""


def _exact(text: str) -> object:
    try:
        return exact_float(text) if not text.lstrip("-").isdigit() else int(text)
    except (ValueError, ArithmeticError):
        return _UNCARRIED


def items_of(response: Response, body: JsonObject) -> list[JsonObject]:
    """Return the objects in the items envelope. Raises `ServiceError` where there is none."""
    items = body.get("items")
    if not isinstance(items, list):
        raise response_error(response, "the response has no list 'items'")
    objects = [item for item in items if isinstance(item, dict)]
    if len(objects) < len(items):
        raise response_error(response, "'items' holds something that is not an object")
    return objects


def document_of(response: Response, spec_id: str, parse: Parse = parse_json) -> JsonObject | None:
    """Return the document of a read by id: bare or alone in `items`; None where `items` is empty.

    Raises `ServiceError` where the response is another spec, or not a spec.
    """
    body = json_object(response, parse)
    candidates = items_of(response, body) if "items" in body or "id" not in body else [body]
    if not candidates:
        return None
    for candidate in candidates:
        if candidate.get("id") == spec_id:
            return candidate
    raise response_error(
        response, f"the response is not the spec {response.secrets.excerpt(spec_id)}"
    )


def written_document(response: Response) -> JsonObject | None:
    """Return the document in the response to a write; None where the body is empty or names none.

    Raises `ServiceError` where the body is not JSON.
    """
    if not response.body.strip() and not response.flaw:
        return None
    body = json_object(response)
    if "items" not in body:
        return body
    items = items_of(response, body)
    return items[0] if len(items) == 1 else None


def written_id(response: Response, document: JsonObject | None) -> str:
    """Return the id that a write's response names; empty where it names none.

    It is the document's, else the end of a `Location` below the request's path.
    """
    spec_id = (document or {}).get("id")
    if isinstance(spec_id, str):
        return spec_id
    path = urlsplit(response.headers.get("location", "")).path
    collection, _, last = path.rstrip("/").rpartition("/")
    return unquote(last) if collection.endswith(response.path) else ""


def etag_of(response: Response, document: JsonObject) -> str | None:
    """Return the etag to send in `If-Match`, or None where the service gave none that matches.

    The `ETag` header comes before the document's field.
    """
    return usable_etag(response.headers.get("etag")) or usable_etag(document.get("etag"))


def usable_etag(value: Json) -> str | None:
    """Return a strong etag that a header can hold, exactly as it came, or None.

    A weak one never matches in `If-Match` (RFC 9110, section 13.1.1), and is
    often a web server's own addition.
    """
    if isinstance(value, str) and value and is_printable_ascii(value):
        return None if value.startswith("W/") else value
    return None
