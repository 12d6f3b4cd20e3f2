"""Writing the ids that a target assigned into the files of their specs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.desired.config import Config
from reconciler.desired.write_id import write_id
from reconciler.model.errors import ReconcilerError
from reconciler.planning.plan import Plan, PlannedSpec
from reconciler.planning.results import Outcome, Result

_UNDECIDED = frozenset({Result.STALE, Result.FAILED, Result.NOT_DONE})
"""Results after which a spec that a plan found by name may still be another one."""


@dataclass(frozen=True)
class NewId:
    """An id that no file has yet."""

    reference: str
    """How the plan names the spec without an id."""
    spec_id: str
    """The id."""
    name: str
    """The spec's name."""
    file: str
    """The spec's file."""


@dataclass(frozen=True)
class WrittenId:
    """The result of writing a new id."""

    new: NewId
    """The id, and its spec."""
    place: str
    """Where in the file it belongs."""
    error: Exception | None = None
    """Why it is not written; None if it is."""


@dataclass(frozen=True)
class IdWriter:
    """Writes ids into files below `specs`; into the target's patch if there are several targets."""

    specs: Path
    target: str | None
    early: list[WrittenId] = field(default_factory=list, compare=False)
    """The ids written during the run."""

    @classmethod
    def of(cls, config: Config, specs: Path, target: str) -> IdWriter:
        """Return the writer for a target's ids: an id belongs to one target."""
        return cls(specs, target if len(config.targets) > 1 else None)

    def write(self, plan: Plan, outcomes: Sequence[Outcome]) -> tuple[WrittenId, ...]:
        """Write every id that a run learned and return what became of those that files lacked.

        A spec whose id cannot be written is found by name the next time.
        """
        written = map(self._write, new_ids(plan, outcomes))
        return (*self.early, *(each for each in written if each is not None))

    def write_at_once(self, spec: PlannedSpec) -> None:
        """Write the id of a spec that was just created, in case the run dies.

        What cannot be written is tried again, and returned, by `write`.
        """
        written = self._write(NewId(spec.reference, spec.id, spec.name, spec.file))
        if written is not None and written.error is None:
            self.early.append(written)

    def _write(self, new: NewId) -> WrittenId | None:
        place = f"x-reconciler.targets.{self.target}.id" if self.target else "id"
        try:
            is_new = write_id(
                Path(new.file), new.reference, new.spec_id, self.specs, target=self.target
            )
        except (ReconcilerError, OSError) as error:
            return WrittenId(new, place, error)
        return WrittenId(new, place) if is_new else None


def new_ids(plan: Plan, outcomes: Sequence[Outcome]) -> Iterator[NewId]:
    """Yield the ids that no file has: those that were assigned, and those found by name."""
    ended = {outcome.key: outcome.result for outcome in outcomes}
    for outcome in outcomes:
        if outcome.new_id:
            yield NewId(outcome.reference, outcome.new_id, outcome.name, outcome.file)
    for spec in plan.specs:
        if spec.found and ended.get(spec.key) not in _UNDECIDED:
            yield NewId(spec.reference, spec.id, spec.name, spec.file)
