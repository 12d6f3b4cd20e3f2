"""The Flow Service's own operations on specs and flows, over one connection."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from types import MappingProxyType
from typing import Self, TypeAlias
from urllib.parse import quote

import httpx
from msgspec import Struct

from reconciler.live.errors import Parse, ensure_ok, is_missing, json_object, response_error
from reconciler.live.events import OnEvent
from reconciler.live.exchange import Exchange, Proxies, Recheck
from reconciler.live.pages import MAX_EMPTY_PAGES, MAX_PAGES, next_page
from reconciler.live.payloads import (
    DocumentParser,
    ListParser,
    document_of,
    etag_of,
    items_of,
    usable_etag,
    written_document,
    written_id,
)
from reconciler.live.redaction import Secrets
from reconciler.live.response import CLIENT_ERROR, Response
from reconciler.live.retries import send_with_retries
from reconciler.live.settings import DEFAULT_SETTINGS, ConnectionSettings
from reconciler.model.errors import ConnectionFailedError, ServiceError
from reconciler.model.flows import id_of
from reconciler.model.json_text import Json, JsonObject, parse_json, wire_json
from reconciler.model.kinds import Kind
from reconciler.model.specs import LiveSpec

Documents: TypeAlias = list[JsonObject]

FLOWS = "/flows"
CONNECTIONS = "/connections"
SOURCE_CONNECTIONS = "/sourceConnections"
_REJECTED = (frozenset(CLIENT_ERROR) - {408, 409}) | {301, 307, 308}
"""Statuses by which a write was certainly not done. A 408 or 409 may be the response to
a repetition of one that was."""


class WriteResponse(Struct, frozen=True):
    """The response to a write that the service accepted."""

    document: JsonObject | None
    """The document in the response, if there is one."""
    request_id: str
    id: str = ""
    """The written spec's, from the document or `Location`; empty where neither names it."""


class FlowService:
    """One connection to a target; `async with` closes it. Made by `live.connect`.

    Every method raises `LiveError`: `ServiceError` for a response that is an error
    or not what was asked for, `ConnectionFailedError` where there was none,
    `CredentialsError` where IMS gave no token, `WriteForbiddenError` for a
    write of a command that only reads.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        settings: ConnectionSettings = DEFAULT_SETTINGS,
        secrets: Secrets | None = None,
        on_event: OnEvent | None = None,
        proxies: Proxies = MappingProxyType({}),
    ) -> None:
        self.settings = settings
        self.secrets = secrets or Secrets()
        self._client = client
        self._exchange = Exchange(client, settings, self.secrets, on_event, proxies)

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.__aexit__()

    async def read(self, kind: Kind, spec_id: str) -> LiveSpec | None:
        """Return the spec of that id, or None where the service has none."""
        parser = DocumentParser()
        found = await self._read(kind.path, spec_id, parser)
        if found is None:
            return None
        response, document = found
        flaw = self.secrets.redact(parser.flaw)
        return LiveSpec(kind, spec_id, document, etag_of(response, document), flaw)

    async def source_connection(self, connection_id: str) -> JsonObject | None:
        """Return the source connection of that id, or None where the service has none."""
        found = await self._read(SOURCE_CONNECTIONS, connection_id, parse_json)
        return None if found is None else found[1]

    async def _read(
        self, collection: str, wanted: str, parse: Parse
    ) -> tuple[Response, JsonObject] | None:
        if wanted.strip(".") == "":
            return None  # "", "." and ".." would name another path
        path = f"{collection}/{_escaped(wanted)}"
        response = await self._call(self._client.build_request("GET", path), path)
        if is_missing(response):
            return None
        document = document_of(ensure_ok(response), wanted, parse)
        return None if document is None else (response, document)

    async def list(self, kind: Kind, *, properties: Sequence[str] = ()) -> list[LiveSpec]:
        """Return every spec of the kind that passes the filters (`name==X`), in the order given.

        An entry of a list need not be the whole document; see `live.fetch`. Of
        one with a number that cannot be carried the naming fields are returned,
        with a `flaw`.
        """
        parser = ListParser()
        specs = []
        async for response, items in self._pages(kind.path, properties, parser):
            for item in items:
                spec_id = item.get("id")
                if not isinstance(spec_id, str):
                    raise response_error(response, "an entry of the list has no id")
                document, flaw = parser.carried(item)
                etag = usable_etag(item.get("etag"))
                specs.append(LiveSpec(kind, spec_id, document, etag, flaw))
        return specs

    async def flows(self, flow_spec_id: str) -> Documents:
        """Return every dataflow that runs on this flow spec.

        One that names another flow spec is left out, should the service not filter.
        """
        return await self._dependents(FLOWS, "flowSpec", flow_spec_id)

    async def connections(self, connection_spec_id: str) -> Documents:
        """Return every connection and source connection of this connection spec."""
        return [
            connection
            for collection in (CONNECTIONS, SOURCE_CONNECTIONS)
            for connection in await self._dependents(
                collection, "connectionSpec", connection_spec_id
            )
        ]

    async def _dependents(self, collection: str, field: str, spec_id: str) -> Documents:
        return [
            document
            async for _, documents in self._pages(collection, [f"{field}.id=={spec_id}"])
            for document in documents
            if id_of(document.get(field)) in ("", spec_id)
        ]

    async def create(
        self, kind: Kind, body: JsonObject, *, recheck: Recheck | None = None
    ) -> WriteResponse:
        """POST a new spec. `recheck` is awaited before it is sent, if it had to wait.

        Raises `OutcomeUnknownError` where only a read can show what was done.
        """
        return await self._write("POST", kind.path, body, None, recheck)

    async def replace(
        self,
        kind: Kind,
        spec_id: str,
        body: JsonObject,
        etag: str | None,
        *,
        recheck: Recheck | None = None,
    ) -> WriteResponse:
        """PUT the whole document in the place of the one that has this id.

        `etag` is sent in `If-Match` as it came. The request is repeated only
        where nothing was done (429, 401, no connection). `recheck` is awaited
        last before it is sent, whenever it had to wait.

        Raises `PreconditionFailedError` where the etag is no longer the spec's,
        and `OutcomeUnknownError` where only a read can show what was done.
        """
        return await self._write("PUT", f"{kind.path}/{_escaped(spec_id)}", body, etag, recheck)

    async def _write(
        self, method: str, path: str, body: JsonObject, etag: str | None, recheck: Recheck | None
    ) -> WriteResponse:
        headers = {"Content-Type": "application/json"}
        if etag is not None:
            headers["If-Match"] = etag
        request = self._client.build_request(method, path, content=wire_json(body), headers=headers)
        try:
            response = await self._call(request, path, recheck)
        except ConnectionFailedError as error:
            raise (error.unknown_outcome() if error.sent else error) from None
        if response.status in _REJECTED:
            raise response_error(response)
        try:
            document = written_document(ensure_ok(response))
        except ServiceError as error:
            raise error.unknown_outcome() from None
        return WriteResponse(document, response.request_id, written_id(response, document))

    async def _pages(
        self, path: str, properties: Sequence[str], parse: Parse = parse_json
    ) -> AsyncIterator[tuple[Response, Documents]]:
        query = "&".join(f"property={_escaped(text)}" for text in properties)
        request = self._client.build_request("GET", f"{path}?{query}" if query else path)
        links: set[str] = set()
        ids: set[Json] = set()
        empty = 0
        while True:
            links.add(str(request.url))
            response = ensure_ok(await self._call(request, path))
            body = json_object(response, parse)
            items = items_of(response, body)
            yield response, items
            found = {spec_id for item in items if isinstance(spec_id := item.get("id"), str)}
            empty = 0 if found - ids else empty + 1
            ids |= found
            following = next_page(response, body, request.url, self._client.base_url)
            if following is None:
                return
            if str(following) in links or len(links) >= MAX_PAGES or empty >= MAX_EMPTY_PAGES:
                raise response_error(response, "the pages of the list never end")
            request = self._client.build_request("GET", following)

    async def _call(
        self, request: httpx.Request, path: str, recheck: Recheck | None = None
    ) -> Response:
        return await send_with_retries(self._exchange, self.settings, request, path, recheck)


def _escaped(text: str) -> str:
    """Return text for one segment of a path or one value of a query; a lone surrogate stays one."""
    return quote(text, safe="", errors="surrogatepass")
