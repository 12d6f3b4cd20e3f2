"""The creation of a spec: a POST, which is never repeated before the spec was looked for.

A spec cannot be deleted, so a second one is worse than a failed run.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from msgspec.structs import replace

from reconciler.applying.find_live import equal_to, find_alike
from reconciler.applying.staleness import check_staleness
from reconciler.applying.write import UNVERIFIED, UNWRITTEN, MovedOnError, SpecWrite
from reconciler.live.fetch import NOT_LISTED
from reconciler.model.errors import OutcomeUnknownError, ServiceError
from reconciler.model.specs import ID_FORM, LiveSpec
from reconciler.planning.results import Outcome, Result

CREATED = "It was created, and whether another one of its name was created too is not known."


class Creation(SpecWrite):
    """Sends a POST."""

    older: frozenset[str] = frozenset()
    """The ids of specs of its name and provider that were there before."""

    async def run(self) -> Outcome:
        """Write the spec, as every write, after a look at which specs of its name exist."""
        if self.spec.has_id:
            self.older = frozenset(live.id for live in await self._alike())
        return await super().run()

    async def send(self, current: LiveSpec | None) -> Outcome:
        """Send the POST, verify it, and look for a twin of another run."""
        trouble = ""
        for _ in range(self.service.settings.attempts):
            try:
                response = await self.service.create(
                    self.spec.kind, self.body, recheck=partial(self.recheck, current)
                )
            except MovedOnError as error:
                return self.unwritten(self.compare(error.live), error.live)
            except OutcomeUnknownError as error:
                self.unsettled(error)
                outcome = await self._settled(error, is_first=not trouble)
                if outcome is not None:
                    return outcome
                trouble, self.account = error.fact, UNWRITTEN
            else:
                self.account, had_id = UNVERIFIED, self.spec.has_id
                if response.id not in ("", self.spec.id) and not ID_FORM.fullmatch(response.id):
                    self.account = f"Its id is not a UUID, and is not written to {self.spec.file}."
                    shown = self.service.secrets.excerpt(response.id)
                    return self.failed(f"the service created it as {shown}.")
                self.identify(response.id)
                if response.id and not had_id:
                    self.hooks.on_created(self.spec)
                return await self._without_twin(await self.verify(None, response))
        return self.gave_up(trouble)

    async def _settled(self, error: OutcomeUnknownError, *, is_first: bool) -> Outcome | None:
        """Look several times for what a lost POST created; None if it can be sent again.

        After a timeout it cannot: the service may create the spec seconds later.
        """
        for attempt in range(1, max(2, self.service.settings.attempts)):
            await self.pause(attempt)
            if self.spec.has_id and (now := await self.read()) is not None:
                if error.status == 409 and is_first and not equal_to(self.spec, [now]):
                    return self.unwritten(check_staleness(self.spec, now), now)
                return self.verified(None, None, now)
            outcome = self._adopted(error, await self._alike())
            if outcome is not None:
                return outcome
            if error.status == 409:
                break
        if error.status == 409 or error.may_follow:
            return self.failed(f"{error.fact} It was not found, and is not sent again in this run.")
        return None

    def _adopted(self, error: OutcomeUnknownError, alike: Sequence[LiveSpec]) -> Outcome | None:
        """Return the outcome if a spec of its name exists now: only what equals it is ours."""
        found = equal_to(self.spec, alike)
        if found is not None:
            self.identify(found.id)
            return self.verified(None, None, found)
        if alike:
            ids = ", ".join(live.id for live in alike)
            return self.failed(f"{error.fact} A spec of its name was created meanwhile: {ids}.")
        return None

    async def _without_twin(self, outcome: Outcome) -> Outcome:
        """Return the outcome; a failure if another run created the same spec meanwhile."""
        self.account = CREATED
        twins = [live.id for live in await self._alike() if live.id != outcome.key.id]
        if not twins:
            return outcome
        result = Result.FAILED if outcome.is_good else outcome.result
        message = (
            f"created as {self.spec.id}, and at the same time another of its name and provider was "
            f"created: {', '.join(twins)}. Decide which one to use, and list the other under "
            "x-reconciler.others."
        )
        return replace(outcome, result=result, message=f"{outcome.message} {message}".strip())

    async def _alike(self) -> list[LiveSpec]:
        """Return the specs of its name and provider that came since; none if none are listed."""
        try:
            found = await find_alike(self.service, self.spec, self.taken)
        except ServiceError as error:
            if error.status in NOT_LISTED and self.spec.has_id:
                return []
            raise
        return [live for live in found if live.id not in self.older]
