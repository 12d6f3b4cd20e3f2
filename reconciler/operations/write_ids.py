"""Writing the ids that a target assigned into the files of their specs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, field

from reconciler.desired.config import Config
from reconciler.desired.folder import kind_of_file
from reconciler.desired.parsed_file import TARGETS_KEY, SpecSource, parse_spec
from reconciler.desired.write_file import edited_content, replace_file
from reconciler.model.errors import InputError, ReconcilerError
from reconciler.model.json_access import object_at
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY
from reconciler.model.references import reference_to
from reconciler.model.specs import ID_FORM
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


def write_id(path: Path, reference: str, spec_id: str, folder: Path, *, target: str | None) -> bool:
    """Write an id into the file of the spec with a reference.

    It goes to the top of the file, or with a `target` into the target's patch;
    nothing else changes. Returns False if the file had the id. Raises
    `ReconcilerError` if the id is not a UUID, if the file holds another spec or another
    id by now or is not below `folder`, and `OSError` if it cannot be read or written.
    """
    if not ID_FORM.fullmatch(spec_id):
        raise ReconcilerError(f"{spec_id} is not a UUID.")
    content = path.read_bytes()
    source = _source(path, content, reference)
    held = _held(source, target)
    if held == spec_id:
        return False
    if held is not None:
        raise ReconcilerError(f"{source.file} holds another id by now: {held}.")
    wanted = _with_id(source.content, spec_id, target)
    replace_file(path, edited_content(content, wanted, source.file), folder)
    return True


def _source(path: Path, content: bytes, reference: str) -> SpecSource:
    kind = kind_of_file(path)
    if kind is None:
        raise ReconcilerError(f"{path} is not in flowSpecs/ or connectionSpecs/.")
    source = parse_spec(content, path.as_posix(), kind)
    if source.problems:
        raise InputError(source.problems)
    if reference_to(kind.name, source.key) != reference:
        raise ReconcilerError(f"{source.file} is not the file of {reference} any more.")
    return source


def _held(source: SpecSource, target: str | None) -> object:
    """Return the id that the file has for a target, None if it has none."""
    patch = object_at(
        object_at(object_at(source.content, DIRECTIVES_KEY), TARGETS_KEY), target or ""
    )
    return patch["id"] if "id" in patch else source.content.get("id")


def _with_id(content: JsonObject, spec_id: str, target: str | None) -> JsonObject:
    if target is None:
        return _identified(content, spec_id)
    directives = object_at(content, DIRECTIVES_KEY)
    targets = object_at(directives, TARGETS_KEY)
    targets = {**targets, target: _identified(object_at(targets, target), spec_id)}
    return {**content, DIRECTIVES_KEY: {**directives, TARGETS_KEY: targets}}


def _identified(fields: JsonObject, spec_id: str) -> JsonObject:
    """Return the fields with the id: first, or in the place of an id that is null."""
    return {"id": spec_id, **fields} if "id" not in fields else {**fields, "id": spec_id}
