"""What to do about an error: by the service's code, else by the HTTP status."""

from __future__ import annotations

_PERMISSION = "Ask an administrator of the organisation for the permission that it names."
_SIGN_IN = (
    "The token is not accepted: get a new one, and check that it belongs to the target's"
    " organisation and API key."
)
_AGAIN = "Run again in a few minutes. If it persists, give Adobe's support the request id."
_ORGANISATION = "Check the target's imsOrg in reconciler.yaml."
_SANDBOX = "Check the target's sandbox in reconciler.yaml: the name is all lower case."
_QUERY = "The service rejects this program's filter: report it with the request id."
_ETAG = "The spec was changed meanwhile. Run plan again."

_BY_CODE = {
    "403010": _SIGN_IN,
    "401013": _SIGN_IN,
    "403000": "Set ADOBE_API_KEY to the client id of the project in Adobe's developer console.",
    "403003": "Check ADOBE_API_KEY: it is the client id of the project in the developer console.",
    "400003": _ORGANISATION,
    "403025": f"{_ORGANISATION} The credentials belong to another organisation.",
    "1100-400": _PERMISSION,
    "1101-404": "Check the id: the target has no such spec.",
    "1102-500": _AGAIN,
    "1400-500": _AGAIN,
    "1103-503": _AGAIN,
    "1104-504": _AGAIN,
    "1403-400": "The service requires an etag that it did not give: report it with the request id.",
    "1404-412": _ETAG,
    "1405-400": "The body was lost on the way: is a proxy in between?",
    "1413-400": "Check the ids of connection specs in the document.",
    "1426-400": (
        "This token may not create or update the connection spec: use the credentials"
        " of the organisation that owns it."
    ),
    "1432-400": _QUERY,
    "1433-400": _QUERY,
    "1450-400": _QUERY,
    "1451-400": _QUERY,
    "1452-400": _QUERY,
    "1453-400": _QUERY,
    "1454-400": _QUERY,
    "2000-401": f"{_ORGANISATION} These credentials have no access to it.",
    "2001-401": _ORGANISATION,
    "2002-401": _ORGANISATION,
    "2100-404": _SANDBOX,
    "2101-404": _SANDBOX,
    "2105-400": _SANDBOX,
    "2114-400": _SIGN_IN,
    "2115-400": _SIGN_IN,
    "2118-403": _PERMISSION,
    "2120-403": _PERMISSION,
    "2121-403": _PERMISSION,
}
"""Adobe's documented gateway and Flow Service codes."""

_BY_STATUS = {
    400: "The service rejects what was sent: fix what it names.",
    401: _SIGN_IN,
    403: _PERMISSION,
    404: "Check the target's url in reconciler.yaml, and the id.",
    405: "The service does not allow this here: check the target's url in reconciler.yaml.",
    407: "The proxy requires credentials: check HTTPS_PROXY.",
    409: "Another client is changing the same spec. Run plan again.",
    412: _ETAG,
    413: "The document is too large for the service.",
    429: "Too many requests: run again later, or with less parallelism.",
}

SANDBOX_CODES = frozenset({"2100-404", "2101-404"})
"""Responses with 404 that are about the sandbox and not about the spec that was asked for."""


def advice_for(status: int, code: str) -> str:
    """Return the sentence that says what to do; empty where nothing useful is known."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    if status >= 500:
        return _AGAIN
    return _BY_STATUS.get(status, "")
