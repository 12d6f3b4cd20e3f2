"""The write of one spec: re-read, compare, write, re-read, verify.

A `Creation` or an `Update` adds what is sent. Neither trusts a read that is
older than its write. A write whose outcome is not known is settled by reading,
and repeated only where reading shows that nothing happened.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

from msgspec import Struct, field
from msgspec.structs import replace

from reconciler.applying.find_live import find_live
from reconciler.applying.staleness import Freshness, Staleness, check_staleness
from reconciler.applying.verify import Evidence, is_behind, verdict
from reconciler.live.service import FlowService, WriteResponse
from reconciler.model.errors import LiveError, OutcomeUnknownError
from reconciler.model.json_text import JsonObject
from reconciler.model.specs import LiveSpec
from reconciler.model.text import plural
from reconciler.planning.pending import identified
from reconciler.planning.plan import Action, Change, PlannedSpec
from reconciler.planning.results import Outcome, Result

UNWRITTEN = "Nothing was written."
UNKNOWN = "Whether it was written is not known: run plan again to see."
UNVERIFIED = "It was written, and what the target kept is not known: run plan again to see."


class MovedOnError(Exception):
    """The target changed while a write waited for its turn. Never leaves this package."""

    def __init__(self, live: LiveSpec | None) -> None:
        super().__init__("the target changed while the write waited")
        self.live = live


class WriteHooks(Struct, frozen=True, kw_only=True):
    """The hooks of a write. An exception of a hook ends the write."""

    on_write: Callable[[PlannedSpec, JsonObject | None], None]
    """Before a spec's first write is sent, with the document that it replaces."""
    on_created: Callable[[PlannedSpec], None] = lambda _: None
    """After the service has assigned an id, and before the next request."""


class SpecWrite(Struct):
    """The write of one planned spec, and what is learned on the way."""

    service: FlowService
    spec: PlannedSpec
    """The spec to write; it gets the id that the service assigns."""
    hooks: WriteHooks
    taken: Collection[str] = ()
    """The ids of other specs of this run; see `find_live`."""
    request_ids: list[str] = field(default_factory=list)
    """The service's ids of the requests that wrote, or may have written."""
    account: str = UNWRITTEN
    """A sentence on what was written so far, in case an error ends the write."""

    async def run(self) -> Outcome:
        """Write the spec and return its outcome.

        Raises `LiveError` where the target cannot be read or rejects the write.
        """
        current = await self.read()
        found = self.compare(current)
        if found.freshness is not Freshness.CURRENT:
            return self.unwritten(found, current)
        self.hooks.on_write(self.spec, None if current is None else current.document)
        return await self.send(current)

    async def send(self, current: LiveSpec | None) -> Outcome:
        """Write the spec over the live document that was read last."""
        raise NotImplementedError

    @property
    def body(self) -> JsonObject:
        """The document to send."""
        assert self.spec.body is not None  # noqa: S101 - a spec to write has one
        return self.spec.body

    async def read(self) -> LiveSpec | None:
        """Read the live document. Raises `LiveError` where it could not be written back."""
        live = await find_live(self.service, self.spec, self.taken)
        if live is not None and live.flaw:
            raise LiveError(f"{live.flaw}: it cannot be written back without a loss.")
        return live

    def compare(self, live: LiveSpec | None) -> Staleness:
        """Compare live with the plan, and rebase the plan where that is possible."""
        found = check_staleness(self.spec, live)
        if found.freshness is Freshness.CURRENT and self.spec.action is Action.UPDATE:
            self.spec = found.spec
        return found

    async def recheck(self, seen: LiveSpec | None) -> None:
        """Look again after a wait, right before the write is sent. Raises `MovedOnError`."""
        now = await self.read()
        if (now and now.fingerprint) != (seen and seen.fingerprint):
            raise MovedOnError(now)

    async def pause(self, attempt: int) -> None:
        """Wait before another look, longer after each attempt."""
        settings = self.service.settings
        await asyncio.sleep(settings.jittered(settings.pause(attempt)))

    async def verify(self, before: LiveSpec | None, response: WriteResponse) -> Outcome:
        """Read what an acknowledged write stored, again while a replica may be behind."""
        self.note(response.request_id)
        self.account = UNVERIFIED
        attempts = self.service.settings.attempts
        for attempt in range(1, attempts):
            now = await self.read_written(response)
            if not is_behind(self._evidence(before, response.document, now)):
                return self.verified(before, response.document, now)
            await self.pause(attempt)
        return self.verified(before, response.document, await self.read_written(response))

    async def read_written(self, response: WriteResponse) -> LiveSpec | None:
        """Read what was written. A creation may have another id, which its response says."""
        is_created = self.spec.action is Action.CREATE
        if is_created and response.id and response.id != self.spec.id:
            return await self.service.read(self.spec.kind, response.id)
        now = await self.read()
        self.identify(now.id if now else "")
        return now

    def identify(self, spec_id: str) -> None:
        """Give the spec the id that it has on the target, if it has none yet."""
        if spec_id and not self.spec.has_id:
            self.spec = identified(self.spec, spec_id)

    def unsettled(self, error: OutcomeUnknownError) -> None:
        """Note that a write may have taken effect."""
        self.account = UNKNOWN
        self.note(error.request_id)

    def note(self, request_id: str) -> None:
        """Note the request id of a write."""
        if request_id:
            self.request_ids.append(request_id)

    def unwritten(self, found: Staleness, now: LiveSpec | None) -> Outcome:
        """Return the outcome of a spec that is stale, or as asked for already."""
        if found.freshness is Freshness.ALREADY_APPLIED:
            self.identify(now.id if now else "")
            return self.outcome(Result.IN_ORDER, now=now)
        return self.outcome(Result.STALE, found.message, now=now)

    def failed(self, reason: str) -> Outcome:
        """Return the outcome of a write that an error ended."""
        return self.outcome(Result.FAILED, f"{reason} {self.account}")

    def gave_up(self, trouble: str) -> Outcome:
        """Return the outcome of a write that was sent several times."""
        times = plural(self.service.settings.attempts, "time")
        return self.outcome(
            Result.FAILED,
            f"it was sent {times} and did not take effect; the target is unchanged. {trouble}",
        )

    def verified(
        self, before: LiveSpec | None, response: JsonObject | None, now: LiveSpec | None
    ) -> Outcome:
        """Return the outcome that a read after the write proves."""
        proved = verdict(self._evidence(before, response, now))
        return self.outcome(proved.result, proved.message, proved.unconverged, now)

    def _evidence(
        self, before: LiveSpec | None, response: JsonObject | None, now: LiveSpec | None
    ) -> Evidence:
        return Evidence(
            self.spec.kind,
            None if before is None else before.document,
            self.body,
            response,
            None if now is None else now.document,
            self.spec.shared if before is not None and before.etag is not None else (),
            self.spec.file,
        )

    def outcome(
        self,
        result: Result,
        message: str = "",
        unconverged: tuple[Change, ...] = (),
        now: LiveSpec | None = None,
    ) -> Outcome:
        """Return an outcome of this spec."""
        return replace(
            Outcome.of(self.spec, result, message),
            unconverged=unconverged,
            after=None if now is None else now.fingerprint,
            request_ids=tuple(self.request_ids),
        )
