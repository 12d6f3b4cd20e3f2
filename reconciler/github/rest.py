"""A REST API: requests, pages, retries and errors, for GitHub and GitLab."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import ClassVar, Self

import httpx
import stamina
import stamina.instrumentation

from reconciler import __version__
from reconciler.live.certificates import client_options
from reconciler.live.connection_errors import failure_reason
from reconciler.live.redaction import Secrets
from reconciler.model.errors import GitHubError
from reconciler.model.json_access import expect_list, expect_object
from reconciler.model.json_text import Json, JsonObject, parse_json
from reconciler.model.loopback import is_loopback

stamina.instrumentation.set_on_retry_hooks(())  # it would log each retry

ITEMS_PER_PAGE = 100
LONGEST_WAIT = 90.0
"""Seconds that a rate limit may ask for; GitHub's secondary one asks for 60."""
_ATTEMPTS = 4
_BUSY = frozenset({500, 502, 503, 504})
_LIMITED = "The token's rate limit is used up. Run this again later."
_MOVED = "The repository was renamed or moved, and the token is not sent to another address."


class _BusyError(Exception):
    """A response that may be different next time. Never leaves this module."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        super().__init__(response.status_code)


class RestApi:
    """An API below one URL, to be entered with `with`. Raises `GitHubError` for every failure."""

    advice: ClassVar[Mapping[int, str]] = {}
    """What to do about a status, by its number."""

    def __init__(
        self, url: str, token: str, headers: Mapping[str, str], *, retry_wait: float = 1.0
    ) -> None:
        """Take the URL that paths are below, and the headers that carry the token.

        `retry_wait` is in seconds: the delay before the first retry; the others grow.
        """
        address = httpx.URL(url)
        if address.scheme != "https" and not is_loopback(address.host):
            raise GitHubError(f"{url} would carry the token unencrypted. Use https.")
        self._secrets = Secrets([token])
        self._retry_wait = retry_wait
        self._client = httpx.Client(
            base_url=url,
            headers={"User-Agent": f"reconciler/{__version__}", **headers},
            timeout=30.0,
            **client_options(address, os.environ, self._secrets),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def every(self, path: str, **query: str) -> Iterator[JsonObject]:
        """Yield every item of a list, page by page."""
        page = 1
        while True:
            params = {**query, "per_page": str(ITEMS_PER_PAGE), "page": str(page)}
            items = expect_list(self._json("GET", path, params=params))
            yield from map(expect_object, items)
            if len(items) < ITEMS_PER_PAGE:
                return
            page += 1

    def get(self, path: str) -> JsonObject:
        """GET one object."""
        return expect_object(self._json("GET", path))

    def create(self, path: str, body: JsonObject) -> JsonObject:
        """POST. It is sent again only after a rate limit, which did nothing the first time."""
        return expect_object(self._json("POST", path, body=body))

    def change(self, path: str, body: JsonObject, method: str = "PATCH") -> JsonObject:
        """PATCH (or PUT) an existing object."""
        return expect_object(self._json(method, path, body=body))

    def delete(self, path: str) -> None:
        """DELETE. An object that another run has deleted already is no error."""
        self._json("DELETE", path, accepted=404)

    def _json(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
        accepted: int | None = None,
    ) -> Json:
        request = self._client.build_request(method, path, params=params, json=body)
        response = self._send(request)
        if response.status_code == accepted:
            return None
        if not response.is_success:
            raise self._error(request, response, self._message(response))
        try:
            return parse_json(response.content) if response.content else None
        except (ValueError, RecursionError):
            raise self._error(request, response, "the response is not JSON") from None

    def _send(self, request: httpx.Request) -> httpx.Response:
        def delay(error: Exception) -> bool | float:
            if isinstance(error, _BusyError) and _is_limited(error.response):
                return _delay(error.response)
            is_transient = isinstance(error, _BusyError | httpx.TransportError)
            return is_transient and request.method != "POST"

        try:
            for attempt in stamina.retry_context(
                on=delay,
                attempts=_ATTEMPTS,
                timeout=None,
                wait_initial=self._retry_wait,
                wait_jitter=self._retry_wait,
            ):
                with attempt:
                    response = self._client.send(request)
                    if response.status_code in _BUSY or _is_limited(response):
                        raise _BusyError(response)
                    return response
        except _BusyError as busy:
            return busy.response
        except httpx.HTTPError as error:
            reason = failure_reason(error, self._secrets)
            place = f"{request.method} {request.url.path}"
            raise GitHubError(f"{place}: {request.url.host} {reason}.") from error
        raise AssertionError  # pragma: no cover - the loop ends in a return or raises

    def _error(self, request: httpx.Request, response: httpx.Response, what: str) -> GitHubError:
        trace = self._secrets.excerpt(response.headers.get("x-github-request-id", ""), 80)
        traced = f" (request {trace})" if trace else ""
        advice = self.advice.get(response.status_code, "")
        if response.is_redirect:
            advice = _MOVED
        elif response.headers.get("x-ratelimit-remaining") == "0":
            advice = _LIMITED
        place = f"{request.method} {request.url.path}: {response.status_code}"
        return GitHubError(f"{place}: {what}{traced}. {advice}".strip())

    def _message(self, response: httpx.Response) -> str:
        try:
            message = expect_object(parse_json(response.content)).get("message")
        except (ValueError, TypeError, RecursionError):
            message = None
        if isinstance(message, str) and message:
            return self._secrets.excerpt(message).rstrip(".")
        return self._secrets.excerpt(response.content) or response.reason_phrase


def _is_limited(response: httpx.Response) -> bool:
    """Return True if a rate limit rejected a request before anything was done.

    GitHub's secondary limit is a 403 with `Retry-After`, or with a message that names it:
    https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
    """
    return response.status_code == 429 or (
        response.status_code == 403
        and ("retry-after" in response.headers or b"secondary rate limit" in response.content)
    )


def _delay(response: httpx.Response) -> bool | float:
    """Return the seconds that a rate limit asks for; True for the usual growing delay."""
    try:
        return min(max(float(response.headers["retry-after"]), 0.0), LONGEST_WAIT)
    except (KeyError, ValueError):
        return True
