"""One spec's write: re-read, compare, PUT or POST, re-read, verify.

Never trusts a read that is older than its write. A write whose outcome is not
known is settled by reading, and repeated only where reading shows that nothing
happened. Between the re-read and the PUT there is nothing else.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field

from reconciler.applying.find_live import find_live
from reconciler.applying.staleness import Freshness, check_staleness
from reconciler.applying.verify import Evidence, verdict
from reconciler.live.find_by_name import named
from reconciler.live.service import FlowService, WriteAnswer
from reconciler.model.errors import OutcomeUnknownError, PreconditionFailedError
from reconciler.model.fingerprints import fingerprint
from reconciler.model.json_text import JsonObject
from reconciler.model.specs import LiveSpec
from reconciler.planning.body import put_body
from reconciler.planning.pending import identified
from reconciler.planning.plan import Action, Change, PlannedSpec
from reconciler.planning.rebase import rebased_changes
from reconciler.planning.results import Outcome, Result

UNWRITTEN = "Nothing was written."
UNKNOWN = "Whether it was written is not known: plan again to see."
UNVERIFIED = "It was written, and what the target kept of it is not known: plan again to see."

OnWrite = Callable[[PlannedSpec, JsonObject | None], None]
"""Called with the document as it is before a spec's first write, and before that write is sent."""


class MovedOnError(Exception):
    """The target changed while a write waited for its turn. Never leaves this module."""

    def __init__(self, live: LiveSpec | None) -> None:
        super().__init__("the target changed while the write waited")
        self.live = live


@dataclass
class SpecWrite:
    """The write of one planned spec, and what is learned on the way.

    `spec` gets the id that the service gives it. `taken` are ids of other specs
    of this run (see `look_up`). `account` says what was written so far, in a
    sentence, for the case that an error ends the write.
    """

    service: FlowService
    spec: PlannedSpec
    on_write: OnWrite
    taken: Collection[str] = ()
    request_ids: list[str] = field(default_factory=list)
    account: str = UNWRITTEN

    async def run(self) -> Outcome:
        """Carry the spec out and return what became of it.

        Raises `LiveError` where the target cannot be read or refuses the write.
        """
        current = await self._read()
        found = check_staleness(self.spec, current)
        if found.fit is Freshness.ALREADY_APPLIED:
            return self._in_order(current)
        if found.fit is Freshness.STALE:
            return self._outcome(Result.STALE, found.message)
        self.on_write(self.spec, None if current is None else current.document)
        assert self.spec.body is not None  # noqa: S101 - a spec to write has one
        if self.spec.action is Action.CREATE:
            return await self._create(self.spec.body)
        assert current is not None  # noqa: S101 - an update fits a document that is there
        return await self._update(current, self.spec.body)

    async def _update(self, current: LiveSpec, body: JsonObject) -> Outcome:
        planned = current
        trouble = ""
        for attempt in range(self.service.settings.attempts):
            try:
                answer = await self.service.replace(
                    self.spec.kind, self.spec.id, body, current.etag, recheck=self._recheck(current)
                )
            except PreconditionFailedError as error:
                self._note(error.request_id)
                now = await self._read()
                if now is None:
                    return self._stale(now)
                changes = rebased_changes(self.spec, planned.document, now.document)
                if changes is None:
                    return self._stale(now)
                if not changes:
                    return self._outcome(Result.IN_ORDER, now=now)
                trouble = str(error)
                current, body = now, put_body(self.spec.kind, now.document, changes)
            except OutcomeUnknownError as error:
                await self._unsettled(error, attempt)
                now = await self._read()
                if now is None or not _equal(now, current.document):
                    return self._judge(current, body, None, now)
                trouble, self.account = str(error), UNWRITTEN
                current = now
            except MovedOnError as moved:
                return self._stale(moved.live)
            else:
                self._note(answer.request_id)
                self.account = UNVERIFIED
                return self._judge(current, body, answer, await self._read())
        return self._gave_up(trouble)

    async def _create(self, body: JsonObject) -> Outcome:
        trouble = ""
        for attempt in range(self.service.settings.attempts):
            try:
                answer = await self.service.create(
                    self.spec.kind, body, recheck=self._recheck(None)
                )
            except OutcomeUnknownError as error:
                await self._unsettled(error, attempt)
                now = await self._read() or await self._renamed()
                if now is not None:
                    return self._judge(None, self._named(now.id), None, now)
                trouble, self.account = str(error), UNWRITTEN
            except MovedOnError as moved:
                return self._stale(moved.live)
            else:
                self._note(answer.request_id)
                self.account = UNVERIFIED
                return await self._verify_created(answer)
        return self._gave_up(trouble)

    async def _verify_created(self, answer: WriteAnswer) -> Outcome:
        """Read what was created, under the id that the service says it has, and judge it."""
        if answer.document is not None and isinstance(answer.document.get("id"), str):
            self._named(answer.id)
        if answer.id and answer.id != self.spec.id:
            now = await self.service.read(self.spec.kind, answer.id)
        else:
            now = await self._read()
        return self._judge(None, self._named(now.id if now else ""), answer, now)

    def _named(self, spec_id: str) -> JsonObject:
        """Give the spec its id, where it has none, and return what is asked for under it."""
        if spec_id and not self.spec.has_id:
            self.spec = identified(self.spec, spec_id)
        assert self.spec.body is not None  # noqa: S101 - a spec to write has one
        return self.spec.body

    def _recheck(self, current: LiveSpec | None) -> Callable[[], Awaitable[None]]:
        """Return the look that comes between a long wait and a repeated write."""

        async def recheck() -> None:
            now = await self._read()
            if _fingerprint(now) != _fingerprint(current):
                raise MovedOnError(now)

        return recheck

    async def _unsettled(self, error: OutcomeUnknownError, attempt: int) -> None:
        """Wait a while for the service to come to rest, before it is read what became of it."""
        self.account = UNKNOWN
        self._note(error.request_id)
        settings = self.service.settings
        longest = min(settings.retry_wait * 2**attempt, settings.retry_wait_max)
        await asyncio.sleep(random.uniform(longest / 2, longest))  # noqa: S311 - jitter

    def _stale(self, now: LiveSpec | None) -> Outcome:
        found = check_staleness(self.spec, now)
        if found.fit is Freshness.ALREADY_APPLIED:
            return self._in_order(now)
        return self._outcome(Result.STALE, found.message, now=now)

    def _in_order(self, now: LiveSpec | None) -> Outcome:
        self._named(now.id if now else "")
        return self._outcome(Result.IN_ORDER, now=now)

    def _gave_up(self, trouble: str) -> Outcome:
        return self._outcome(
            Result.FAILED,
            f"it was sent {self.service.settings.attempts} times and did not take effect; "
            f"the target is as it was. {trouble}",
        )

    async def _read(self) -> LiveSpec | None:
        return await find_live(self.service, self.spec, self.taken)

    async def _renamed(self) -> LiveSpec | None:
        """Look for what a lost POST may have made under another id than the one that it named."""
        if not self.spec.has_id:
            return None
        found = await named(self.service, self.spec.kind, self.spec.body or {})
        return next((live for live in found if live.id not in self.taken), None)

    def _judge(
        self,
        before: LiveSpec | None,
        asked: JsonObject,
        answer: WriteAnswer | None,
        now: LiveSpec | None,
    ) -> Outcome:
        proved = verdict(
            Evidence(
                self.spec.kind,
                None if before is None else before.document,
                asked,
                None if answer is None else answer.document,
                None if now is None else now.document,
                self.spec.shared if before is not None and before.etag is not None else (),
            )
        )
        return self._outcome(proved.result, proved.message, proved.unconverged, now)

    def _note(self, request_id: str) -> None:
        if request_id:
            self.request_ids.append(request_id)

    def _outcome(
        self,
        result: Result,
        message: str = "",
        unconverged: tuple[Change, ...] = (),
        now: LiveSpec | None = None,
    ) -> Outcome:
        return Outcome(
            key=self.spec.key,
            name=self.spec.name,
            file=self.spec.file,
            action=self.spec.action,
            result=result,
            message=message,
            unconverged=unconverged,
            before=self.spec.live_fingerprint,
            after=None if now is None else now.fingerprint,
            request_ids=tuple(self.request_ids),
        )


def _equal(live: LiveSpec, document: JsonObject) -> bool:
    return _fingerprint(live) == fingerprint(live.kind, document)


def _fingerprint(live: LiveSpec | None) -> str | None:
    return None if live is None else live.fingerprint
