"""Exceptions for responses that are errors, or have an unexpected body.

Adobe's bodies come in four forms; a proxy's come in any. Every string that the
service wrote is redacted, shortened and made printable on its way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from reconciler.live.error_advice import SANDBOX_CODES, advice_for
from reconciler.live.response import OK, REDIRECT, Answer
from reconciler.model.errors import PreconditionFailedError, ServiceError
from reconciler.model.json_text import Json, JsonObject, parse_json

Parse: TypeAlias = Callable[[bytes], Json]
"""Reads JSON; raises as `parse_json` does."""

_WRONG_PLACE = "Check the target's url in reconciler.yaml, and proxies in between."
_NOT_FOUND_CODE = re.compile(r"\d{4}-404")
"""The Flow Service's codes for a 404; the gateway's have six digits and no status."""


def answer_error(answer: Answer, flaw: str = "") -> ServiceError:
    """Return the exception for an answer.

    Without `flaw` the answer's status is an error, and its body says which. With
    `flaw` the status is 2xx, and `flaw` says why the body is not what was asked for.
    """
    code, message = _explained(answer)
    advice = advice_for(answer.status, code)
    if flaw:
        excerpt = answer.excerpt(answer.body)
        code, advice, message = "", _WRONG_PLACE, f"{flaw}: {excerpt}" if excerpt else flaw
    elif answer.status in REDIRECT:
        location = answer.excerpt(answer.headers.get("location", "").split("?")[0])
        message = f"the service redirects to {location or 'nowhere'}, which is not followed"
        advice = f"Credentials are sent to the target's own url only. {_WRONG_PLACE}"
    kind = PreconditionFailedError if answer.status == 412 else ServiceError
    return kind(
        f"{message}{answer.remark}",
        method=answer.method,
        path=answer.path,
        status=answer.status,
        code=code,
        request_id=answer.request_id,
        advice=advice,
        pause=answer.announced_pause(),
        may_follow=answer.status == 504,
    )


def is_missing(answer: Answer) -> bool:
    """Return True if the answer is the service's own 404: no spec has this id.

    A 404 of the gateway, of a proxy, or about the sandbox means that the
    request never reached the collection; taking that for "no such spec" would
    plan to create every spec again. The service's own has one of its codes, or
    the platform's form (`status` and `title`, or `detail`).
    """
    if answer.status != 404 or answer.flaw:
        return False
    body = _json_of(answer)
    if not isinstance(body, dict) or "error_code" in body:
        return False
    code, _ = _code_and_message(body)
    if code:
        return bool(_NOT_FOUND_CODE.fullmatch(code)) and code not in SANDBOX_CODES
    return "detail" in body or (body.get("status") == 404 and "title" in body)


def json_object(answer: Answer, parse: Parse = parse_json) -> JsonObject:
    """Return the object that a 2xx answer holds. Raises `ServiceError` where it holds none."""
    if answer.flaw:
        raise answer_error(answer, answer.flaw)
    if not answer.body.strip():
        raise answer_error(answer, "the answer is empty")
    try:
        body = parse(answer.body)
    except RecursionError:
        raise answer_error(answer, "the answer nests too deeply") from None
    except UnicodeDecodeError:
        raise answer_error(answer, "the answer is not UTF-8") from None
    except ValueError as error:
        why = "" if answer.is_private else f" ({error})"
        looks = "HTML" if answer.body.lstrip()[:1] == b"<" else f"not JSON{why}"
        raise answer_error(answer, f"the answer is {looks}") from None
    if not isinstance(body, dict):
        raise answer_error(answer, "the answer is JSON, but not an object")
    return body


def ensure_ok(answer: Answer) -> Answer:
    """Return the answer if its status is 2xx. Raises `ServiceError` otherwise."""
    if answer.status not in OK:
        raise answer_error(answer)
    return answer


def _explained(answer: Answer) -> tuple[str, str]:
    """Return the code and the message of an error's body, whichever form it has."""
    body = _json_of(answer)
    found = _code_and_message(body) if isinstance(body, dict) else ("", "")
    code, message = (answer.excerpt(part, 300) for part in found)
    said = message or answer.excerpt(answer.body) or answer.flaw
    return code, (said or "no explanation").rstrip(".")


def _json_of(answer: Answer) -> Json:
    """Return the JSON of a body, or None where it is none."""
    try:
        return parse_json(answer.body)
    except (ValueError, RecursionError):
        return None


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
