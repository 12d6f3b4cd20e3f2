"""The Authorization header with a token from IMS.

OAuth server-to-server through IMS v3: a form POST with the grant
`client_credentials`; the response's `expires_in` is in seconds, and there is no
refresh token: a new one is requested in the same way. Nothing of a response's body
is ever shown but an error's code: it may hold a token.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Callable

import httpx

from reconciler.live.credentials import ClientCredentials
from reconciler.live.errors import json_object
from reconciler.live.read_only import TOKEN_PATH
from reconciler.live.redaction import Secrets
from reconciler.live.response import CLIENT_ERROR, OK, Response, read_body
from reconciler.live.retries import BUSY, BusyError, TokenRenewedError, is_write
from reconciler.model.errors import CredentialsError, ServiceError
from reconciler.model.json_text import Json, JsonObject
from reconciler.model.text import is_printable_ascii

_EARLY = 300.0
"""A token is renewed this many seconds before it expires, or at nine tenths of its life."""

_LONGEST_LIFE = 86400.0 * 365
"""No token is used for longer than a year, in seconds, whatever IMS says."""

_AFTER_401 = "renewed after a 401"
"""The extension of a write for which a token was renewed already."""

_CODE = re.compile(r"[a-z_]{1,40}")
"""An error code as OAuth has them; all else in the response of a token endpoint may be a token."""
_ADVICE = {
    "invalid_client": "Check the client id and secret in Adobe's developer console.",
    "invalid_scope": "Check the scopes: copy them from the project in the developer console.",
    "unauthorized_client": "Add the OAuth server-to-server credential to the project.",
    "unsupported_grant_type": "Check the target's imsUrl in reconciler.yaml.",
}


class ServerToServer(httpx.Auth):
    """Fetches a token from IMS, shares it between requests, and renews it.

    The token is kept in memory only. It is renewed before it expires, and once
    for a request that is answered with 401. Requests that need one at the same
    time share one call to IMS. A write for which the token was renewed is not
    sent: it ends in `TokenRenewedError`, so that what it rests on is read again.
    `clock` returns seconds that only grow.
    """

    def __init__(
        self,
        credentials: ClientCredentials,
        token_url: httpx.URL,
        secrets: Secrets,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._credentials = credentials
        self._url = token_url
        self._secrets = secrets
        self._clock = clock
        self._lock = asyncio.Lock()
        self._token = ""
        self._renew_at = 0.0

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send the request with a token, and once more with a new one after a 401."""
        if self._is_stale():
            async with self._lock:
                if self._is_stale():
                    await self._keep((yield self._token_request(request)))
            _end_first_write(request, "renewed before it was sent")
        used = self._token
        request.headers["Authorization"] = f"Bearer {used}"
        response = yield request
        if response.status_code != 401 or request.extensions.get(_AFTER_401):
            return
        async with self._lock:
            if self._token == used:
                await self._keep((yield self._token_request(request)))
        _end_first_write(request, _AFTER_401)
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request

    def _is_stale(self) -> bool:
        return not self._token or self._clock() >= self._renew_at

    def _token_request(self, request: httpx.Request) -> httpx.Request:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret,
            "scope": self._credentials.scopes,
        }
        headers = {"Accept": "application/json", "User-Agent": request.headers["User-Agent"]}
        time_limits = {"timeout": request.extensions["timeout"]}
        return httpx.Request("POST", self._url, data=form, headers=headers, extensions=time_limits)

    async def _keep(self, received: httpx.Response) -> None:
        body = await read_body(received)
        response = Response.of(received, TOKEN_PATH, body, self._secrets, is_private=True)
        if response.status in BUSY:
            raise BusyError(response, from_ims=True)
        found = self._object(response)
        given = found.get("access_token")
        token = given if isinstance(given, str) else ""
        self._secrets.add(token)
        if response.status not in OK or not token or not is_printable_ascii(token):
            raise self._refused(response, found)
        self._token = token
        self._renew_at = self._clock() + _useful_life(found.get("expires_in"))

    def _object(self, response: Response) -> JsonObject:
        try:
            return json_object(response)
        except ServiceError as error:
            raise CredentialsError(
                f"POST {self._url}: {response.status}: {error.message}."
                " This is not a response of IMS: check the target's imsUrl, and proxies in between."
            ) from None

    def _refused(self, response: Response, body: JsonObject) -> CredentialsError:
        reason = "no access token in the response"
        code = str(body.get("error") or "")
        if response.status in CLIENT_ERROR and _CODE.fullmatch(code):
            reason = code
        advice = _ADVICE.get(code, "Check the credentials in Adobe's developer console.")
        return CredentialsError(
            f"POST {self._url}: {response.status}: IMS gives no token ({reason}). {advice}"
        )


def _end_first_write(request: httpx.Request, reason: str) -> None:
    """Raise `TokenRenewedError` for a write, once for each reason.

    A token that expires at once must not make this go on for ever.
    """
    if is_write(request.method) and not request.extensions.get(reason):
        request.extensions[reason] = True
        raise TokenRenewedError(reason)


def _useful_life(expires_in: Json) -> float:
    """Return for how many seconds to use a token; until a 401 where IMS does not say."""
    if isinstance(expires_in, bool) or not isinstance(expires_in, int | float) or expires_in <= 0:
        return float("inf")
    life = float(min(expires_in, _LONGEST_LIFE))
    return max(life - _EARLY, life * 0.9)
