"""The Flow Service's own operations on specs and flows, over one connection."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeAlias
from urllib.parse import quote

import httpx

from reconciler.live.errors import (
    Parse,
    ensure_ok,
    is_missing,
    json_object,
    nonsense,
    refusal,
    unknown_outcome,
)
from reconciler.live.events import OnEvent
from reconciler.live.exchange import Exchange
from reconciler.live.pages import MAX_PAGES, PageLinkError, page_link, resolve
from reconciler.live.payloads import (
    document_of,
    etag_of,
    items_of,
    runs_on,
    usable_etag,
    written_document,
    written_id,
)
from reconciler.live.redaction import Secrets
from reconciler.live.response import CLIENT_ERROR, Answer
from reconciler.live.retries import Recheck, send_with_retries
from reconciler.live.settings import DEFAULT_SETTINGS, ConnectionSettings
from reconciler.model.errors import ConnectionFailedError, OutcomeUnknownError, ServiceError
from reconciler.model.json_text import JsonObject, parse_json, wire_json
from reconciler.model.kinds import Kind
from reconciler.model.specs import LiveSpec

Documents: TypeAlias = list[JsonObject]

FLOWS = "/flows"
SOURCE_CONNECTIONS = "/sourceConnections"
_NAMING = ("id", "name", "providerId")
_UNDONE_REDIRECTS = frozenset({301, 307, 308})
"""Redirects of a write that say: nothing was done here, send it there."""


@dataclass(frozen=True)
class WriteAnswer:
    """What the service answered to a write that it took.

    `document` is None where the answer holds none; `id` is the written spec's,
    from the document or `Location`, empty where neither names it.
    """

    document: JsonObject | None
    status: int
    request_id: str
    id: str = ""


class FlowService:
    """One connection to a target; `async with` closes it. Made by `live.connect`.

    Every method raises of `LiveError`: `ServiceError` for an answer that is an
    error or nonsense, `ConnectionFailedError` where there was none,
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
    ) -> None:
        self.settings = settings
        self._client = client
        self._exchange = Exchange(client, settings, secrets or Secrets(), on_event)

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def read(self, kind: Kind, spec_id: str) -> LiveSpec | None:
        """Return the spec of that id, or None where the service has none."""
        found = await self._read(kind.path, spec_id)
        if found is None:
            return None
        answer, document = found
        return LiveSpec(kind, spec_id, document, etag_of(answer, document))

    async def source_connection(self, connection_id: str) -> JsonObject | None:
        """Return the source connection of that id, or None where the service has none."""
        found = await self._read(SOURCE_CONNECTIONS, connection_id)
        return None if found is None else found[1]

    async def _read(self, collection: str, wanted: str) -> tuple[Answer, JsonObject] | None:
        if wanted.strip(".") == "":
            return None  # no path can name it: "", "." and ".." are other places
        path = f"{collection}/{_escaped(wanted)}"
        answer = await self._call(self._client.build_request("GET", path), path)
        if is_missing(answer):
            return None
        document = document_of(ensure_ok(answer), wanted)
        return None if document is None else (answer, document)

    async def names(self, kind: Kind) -> list[LiveSpec]:
        """Return every spec of the kind with no more than its id, its name and its provider.

        What else an entry of the list holds does not matter, not even a number
        that cannot be carried.
        """
        return [
            LiveSpec(kind, spec_id, {key: item[key] for key in _NAMING if key in item})
            async for spec_id, item in self._entries(kind, (), json.loads)
        ]

    async def list(self, kind: Kind, *, properties: Sequence[str] = ()) -> list[LiveSpec]:
        """Return every spec of the kind that passes the filters (`name==X`), in the order given.

        An entry of a list need not be the whole document; see `live.fetch`.
        """
        return [
            LiveSpec(kind, spec_id, item, usable_etag(item.get("etag")))
            async for spec_id, item in self._entries(kind, properties, parse_json)
        ]

    async def _entries(
        self, kind: Kind, properties: Sequence[str], parse: Parse
    ) -> AsyncIterator[tuple[str, JsonObject]]:
        async for answer, items in self._pages(kind.path, properties, parse):
            for item in items:
                spec_id = item.get("id")
                if not isinstance(spec_id, str):
                    raise nonsense(answer, "an entry of the list has no id")
                yield spec_id, item

    async def flows(self, flow_spec_id: str) -> Documents:
        """Return every dataflow that runs on this flow spec.

        A flow that names another flow spec is left out, should the service not filter.
        """
        filters = [f"flowSpec.id=={flow_spec_id}"]
        return [
            flow
            async for _, flows in self._pages(FLOWS, filters)
            for flow in flows
            if runs_on(flow, flow_spec_id)
        ]

    async def create(
        self, kind: Kind, body: JsonObject, *, recheck: Recheck | None = None
    ) -> WriteAnswer:
        """POST a new spec. `recheck` is awaited before the request is repeated.

        Raises `OutcomeUnknownError` where only reading can tell what was done.
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
    ) -> WriteAnswer:
        """PUT the whole document in the place of the one that has this id.

        `etag` goes into `If-Match` as it came. The request is repeated only
        where nothing was done (429, no connection), and after a pause; `recheck`
        is awaited before that.

        Raises `PreconditionFailedError` where the etag is no longer the spec's,
        and `OutcomeUnknownError` where only reading can tell what was done.
        """
        return await self._write("PUT", f"{kind.path}/{_escaped(spec_id)}", body, etag, recheck)

    async def _write(
        self, method: str, path: str, body: JsonObject, etag: str | None, recheck: Recheck | None
    ) -> WriteAnswer:
        headers = {"Content-Type": "application/json"}
        if etag is not None:
            headers["If-Match"] = etag
        request = self._client.build_request(method, path, content=wire_json(body), headers=headers)
        try:
            answer = await self._call(request, path, recheck)
        except ConnectionFailedError as error:
            if not error.sent:
                raise
            raise OutcomeUnknownError(error.message, method=method, path=path) from None
        if answer.status in CLIENT_ERROR or answer.status in _UNDONE_REDIRECTS:
            raise refusal(answer)
        try:
            document = written_document(ensure_ok(answer))
        except ServiceError as error:
            raise unknown_outcome(answer, error) from None
        spec_id = written_id(answer, document)
        return WriteAnswer(document, answer.status, answer.request_id, spec_id)

    async def _pages(
        self, path: str, properties: Sequence[str], parse: Parse = parse_json
    ) -> AsyncIterator[tuple[Answer, Documents]]:
        query = "&".join(f"property={_escaped(text)}" for text in properties)
        request = self._client.build_request("GET", f"{path}?{query}" if query else path)
        base = self._client.base_url
        seen: set[str] = set()
        while True:
            seen.add(str(request.url))
            answer = ensure_ok(await self._call(request, path))
            body = json_object(answer, parse)
            yield answer, items_of(answer, body)
            try:
                href = page_link(body)
                if href is None:
                    return
                following = resolve(href, request.url, base)
            except PageLinkError as error:
                raise nonsense(answer, str(error)) from None
            if str(following) in seen or len(seen) >= MAX_PAGES:
                raise nonsense(answer, "the pages of the list never end")
            request = self._client.build_request("GET", following)

    async def _call(
        self, request: httpx.Request, path: str, recheck: Recheck | None = None
    ) -> Answer:
        return await send_with_retries(self._exchange, self.settings, request, path, recheck)


def _escaped(text: str) -> str:
    """Return text for one segment of a path or one value of a query; a lone surrogate stays one."""
    return quote(text, safe="", errors="surrogatepass")
