"""Exceptions for responses that are errors, or have an unexpected body.

Adobe's bodies come in four forms; a proxy's come in any. Every string that the
service wrote is redacted, shortened and made printable on its way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from reconciler.live.error_advice import SANDBOX_CODES, advice_for
from reconciler.live.response import OK, REDIRECT, Response
from reconciler.model.errors import PreconditionFailedError, ServiceError
from reconciler.model.json_text import Json, JsonObject, object_or_none, parse_json

Parse: TypeAlias = Callable[[bytes], Json]
"""Reads JSON; raises as `parse_json` does."""

_WRONG_PLACE = "Check the target's url in reconciler.yaml, and proxies in between."
_NOT_FOUND_CODE = re.compile(r"\d{4}-404")
"""The Flow Service's codes for a 404; the gateway's have six digits and no status."""


def response_error(response: Response, flaw: str = "") -> ServiceError:
    """Return the exception for a response.

    Without `flaw` the response's status is an error, and its body says which. With
    `flaw` the status is 2xx, and `flaw` says why the body is not what was asked for.
    """
    code, message = _explained(response)
    advice = advice_for(response.status, code)
    if flaw:
        excerpt = response.excerpt(response.body)
        code, advice, message = "", _WRONG_PLACE, f"{flaw}: {excerpt}" if excerpt else flaw
    elif response.status in REDIRECT:
        location = response.excerpt(response.headers.get("location", "").split("?")[0])
        message = f"the service redirects to {location or 'nowhere'}, which is not followed"
        advice = f"Credentials are sent to the target's own url only. {_WRONG_PLACE}"
    kind = PreconditionFailedError if response.status == 412 else ServiceError
    return kind(
        f"{response.secrets.redact(message)}{response.remark}",
        method=response.method,
        path=response.path,
        status=response.status,
        code=code,
        request_id=response.request_id,
        advice=advice,
        pause=response.announced_pause(),
        may_follow=response.status == 504,
    )


def is_missing(response: Response) -> bool:
    """Return True if the response is the service's own 404: no spec has this id.

    A 404 of the gateway, of a proxy, or about the sandbox means that the
    request never reached the collection; taking that for "no such spec" would
    plan to create every spec again. The service's own has one of its codes, or
    the platform's form (`status` and `title`, or `detail`).
    """
    if response.status != 404 or response.flaw:
        return False
    body = object_or_none(response.body)
    if body is None or "error_code" in body:
        return False
    code, _ = _code_and_message(body)
    if code:
        return bool(_NOT_FOUND_CODE.fullmatch(code)) and code not in SANDBOX_CODES
    return "detail" in body or (body.get("status") == 404 and "title" in body)


def json_object(response: Response, parse: Parse = parse_json) -> JsonObject:
    """Return the object that a 2xx response holds. Raises `ServiceError` where it holds none."""
    if response.flaw:
        raise response_error(response, response.flaw)
    if not response.body.strip():
        raise response_error(response, "the response is empty")
    try:
        body = parse(response.body)
    except RecursionError:
        raise response_error(response, "the response nests too deeply") from None
    except UnicodeDecodeError:
        raise response_error(response, "the response is not UTF-8") from None
    except ValueError as error:
        why = "" if response.is_private else f" ({error})"
        looks = "HTML" if response.body.lstrip()[:1] == b"<" else f"not JSON{why}"
        raise response_error(response, f"the response is {looks}") from None
    if not isinstance(body, dict):
        raise response_error(response, "the response is JSON, but not an object")
    return body


def ensure_ok(response: Response) -> Response:
    """Return the response if its status is 2xx. Raises `ServiceError` otherwise."""
    if response.status not in OK:
        raise response_error(response)
    return response


def _explained(response: Response) -> tuple[str, str]:
    """Return the code and the message of an error's body, whichever form it has."""
    found = _code_and_message(object_or_none(response.body) or {})
    code, message = (response.excerpt(part, 300) for part in found)
    said = message or response.excerpt(response.body) or response.flaw
    return code, (said or "no explanation").rstrip(".")


def _code_and_message(body: JsonObject) -> tuple[str, str]:
    errors = body.get("errors")
    if isinstance(errors, list):
        each = [_code_and_message(error) for error in errors if isinstance(error, dict)]
        codes = [code for code, _ in each if code]
        return (codes or [""])[0], "; ".join(message for _, message in each if message)
    code = _first_string(body, "error_code", "code", "errorCode")
    message = _first_string(body, "message", "detail", "error_description", "error", "title")
    return code, message


def _first_string(body: JsonObject, *names: str) -> str:
    for name in names:
        value: Json = body.get(name)
        if isinstance(value, str | int) and value != "" and not isinstance(value, bool):
            return str(value)
    return ""
