"""Access tokens: a substitute for IMS's OAuth server-to-server, and the check of requests."""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import Response

from reconciler.emulator.answers import RequestRejectedError, answer, gateway_error
from reconciler.model.json_text import JsonObject

EXPIRES_IN = 86399
"""Seconds that a token is valid, as documented."""


class Tokens:
    """The tokens that were issued. Unless `strict`, any token that is not empty is accepted."""

    def __init__(self, *, strict: bool = False) -> None:
        self._strict = strict
        self._issued: set[str] = set()

    def issue(self) -> str:
        """Return a new token."""
        token = secrets.token_urlsafe(32)
        self._issued.add(token)
        return token

    def revoke_all(self) -> None:
        """Revoke every issued token."""
        self._issued.clear()

    def check(self, authorization: str) -> None:
        """Raise the error of the gateway for a header without a valid token."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise gateway_error(403, "403010", "Oauth token is missing.")
        if self._strict and token.strip() not in self._issued:
            raise gateway_error(401, "401013", "Oauth token is not valid.")


async def token_answer(tokens: Tokens, request: Request) -> Response:
    """Answer `POST /ims/token/v3`: form-encoded client credentials for a bearer token."""
    from urllib.parse import parse_qs

    body = (await request.body()).decode(errors="replace")
    form = {key: values[-1] for key, values in parse_qs(body).items()}
    if form.get("grant_type") != "client_credentials":
        raise _refused("unsupported_grant_type", "The grant type is not supported.")
    for name in ("client_id", "client_secret", "scope"):
        if not form.get(name):
            error = "invalid_scope" if name == "scope" else "invalid_client"
            raise _refused(error, f"invalid {name} parameter")
    return answer(
        {"access_token": tokens.issue(), "token_type": "bearer", "expires_in": EXPIRES_IN}
    )


def _refused(error: str, description: str) -> RequestRejectedError:
    body: JsonObject = {"error": error, "error_description": description}
    return RequestRejectedError(400, body)
