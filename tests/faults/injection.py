"""Faults on demand: an ASGI wrapper that spoils chosen requests of the emulator.

Deterministic: a fault counts the requests that match it and strikes the nth of
them. What each one does is in `effects`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import partial

from starlette.types import ASGIApp, Receive, Scope, Send

from reconciler.model.json_text import Json
from reconciler.model.pointers import Pointer


class FaultKind(StrEnum):
    """What goes wrong.

    REFUSE, RESET, TIMEOUT: no answer at all. STATUS, HTML, REDIRECT,
    TRUNCATED: another answer. SLOW_BODY: the answer, in drops. NORMALISE,
    DROP_FIELD, LIE: a write that is answered well and stored otherwise, or not
    at all. THIRD_PARTY: another client writes beside the request.
    """

    REFUSE = "refuse"
    RESET = "reset"
    TIMEOUT = "timeout"
    STATUS = "status"
    HTML = "html"
    REDIRECT = "redirect"
    TRUNCATED = "truncated-json"
    SLOW_BODY = "slow-body"
    NORMALISE = "normalise"
    DROP_FIELD = "drop-field"
    LIE = "lie"
    THIRD_PARTY = "third-party"


class Edit(StrEnum):
    """What a third party does: adds to or removes from a list, or sets a value."""

    ADD = "add"
    REMOVE = "remove"
    SET = "set"


@dataclass(frozen=True)
class Fault:
    """One fault, and the requests that it strikes.

    `method` and `path` are patterns (`*` matches anything); of the requests
    that match, the `nth` (from 1) and those after it are struck, `times` in
    all (None: every one). `after`: only when the service has done its work.

    `status`, `retry_after` (a header's text), `body`: of a STATUS. `location`:
    of a REDIRECT. `pause`: seconds between the drops of a SLOW_BODY.
    `pointer`, `value`: what a NORMALISE stores, where; what a DROP_FIELD
    drops; what a THIRD_PARTY's `edit` is about, in `document` (a path such as
    `/flowSpecs/ID`; the request's own where it is empty).
    """

    kind: FaultKind
    method: str = "*"
    path: str = "*"
    nth: int = 1
    times: int | None = 1
    after: bool = False
    status: int = 503
    retry_after: str = ""
    body: Json = None
    location: str = ""
    pause: float = 0.0
    pointer: Pointer = ()
    value: Json = None
    edit: Edit = Edit.SET
    document: str = ""

    def strikes(self, number: int) -> bool:
        """Return True if the matching request of that number (from 1) is struck."""
        return self.nth <= number and (self.times is None or number < self.nth + self.times)

    def matches(self, method: str, path: str) -> bool:
        """Return True if a request counts."""
        return fnmatchcase(method, self.method) and fnmatchcase(path, self.path)


def with_faults(app: ASGIApp, faults: Sequence[Fault]) -> ASGIApp:
    """Return the application with these faults; of several at one request the first is outermost.

    Raises `ConnectionCutError` out of the application where there is to be no
    answer: `CuttingTransport` and `CuttingProtocol` know what to do then.
    """
    from faults.effects import act

    counts = [0] * len(faults)

    async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
        struck = []
        for index, fault in enumerate(faults):
            if scope["type"] == "http" and fault.matches(scope["method"], scope["path"]):
                counts[index] += 1
                if fault.strikes(counts[index]):
                    struck.append(fault)
        spoilt = app
        for fault in reversed(struck):
            spoilt = partial(act, fault, spoilt)
        await spoilt(scope, receive, send)

    return faulty
