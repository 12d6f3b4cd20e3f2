"""Writing the ids that a target assigned into the files of their specs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, field

from reconciler.desired.config import Config
from reconciler.desired.write_id import write_id
from reconciler.model.errors import ReconcilerError
from reconciler.planning.plan import Plan, PlannedSpec
from reconciler.planning.results import Outcome, Result

_UNDECIDED = frozenset({Result.STALE, Result.FAILED, Result.NOT_DONE})
"""Results after which a spec that a plan found by name may still be another one."""


class WrittenId(Struct, frozen=True):
    """An id that no file had, and the result of writing it."""

    spec_id: str
    name: str
    file: str
    place: str
    """Where in the file it belongs."""
    error: Exception | None = None
    """Why it is not written; None if it is."""


class IdWriter(Struct, frozen=True):
    """Writes ids into files below `specs`; into the target's patch if there are several targets."""

    specs: Path
    target: str | None
    early: list[WrittenId] = field(default_factory=list)
    """The ids written during the run."""

    @classmethod
    def of(cls, config: Config, specs: Path, target: str) -> IdWriter:
        """Return the writer for a target's ids: an id belongs to one target."""
        return cls(specs, target if len(config.targets) > 1 else None)

    def write(self, plan: Plan, outcomes: Sequence[Outcome]) -> tuple[WrittenId, ...]:
        """Write the ids that were assigned or found by name; return those that files lacked.

        A spec whose id cannot be written is found by name the next time.
        """
        ended = {outcome.key: outcome.result for outcome in outcomes}
        new = [
            (outcome.reference, outcome.new_id, outcome.name, outcome.file)
            for outcome in outcomes
            if outcome.new_id
        ]
        new += [
            (spec.reference, spec.id, spec.name, spec.file)
            for spec in plan.specs
            if spec.found and ended.get(spec.key) not in _UNDECIDED
        ]
        written = [self._write(*each) for each in new]
        return (*self.early, *filter(None, written))

    def write_at_once(self, spec: PlannedSpec) -> None:
        """Write the id of a spec that was just created, in case the run dies.

        What cannot be written is tried again, and returned, by `write`.
        """
        written = self._write(spec.reference, spec.id, spec.name, spec.file)
        if written is not None and written.error is None:
            self.early.append(written)

    def _write(self, reference: str, spec_id: str, name: str, file: str) -> WrittenId | None:
        place = f"x-reconciler.targets.{self.target}.id" if self.target else "id"
        try:
            is_new = write_id(Path(file), reference, spec_id, self.specs, target=self.target)
        except (ReconcilerError, OSError) as error:
            return WrittenId(spec_id, name, file, place, error)
        return WrittenId(spec_id, name, file, place) if is_new else None
