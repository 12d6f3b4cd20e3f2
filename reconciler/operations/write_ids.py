"""Writing the ids that a target gave into the files of the specs that got them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.cli.console import note
from reconciler.desired.config import Config
from reconciler.desired.write_id import write_id
from reconciler.model.errors import ReconcilerError
from reconciler.model.text import escape_control
from reconciler.planning.plan import Plan
from reconciler.planning.results import Outcome, Result

_UNDECIDED = frozenset({Result.STALE, Result.FAILED, Result.NOT_DONE})
"""How it went with a spec that a plan found and that may be another one after all."""


@dataclass(frozen=True)
class NewId:
    """An id that is in no file yet: whose it is, and where it belongs."""

    reference: str
    spec_id: str
    name: str
    file: str


@dataclass(frozen=True)
class WriteBack:
    """Where ids go: below `specs`; into the target's patch where there are several targets."""

    specs: Path
    target: str | None

    @classmethod
    def of(cls, config: Config, specs: Path, target: str) -> WriteBack:
        """Return where ids of this target go: an id belongs to one target."""
        return cls(specs, target if len(config.targets) > 1 else None)

    def write(self, plan: Plan, outcomes: Sequence[Outcome]) -> None:
        """Write every id that the run learned, and say so.

        What cannot be written is said too; it is found by name the next time.
        """
        for new in new_ids(plan, outcomes):
            said = self._written(new)
            if said:
                note(escape_control(said))

    def _written(self, new: NewId) -> str:
        """Write one id and return what there is to say of it."""
        place = f"x-reconciler.targets.{self.target}.id" if self.target else "id"
        what, path = f"the id {new.spec_id} of {new.name}", Path(new.file)
        try:
            is_new = write_id(path, new.reference, new.spec_id, self.specs, target=self.target)
        except (ReconcilerError, OSError) as error:
            return (
                f"Not written: {what} ({error}). Write it into {new.file} ({place}) yourself; "
                "until then the spec is found by its name and provider."
            )
        return f"Wrote {what} into {new.file} ({place}). Commit it." if is_new else ""


def new_ids(plan: Plan, outcomes: Sequence[Outcome]) -> Iterator[NewId]:
    """Yield the ids that are in no file: those that were given, and those that were found."""
    ended = {outcome.key: outcome.result for outcome in outcomes}
    for outcome in outcomes:
        if outcome.new_id:
            yield NewId(outcome.reference, outcome.new_id, outcome.name, outcome.file)
    for spec in plan.specs:
        if spec.found and ended.get(spec.key) not in _UNDECIDED:
            yield NewId(spec.reference, spec.id, spec.name, spec.file)
