"""The update of a spec: a PUT over the document that was read right before it."""

from __future__ import annotations

from functools import partial

from reconciler.applying.staleness import Freshness
from reconciler.applying.write import UNWRITTEN, MovedOnError, SpecWrite
from reconciler.model.errors import OutcomeUnknownError, PreconditionFailedError
from reconciler.model.specs import LiveSpec
from reconciler.planning.results import Outcome


class Update(SpecWrite):
    """Sends a PUT right after the read that it depends on."""

    async def send(self, current: LiveSpec | None) -> Outcome:
        """Send the PUT, rebased where only shared lists have changed, and verify it."""
        assert current is not None  # noqa: S101 - an update is current for a live document only
        trouble = ""
        for attempt in range(1, self.service.settings.attempts + 1):
            try:
                response = await self.service.replace(
                    self.spec.kind,
                    self.spec.id,
                    self.body,
                    current.etag,
                    recheck=partial(self.recheck, current),
                )
            except (PreconditionFailedError, MovedOnError) as error:
                now = await self._moved_to(error)
                found = self.compare(now)
                if now is None or found.freshness is not Freshness.CURRENT:
                    return self.unwritten(found, now)
                trouble, current = str(error), now
            except OutcomeUnknownError as error:
                self.unsettled(error)
                await self.pause(attempt)
                now = await self.read()
                if now is None or self.compare(now).freshness is not Freshness.CURRENT:
                    return self.verified(current, None, now)
                trouble, self.account, current = error.fact, UNWRITTEN, now
            else:
                return await self.verify(current, response)
        return self.gave_up(trouble)

    async def _moved_to(self, error: PreconditionFailedError | MovedOnError) -> LiveSpec | None:
        """Return the live document that replaced the one that was read."""
        if isinstance(error, MovedOnError):
            return error.live
        self.note(error.request_id)
        return await self.read()
