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

_CODES = {
    _SIGN_IN: "403010 401013 2114-400 2115-400",
    _AGAIN: "1102-500 1400-500 1103-503 1104-504",
    _PERMISSION: "1100-400 2118-403 2120-403 2121-403",
    _ORGANISATION: "400003 2001-401 2002-401",
    f"{_ORGANISATION} The credentials belong to another organisation.": "403025",
    f"{_ORGANISATION} These credentials have no access to it.": "2000-401",
    _SANDBOX: "2100-404 2101-404 2105-400",
    _QUERY: "1432-400 1433-400 1450-400 1451-400 1452-400 1453-400 1454-400",
    _ETAG: "1404-412",
    "Set ADOBE_API_KEY to the client id of the project in Adobe's developer console.": "403000",
    "Check ADOBE_API_KEY: it is the client id of the project in the developer console.": "403003",
    "Check the id: the target has no such spec.": "1101-404",
    "The service requires an etag that it did not give: report it with the request id.": "1403-400",
    "The body was lost on the way: is a proxy in between?": "1405-400",
    "Check the ids of connection specs in the document.": "1413-400",
    "This token may not create or update the connection spec: use the credentials"
    " of the organisation that owns it.": "1426-400",
}
"""What to do, and Adobe's documented gateway and Flow Service codes by which it is said."""

_BY_CODE = {code: advice for advice, codes in _CODES.items() for code in codes.split()}

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
