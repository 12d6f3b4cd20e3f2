"""The shapes that answers have: the items envelope, bare documents, etags and ids."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from reconciler.live.errors import json_object, nonsense
from reconciler.live.response import Answer
from reconciler.model.json_text import Json, JsonObject


def items_of(answer: Answer, body: JsonObject) -> list[JsonObject]:
    """Return the objects in the items envelope. Raises `ServiceError` where there is none."""
    items = body.get("items")
    if not isinstance(items, list):
        raise nonsense(answer, "the answer has no list 'items'")
    objects = [item for item in items if isinstance(item, dict)]
    if len(objects) < len(items):
        raise nonsense(answer, "'items' holds something that is no object")
    return objects


def document_of(answer: Answer, spec_id: str) -> JsonObject | None:
    """Return the document of a read by id: bare or alone in `items`; None where `items` is empty.

    Raises `ServiceError` where the answer is another spec, or no spec.
    """
    body = json_object(answer)
    candidates = items_of(answer, body) if "items" in body or "id" not in body else [body]
    if not candidates:
        return None
    for candidate in candidates:
        if candidate.get("id") == spec_id:
            return candidate
    raise nonsense(answer, f"the answer is not the spec {answer.secrets.excerpt(spec_id)}")


def written_document(answer: Answer) -> JsonObject | None:
    """Return the document in the answer to a write; None where the body is empty or names none.

    Raises `ServiceError` where the body is not JSON.
    """
    if not answer.body.strip() and not answer.flaw:
        return None
    body = json_object(answer)
    if "items" not in body:
        return body
    items = items_of(answer, body)
    return items[0] if len(items) == 1 else None


def written_id(answer: Answer, document: JsonObject | None) -> str:
    """Return the id that a write's answer names: the document's, else the end of `Location`."""
    spec_id = (document or {}).get("id")
    if isinstance(spec_id, str):
        return spec_id
    path = urlsplit(answer.headers.get("location", "")).path
    return unquote(path.rstrip("/").rpartition("/")[2])


def runs_on(flow: JsonObject, flow_spec_id: str) -> bool:
    """Say whether a dataflow may run on this flow spec: it names it, or it names none."""
    flow_spec = flow.get("flowSpec")
    named = flow_spec.get("id") if isinstance(flow_spec, dict) else None
    return named is None or named == flow_spec_id


def etag_of(answer: Answer, document: JsonObject) -> str | None:
    """Return the etag to send in `If-Match`, or None where the service gave none.

    A strong `ETag` header wins. A weak one never matches in `If-Match` (RFC
    9110, section 13.1.1) and is often a web server's own addition, so the
    document's field comes before it.
    """
    header = usable_etag(answer.headers.get("etag"))
    if header is not None and not header.startswith("W/"):
        return header
    return usable_etag(document.get("etag")) or header


def usable_etag(value: Json) -> str | None:
    """Return an etag that can stand in a header, exactly as it came, or None."""
    if isinstance(value, str) and value and value.isascii() and value.isprintable():
        return value
    return None
