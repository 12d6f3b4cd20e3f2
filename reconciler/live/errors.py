"""From an answer that is an error, or no answer at all to the question, to the error raised.

Adobe's bodies come in four forms; a proxy's come in any. Every text that the
service wrote is redacted, shortened and made escape_control on its way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from reconciler.live.error_advice import SANDBOX_CODES, advice_for
from reconciler.live.response import OK, REDIRECT, Answer
from reconciler.model.errors import OutcomeUnknownError, PreconditionFailedError, ServiceError
from reconciler.model.json_text import Json, JsonObject, parse_json

Parse: TypeAlias = Callable[[bytes], Json]
"""Reads JSON; raises as `parse_json` does."""

_WRONG_PLACE = "Check the target's url in reconciler.yaml, and proxies in between."


def refusal(answer: Answer) -> ServiceError:
    """Return the error that an answer other than 2xx means."""
    code, message = _explained(answer)
    advice = advice_for(answer.status, code)
    if answer.status in REDIRECT:
        location = answer.secrets.excerpt(answer.headers.get("location", "").split("?")[0])
        message = f"the service redirects to {location or 'nowhere'}, which is not followed"
        advice = f"Credentials go to the target's own url only. {_WRONG_PLACE}"
    kind = PreconditionFailedError if answer.status == 412 else ServiceError
    return kind(
        f"{message}{answer.remark}",
        method=answer.method,
        path=answer.path,
        status=answer.status,
        code=code,
        request_id=answer.request_id,
        advice=advice,
    )


def nonsense(answer: Answer, what: str) -> ServiceError:
    """Return the error for a 2xx answer that is not what was asked for; `what` is wrong with it."""
    said = answer.secrets.excerpt(answer.body)
    return ServiceError(
        f"{what}{f': {said}' if said else ''}",
        method=answer.method,
        path=answer.path,
        status=answer.status,
        request_id=answer.request_id,
        advice=_WRONG_PLACE,
    )


def unknown_outcome(answer: Answer, reason: ServiceError) -> OutcomeUnknownError:
    """Return the error for a write whose answer proves neither that it was done nor that not."""
    return OutcomeUnknownError(
        reason.message,
        method=answer.method,
        path=answer.path,
        status=answer.status,
        code=reason.code,
        request_id=answer.request_id,
        pause=answer.announced_pause(),
    )


def is_missing(answer: Answer) -> bool:
    """Say whether a 404 means that there is no spec of this id.

    A 404 of the gateway, of a proxy, or about the sandbox means that the
    request never reached the collection; taking that for "no such spec" would
    plan to create every spec anew.
    """
    if answer.status != 404 or answer.flaw:
        return False
    if not answer.body.strip():
        return True
    try:
        body = parse_json(answer.body)
    except (ValueError, RecursionError):
        return False
    code, _ = _explained(answer)
    return isinstance(body, dict) and "error_code" not in body and code not in SANDBOX_CODES


def json_object(answer: Answer, parse: Parse = parse_json) -> JsonObject:
    """Return the object that a 2xx answer holds. Raises `ServiceError` where it holds none."""
    if answer.flaw:
        raise nonsense(answer, answer.flaw)
    if not answer.body.strip():
        raise nonsense(answer, "the answer is empty")
    try:
        body = parse(answer.body)
    except RecursionError:
        raise nonsense(answer, "the answer nests too deeply") from None
    except UnicodeDecodeError:
        raise nonsense(answer, "the answer is not UTF-8") from None
    except ValueError as error:
        looks = "HTML" if answer.body.lstrip()[:1] == b"<" else f"not JSON ({error})"
        raise nonsense(answer, f"the answer is {looks}") from None
    if not isinstance(body, dict):
        raise nonsense(answer, "the answer is JSON, but no object")
    return body


def _explained(answer: Answer) -> tuple[str, str]:
    """Return the code and the message of an error's body, whichever form it has."""
    try:
        body = parse_json(answer.body)
    except (ValueError, RecursionError):
        body = None
    found = _code_and_message(body) if isinstance(body, dict) else ("", "")
    code, message = (answer.secrets.excerpt(part, 300) for part in found)
    said = message or answer.secrets.excerpt(answer.body) or answer.flaw
    return code, (said or "no explanation").rstrip(".")


def _code_and_message(body: JsonObject) -> tuple[str, str]:
    errors = body.get("errors")
    if isinstance(errors, list):
        each = [_code_and_message(error) for error in errors if isinstance(error, dict)]
        codes = [code for code, _ in each if code]
        return (codes or [""])[0], "; ".join(message for _, message in each if message)
    code = _first_text(body, "error_code", "code", "errorCode")
    message = _first_text(body, "message", "detail", "error_description", "error", "title")
    return code, message


def _first_text(body: JsonObject, *names: str) -> str:
    for name in names:
        value: Json = body.get(name)
        if isinstance(value, str | int) and value != "" and not isinstance(value, bool):
            return str(value)
    return ""


def ensure_ok(answer: Answer) -> Answer:
    """Return the answer where it is 2xx. Raises `ServiceError` where not."""
    if answer.status not in OK:
        raise refusal(answer)
    return answer
