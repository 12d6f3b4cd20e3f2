"""The responses of the emulator: JSON with a request id, and the documented errors."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from starlette.responses import Response

from reconciler.model.json_text import Json, JsonObject, wire_json


class RequestRejectedError(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, body: JsonObject) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


def answer(body: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON answer with an id of its own."""
    return _json_answer(wire_json(body), status, headers)


def _json_answer(body: bytes, status: int, headers: Mapping[str, str] | None) -> Response:
    headers = {"x-request-id": str(uuid.uuid4()), **(headers or {})}
    return Response(body, status, headers, "application/json")


def items_answer(
    items: Iterable[str], more: JsonObject | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the items envelope around documents that are JSON text; `more` holds more members."""
    rest = wire_json(more or {}).decode("ascii")[1:]
    return _json_answer(
        f'{{"items":[{",".join(items)}]{"," if more else ""}{rest}'.encode("ascii"), 200, headers
    )


def gateway_error(status: int, code: str, message: str) -> RequestRejectedError:
    """Return an error as Adobe's gateway words it, before the service is asked."""
    return RequestRejectedError(status, {"error_code": code, "message": message})


def service_error(code: str, message: str) -> RequestRejectedError:
    """Return an error of the Flow Service. Its code ends with the HTTP status: `1101-404`."""
    status = int(code.rsplit("-", 1)[1])
    return RequestRejectedError(
        status, {"errors": [{"code": code, "statusCode": status, "message": message}]}
    )


def platform_error(status: int, title: str, detail: str) -> RequestRejectedError:
    """Return an error in the platform's common form, where no code is documented."""
    return RequestRejectedError(
        status, {"type": "about:blank", "status": status, "title": title, "detail": detail}
    )
