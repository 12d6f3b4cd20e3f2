"""The bytes of spec files after a pull, edited or new, checked before they are written."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from reconciler.desired.parsed_file import SpecSource, parse_spec
from reconciler.desired.pull.merge_file import Adoption, adopted
from reconciler.desired.pull.merge_live import MergeOptions
from reconciler.desired.pull.new_file import new_text
from reconciler.desired.pull.split_patch import UnpatchableError
from reconciler.desired.spec_file import read_every_spec
from reconciler.desired.write_file import edited_content
from reconciler.model.canonical import TwoSpellingsError
from reconciler.model.errors import ReconcilerError, Severity
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import Kind
from reconciler.yamledit.scalars import UnwritableError


class NotAdoptedError(ReconcilerError):
    """A live document that a spec file cannot represent. `str()` says why."""


@dataclass(frozen=True)
class SpecFileTarget:
    """The spec file that a pull writes."""

    file: str
    """Its path as the user types it."""
    kind: Kind
    targets: Collection[str]
    """The names of the config's targets."""


def adopted_content(
    content: bytes, place: SpecFileTarget, target: str, live: JsonObject, options: MergeOptions
) -> tuple[bytes, Adoption]:
    """Return the bytes of a file edited to hold the live document, and what changed.

    Raises as `changed_content` does.
    """
    return changed_content(content, place, lambda source: adopted(source, target, live, options))


def changed_content(
    content: bytes, place: SpecFileTarget, change: Callable[[SpecSource], Adoption]
) -> tuple[bytes, Adoption]:
    """Return a file's bytes edited as `change` says, and what changed.

    Raises `NotAdoptedError`, `EditError` or, if the file does not parse, `InputError`.
    """
    source = parse_spec(content, place.file, place.kind)
    try:
        adoption = change(source)
        after = edited_content(content, adoption.content, place.file)
    except (TwoSpellingsError, UnpatchableError, UnwritableError) as error:
        raise NotAdoptedError(f"{error}.") from error
    if after != content:
        _check(after, place)
    return after, adoption


def new_content(place: SpecFileTarget, live: JsonObject, schema: str) -> bytes:
    """Return the bytes of a new file for a live document. Raises `NotAdoptedError`."""
    try:
        content = new_text(place.kind, live, schema).encode()
    except (TwoSpellingsError, UnwritableError) as error:
        raise NotAdoptedError(f"{error}.") from error
    _check(content, place)
    return content


def _check(content: bytes, place: SpecFileTarget) -> None:
    """Raise `NotAdoptedError` if every command would reject the file."""
    found = read_every_spec(parse_spec(content, place.file, place.kind), place.targets)
    errors = [problem for problem in found.problems if problem.severity is Severity.ERROR]
    if errors:
        said = " ".join(f"line {problem.line}: {problem.message}" for problem in errors[:5])
        more = f" And {len(errors) - 5} more." if len(errors) > 5 else ""
        raise NotAdoptedError(f"the file would not pass `validate`: {said}{more}")
