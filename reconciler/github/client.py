"""One repository on GitHub: requests, pages, retries, errors."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Self

import httpx
import stamina
import stamina.instrumentation

from reconciler import __version__
from reconciler.live.redaction import Secrets
from reconciler.model.errors import GitHubError
from reconciler.model.json_access import expect_list, expect_object
from reconciler.model.json_text import Json, JsonObject, parse_json
from reconciler.model.loopback import is_loopback

stamina.instrumentation.set_on_retry_hooks(())  # it would log each retry

API_URL = "https://api.github.com"
API_VERSION = "2022-11-28"
MOST_PER_PAGE = 100
_ATTEMPTS = 4
_BUSY = frozenset({429, 500, 502, 503, 504})
_ADVICE = {
    401: "The token is not taken. In a workflow: env: {GITHUB_TOKEN: ${{ github.token }}}.",
    403: "The token may not do this. In a workflow the job's `permissions` allow it: "
    "`pull-requests: write` for a comment, `issues: write` for an issue.",
    404: "Check the repository and the number; a token that may not see them gets this too.",
}


class _BusyError(Exception):
    """An answer that may be different next time. Never leaves this module."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        super().__init__(response.status_code)


class GitHub:
    """A repository, to be entered with `with`. Raises `GitHubError` for whatever goes wrong."""

    def __init__(
        self, repository: str, token: str, *, url: str = API_URL, retry_wait: float = 1.0
    ) -> None:
        """Take the repository's `owner/name` and the API's address.

        `retry_wait` is in seconds: the pause before the first repetition; the others grow.
        """
        address = httpx.URL(url)
        if address.scheme != "https" and not is_loopback(address.host):
            raise GitHubError(f"{url} would carry the token unencrypted. Use https.")
        self._secrets = Secrets([token])
        self._retry_wait = retry_wait
        self._client = httpx.Client(
            base_url=f"{url.rstrip('/')}/repos/{repository}",
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {token}",
                "User-Agent": f"reconciler/{__version__}",
                "X-GitHub-Api-Version": API_VERSION,
            },
            timeout=30.0,
        )

    def __enter__(self) -> Self:
        self._client.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.__exit__(kind, error, trace)

    def every(self, path: str, **query: str) -> Iterator[JsonObject]:
        """Yield every item of a list, page by page."""
        page = 1
        while True:
            wanted = {**query, "per_page": str(MOST_PER_PAGE), "page": str(page)}
            request = self._client.build_request("GET", path, params=wanted)
            items = expect_list(self._answer(request))
            yield from map(expect_object, items)
            if len(items) < MOST_PER_PAGE:
                return
            page += 1

    def create(self, path: str, body: JsonObject) -> JsonObject:
        """POST, once: a repetition could do it twice."""
        return expect_object(self._answer(self._client.build_request("POST", path, json=body)))

    def change(self, path: str, body: JsonObject) -> JsonObject:
        """PATCH what is there already."""
        return expect_object(self._answer(self._client.build_request("PATCH", path, json=body)))

    def delete(self, path: str) -> None:
        """DELETE what is there."""
        self._answer(self._client.build_request("DELETE", path))

    def _answer(self, request: httpx.Request) -> Json:
        response = self._sent(request)
        if response.is_success:
            try:
                return parse_json(response.content) if response.content else None
            except (ValueError, RecursionError):
                raise self._error(request, response, "an answer that is no JSON") from None
        raise self._error(request, response, self._said(response))

    def _sent(self, request: httpx.Request) -> httpx.Response:
        try:
            for attempt in stamina.retry_context(
                on=_BusyError if request.method == "POST" else (_BusyError, httpx.TransportError),
                attempts=1 if request.method == "POST" else _ATTEMPTS,
                timeout=None,
                wait_initial=self._retry_wait,
                wait_jitter=self._retry_wait,
            ):
                with attempt:
                    response = self._client.send(request)
                    if response.status_code in _BUSY:
                        raise _BusyError(response)
                    return response
        except _BusyError as busy:
            return busy.response
        except httpx.HTTPError as error:
            said = self._secrets.excerpt(str(error) or type(error).__name__)
            raise GitHubError(f"{request.method} {request.url.path}: {said}.") from error
        raise AssertionError  # pragma: no cover - the loop ends in a return or raises

    def _error(self, request: httpx.Request, response: httpx.Response, said: str) -> GitHubError:
        trace = self._secrets.excerpt(response.headers.get("x-github-request-id", ""), 80)
        traced = f" (request {trace})" if trace else ""
        advice = _ADVICE.get(response.status_code, "")
        place = f"{request.method} {request.url.path}: {response.status_code}"
        return GitHubError(f"{place}: {said}{traced}. {advice}".strip())

    def _said(self, response: httpx.Response) -> str:
        try:
            message = expect_object(parse_json(response.content)).get("message")
        except (ValueError, TypeError, RecursionError):
            message = None
        if isinstance(message, str) and message:
            return self._secrets.excerpt(message).rstrip(".")
        return self._secrets.excerpt(response.content) or response.reason_phrase
