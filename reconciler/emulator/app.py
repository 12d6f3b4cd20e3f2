"""The Flow Service as an ASGI application: specs, flows and tokens over a store.

The handlers call SQLite directly: a call takes less than a millisecond, and
handing it to a thread would take longer than that.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import TypeAlias

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.emulator import query
from reconciler.emulator.answers import (
    RequestRejectedError,
    answer,
    gateway_error,
    items_answer,
    platform_error,
    service_error,
)
from reconciler.emulator.ims import Tokens, token_answer
from reconciler.emulator.store import Store, Stored
from reconciler.model.json_text import JsonObject, parse_json, wire_json
from reconciler.model.kinds import KINDS, SERVER_MANAGED, kind_of_collection

BASE_PATH = "/data/foundation/flowservice"
PAGED = {
    "flows": ("name", "flowSpec"),
    "connections": ("name", "connectionSpec"),
    "sourceConnections": ("name", "connectionSpec"),
    "targetConnections": ("name", "connectionSpec"),
    "runs": ("flowId",),
}
"""The collections other than specs, whose lists have pages, and the fields a POST requires."""
WRITER = "reconciler-emulator"
_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
MAX_LIMIT = 1000
"""The largest `limit` that a search accepts."""

Operation: TypeAlias = Callable[[Request, str], Awaitable[Response]]
"""Answers a request about a collection."""


def create_app(
    store: Store,
    *,
    etags: bool = False,
    page_size: int | None = None,
    tokens: Tokens | None = None,
) -> Starlette:
    """Return a Flow Service over `store`, at Adobe's base path and at the root.

    `etags`: return an ETag with every spec and require `If-Match` for a PUT, which
    is documented for flows and connections and not for specs. `page_size`: the
    most items of a page. `tokens`: the valid access tokens.
    """
    tokens = tokens or Tokens()
    service = _Service(store, etags, page_size, tokens)
    routes = [*service.routes(BASE_PATH), *service.routes("")]
    routes.append(Route("/ims/token/v3", partial(token_answer, tokens), methods=["POST"]))
    handlers = {404: _unknown, 405: _unknown, RequestRejectedError: _rejected}
    return Starlette(routes=routes, exception_handlers=handlers)


async def _rejected(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestRejectedError)  # noqa: S101 - registered for it
    return answer(error.body, error.status)


async def _unknown(_: Request, error: Exception) -> Response:
    """Reject an unknown path or verb, with an error in the form of the platform."""
    found = error if isinstance(error, HTTPException) else HTTPException(500)
    refused = platform_error(found.status_code, found.detail, "No such path, or not this verb.")
    return answer(refused.body, refused.status, found.headers)


class _Service:
    def __init__(self, store: Store, etags: bool, page_size: int | None, tokens: Tokens) -> None:
        self._store = store
        self._etags = etags
        self._page_size = page_size
        self._tokens = tokens

    def routes(self, prefix: str) -> Iterator[Route]:
        """Yield every operation, behind the gateway's checks of a request's headers."""
        specs = [kind.collection for kind in KINDS]
        operations: list[tuple[str, str, Operation]] = [
            ("GET", "", self.listing),
            ("POST", "", self.create),
            ("POST", "/search", self.search),
            ("GET", "/{id}", self.read),
            ("PUT", "/{id}", self.replace),
        ]
        for collection in (*specs, *PAGED):
            for verb, path, operation in operations:
                if verb != "PUT" or collection in specs:
                    handler = partial(self._handle, operation, collection)
                    yield Route(f"{prefix}/{collection}{path}", handler, methods=[verb])

    async def _handle(self, operation: Operation, collection: str, request: Request) -> Response:
        self._check(request)
        return await operation(request, collection)

    def _check(self, request: Request) -> None:
        headers = request.headers
        self._tokens.check(headers.get("authorization", ""))
        if not headers.get("x-api-key"):
            raise gateway_error(403, "403000", "Api Key is required")
        if not headers.get("x-gw-ims-org-id"):
            raise gateway_error(400, "400003", "x-gw-ims-org-id header is missing")
        if not headers.get("x-sandbox-name"):
            raise service_error("2105-400", "The sandbox header is missing.")

    async def listing(self, request: Request, collection: str) -> Response:
        params = request.query_params
        wanted = query.Wanted(
            filters=params.getlist("property"),
            orderby=params.get("orderby"),
            limit=params.get("limit"),
            count=params.get("count", "").lower() == "true",
        )
        return self._listed(request, collection, wanted)

    async def search(self, request: Request, collection: str) -> Response:
        asked = await _body(request)
        limit = asked.get("limit")
        if isinstance(limit, int) and not 1 <= limit <= MAX_LIMIT:
            raise service_error("1452-400", f"The limit must be from 1 to {MAX_LIMIT}.")
        text, orderby = asked.get("queryString"), asked.get("orderby")
        projection = asked.get("projectionFields")
        wanted = query.Wanted(
            filters=[part for part in str(text or "").split("&") if part],
            orderby=str(orderby) if orderby else None,
            limit=str(limit) if limit else None,
            count=asked.get("count") is True,
            fields=[name.strip() for name in str(projection or "").split(",") if name.strip()],
        )
        return self._listed(request, collection, wanted)

    def _listed(self, request: Request, collection: str, wanted: query.Wanted) -> Response:
        """Answer a page. Lists of specs have `_links` only where another page follows."""
        token = request.query_params.get("continuationToken")
        wanted = query.continued(token) if token else wanted
        shown = self._shown if self._etags else None
        held = self._store.all(collection)
        texts, total, following = query.listed(held, wanted, self._page_size, shown)
        body: JsonObject = {}
        if following is not None:
            href = f"/{collection}?continuationToken={following}"
            body["_links"] = {"next": {"href": href}}
        elif collection in PAGED:
            body["_links"] = {}
        if wanted.count:
            body["count"] = total
        return items_answer(texts, body)

    async def read(self, request: Request, collection: str) -> Response:
        stored = self._stored(collection, request.path_params["id"])
        headers = {"ETag": _etag(stored)} if self._etags else None
        text = wire_json(self._shown(stored)).decode("ascii") if self._etags else stored.text
        return items_answer([text], headers=headers)

    async def create(self, request: Request, collection: str) -> Response:
        """Create a document; an id that exists already is rejected (not documented)."""
        sent = _spelled(collection, await _body(request))
        _require_fields(collection, sent)
        document_id = sent.get("id") or str(uuid.uuid4())
        if not isinstance(document_id, str) or not _ID.fullmatch(document_id):
            raise service_error("1413-400", "Invalid spec id.")
        with self._store.transaction():
            if self._store.get(collection, document_id) is not None:
                raise platform_error(409, "Conflict", f"{document_id} exists already.")
            stamp = self._stamp(request)
            document = {
                **sent,
                "id": document_id,
                **{field.replace("updated", "created"): value for field, value in stamp.items()},
                **stamp,
            }
            stored = self._store.put(collection, document_id, document)
        headers = {"Location": f"{BASE_PATH}/{collection}/{document_id}"}
        return self._written(stored, 201, headers)

    async def replace(self, request: Request, collection: str) -> Response:
        document_id = request.path_params["id"]
        sent = await _body(request)
        _require_fields(collection, sent)
        if sent.get("id", document_id) != document_id:
            raise service_error("1413-400", "The body's id is not the one of the path.")
        with self._store.transaction():
            stored = self._stored(collection, document_id)
            if self._etags:
                self._match(request, stored)
            kept = {
                field: value for field, value in stored.document.items() if field in SERVER_MANAGED
            }
            sent = _spelled(collection, sent, stored.document)
            document = {**kept, **sent, "id": document_id, **self._stamp(request)}
            stored = self._store.put(collection, document_id, document)
        return self._written(stored, 200, {})

    def _match(self, request: Request, stored: Stored) -> None:
        wanted = request.headers.get("if-match")
        if not wanted:
            raise service_error("1403-400", "The If-Match header is missing.")
        if wanted != _etag(stored):
            raise service_error("1404-412", "The version does not match.")

    def _written(self, stored: Stored, status: int, headers: dict[str, str]) -> Response:
        if self._etags:
            headers["ETag"] = _etag(stored)
        return answer(self._shown(stored), status, headers)

    def _stored(self, collection: str, document_id: str) -> Stored:
        if not _ID.fullmatch(document_id):
            raise service_error("1413-400", "Invalid spec id.")
        stored = self._store.get(collection, document_id)
        if stored is None:
            raise service_error("1101-404", f"No resource found with id {document_id}.")
        return stored

    def _shown(self, stored: Stored) -> JsonObject:
        if not self._etags:
            return stored.document
        return {**stored.document, "etag": _etag(stored)}

    @staticmethod
    def _stamp(request: Request) -> JsonObject:
        """Return the fields that the service sets with every write."""
        return {
            "updatedAt": time.time_ns() // 1_000_000,
            "updatedBy": f"{WRITER}@AdobeID",
            "updatedClient": request.headers.get("x-api-key"),
            "sandboxId": str(uuid.uuid5(uuid.NAMESPACE_DNS, request.headers["x-sandbox-name"])),
            "sandboxName": request.headers["x-sandbox-name"],
            "imsOrgId": request.headers["x-gw-ims-org-id"],
        }


def _etag(stored: Stored) -> str:
    return f'"{uuid.uuid5(uuid.NAMESPACE_OID, stored.id).hex[:8]}-{stored.revision:04x}"'


async def _body(request: Request) -> JsonObject:
    content = await request.body()
    if not content.strip():
        raise service_error("1405-400", "The request body is empty.")
    try:
        body = parse_json(content)
    except (ValueError, RecursionError):
        raise platform_error(400, "Bad Request", "The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise platform_error(400, "Bad Request", "The body is not a JSON object.")
    return body


def _spelled(collection: str, body: JsonObject, held: JsonObject | None = None) -> JsonObject:
    """Return a body as it is stored: each field under the name `held` has for it, else its own."""
    kind = kind_of_collection(collection)
    spellings = kind.spellings if kind else {}
    names = {spellings.get(field, field): field for field in held or {}}
    canonical = ((spellings.get(field, field), body[field]) for field in body)
    return {
        names.get(field, field): value for field, value in canonical if field not in SERVER_MANAGED
    }


_SPEC_NEEDS = ("name", "providerId")


def _require_fields(collection: str, body: JsonObject) -> None:
    missing = [field for field in PAGED.get(collection, _SPEC_NEEDS) if not body.get(field)]
    if missing:
        raise platform_error(400, "Bad Request", f"Missing required fields: {', '.join(missing)}.")
