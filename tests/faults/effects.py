"""What each fault does to a request and its answer."""

from __future__ import annotations

import asyncio
from copy import deepcopy

from faults.cutting import ConnectionCutError, Cut
from faults.injection import Edit, Fault, FaultKind
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reconciler.model.json_access import expect_list, expect_object
from reconciler.model.json_text import Json, JsonObject, parse_json, wire_json
from reconciler.model.pointers import Pointer

_CUTS = {
    FaultKind.REFUSE: Cut.REFUSED,
    FaultKind.RESET: Cut.RESET,
    FaultKind.TIMEOUT: Cut.SILENT,
}
_DROP = 64
"""Bytes of a chunk of a slow body."""
_HTML = b"<!doctype html><title>Sign in</title><p>Please sign in to continue.</p>"


async def act(fault: Fault, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request as the fault specifies. Raises `ConnectionCutError` for no answer."""
    content = await _content(receive)
    match fault.kind:
        case FaultKind.THIRD_PARTY if fault.after:
            reply = await _reply(app, scope, content)
            await _meddle(fault, app, scope)
        case FaultKind.THIRD_PARTY:
            await _meddle(fault, app, scope)
            reply = await _reply(app, scope, content)
        case FaultKind.NORMALISE | FaultKind.DROP_FIELD if _writes(scope):
            reply = await _reply(app, scope, wire_json(_stored_instead(fault, content)))
        case FaultKind.LIE if _writes(scope):
            status = 201 if scope["method"] == "POST" else 200
            reply = Response(content, status, media_type="application/json")
        case FaultKind.TRUNCATED:
            whole = await _reply(app, scope, content)
            half = bytes(whole.body)[: len(whole.body) // 2]
            reply = Response(half, whole.status_code, media_type="application/json")
        case FaultKind.SLOW_BODY:
            reply = await _reply(app, scope, content)
            send = _dropping(send, fault.pause)
        case FaultKind.NORMALISE | FaultKind.DROP_FIELD | FaultKind.LIE:
            reply = await _reply(app, scope, content)
        case _:
            if fault.after:
                await _reply(app, scope, content)
            reply = _other_answer(fault)
    await reply(scope, _whole(content), send)


def _other_answer(fault: Fault) -> Response:
    if fault.kind in _CUTS:
        raise ConnectionCutError(_CUTS[fault.kind])
    if fault.kind is FaultKind.HTML:
        return Response(_HTML, 200, media_type="text/html")
    if fault.kind is FaultKind.REDIRECT:
        return Response(b"", 307, {"location": fault.location})
    headers = {"retry-after": fault.retry_after} if fault.retry_after else {}
    body: Json = {"title": "a fault", "detail": "A fault that was asked for."}
    content = wire_json(body if fault.body is None else fault.body)
    return Response(content, fault.status, headers, "application/json")


def _dropping(send: Send, pause: float) -> Send:
    """Return a send function that sends a body in chunks, with pauses between them."""

    async def drop(message: Message) -> None:
        body = message.get("body", b"")
        for start in range(0, len(body), _DROP):
            part = {**message, "body": body[start : start + _DROP], "more_body": True}
            await send(part)
            await asyncio.sleep(pause)
        await send({**message, "body": b""} if body else message)

    return drop


def _stored_instead(fault: Fault, content: bytes) -> Json:
    document = parse_json(content)
    if fault.kind is FaultKind.DROP_FIELD:
        return _without(document, fault.pointer)
    return _with(document, fault.pointer, fault.value)


async def _meddle(fault: Fault, app: ASGIApp, scope: Scope) -> None:
    """Let another client read the document, change it and write it back, if there is one."""
    path = fault.document or scope["path"]
    read = await _reply(app, _request(scope, "GET", path), b"")
    if read.status_code != 200:
        return
    document = expect_object(expect_list(expect_object(parse_json(bytes(read.body)))["items"])[0])
    await _reply(
        app,
        _request(scope, "PUT", path, read.headers.get("etag")),
        wire_json(_edited(fault, document)),
    )


def _edited(fault: Fault, document: JsonObject) -> Json:
    if fault.edit is Edit.SET:
        return _with(document, fault.pointer, fault.value)
    there = _at(document, fault.pointer)
    if not isinstance(there, list):
        return document
    kept = [item for item in there if item != fault.value]
    return _with(document, fault.pointer, [*kept, fault.value] if fault.edit is Edit.ADD else kept)


def _request(scope: Scope, method: str, path: str, etag: str | None = None) -> Scope:
    """Return a request of the third party's: the same headers, its own verb, path and etag."""
    own = {b"content-length", b"if-match"}
    headers = [(name, value) for name, value in scope["headers"] if name not in own]
    if etag:
        headers.append((b"if-match", etag.encode("latin-1")))
    raw = path.encode("ascii")
    return {
        **scope,
        "method": method,
        "path": path,
        "raw_path": raw,
        "query_string": b"",
        "headers": headers,
    }


async def _reply(app: ASGIApp, scope: Scope, content: bytes) -> Response:
    """Let the application respond, and keep the response instead of sending it."""
    reply = Response()
    parts: list[bytes] = []

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            reply.status_code = message["status"]
            reply.raw_headers = list(message["headers"])
        else:
            parts.append(message.get("body", b""))

    await app(dict(scope), _whole(content), keep)
    reply.body = b"".join(parts)
    return reply


async def _content(receive: Receive) -> bytes:
    parts = []
    more = True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _whole(content: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": content, "more_body": False}

    return receive


def _writes(scope: Scope) -> bool:
    return scope["method"] in ("PUT", "POST")


def _at(value: Json, pointer: Pointer) -> Json:
    """Return the value at a pointer, null where there is none."""
    for token in pointer:
        if isinstance(value, dict):
            value = value.get(token)
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            return None
    return value


def _with(document: Json, pointer: Pointer, value: Json) -> Json:
    """Return the document with a value at a pointer; unchanged if the pointer does not exist."""
    if not pointer:
        return value
    changed = deepcopy(document)
    parent, token = _at(changed, pointer[:-1]), pointer[-1]
    if isinstance(parent, dict):
        parent[token] = value
    elif isinstance(parent, list) and token.isdecimal() and int(token) < len(parent):
        parent[int(token)] = value
    return changed


def _without(document: Json, pointer: Pointer) -> Json:
    """Return the document without the field at a pointer."""
    changed = deepcopy(document)
    parent = _at(changed, pointer[:-1])
    if isinstance(parent, dict):
        parent.pop(pointer[-1], None)
    return changed
