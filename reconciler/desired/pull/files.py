"""The bytes of spec files after a pull, edited or new, checked before they are written."""

from __future__ import annotations

from collections.abc import Callable, Collection

from reconciler.desired.parsed_file import SpecSource, parse_spec
from reconciler.desired.pull.merge_file import Adoption
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


def changed_content(
    content: bytes,
    file: str,
    kind: Kind,
    targets: Collection[str],
    change: Callable[[SpecSource], Adoption],
) -> tuple[bytes, Adoption]:
    """Return a file's bytes edited as `change` says, and what changed.

    `file` is its path as the user types it, `targets` the names of the config's.
    Raises `NotAdoptedError`, `EditError` or, if the file does not parse, `InputError`.
    """
    source = parse_spec(content, file, kind)
    try:
        adoption = change(source)
        after = edited_content(content, adoption.content, file)
    except (TwoSpellingsError, UnpatchableError, UnwritableError) as error:
        raise NotAdoptedError(f"{error}.") from error
    if after != content:
        _check(after, file, kind, targets)
    return after, adoption


def new_content(
    file: str, kind: Kind, targets: Collection[str], live: JsonObject, schema: str
) -> bytes:
    """Return the bytes of a new file for a live document. Raises `NotAdoptedError`."""
    try:
        content = new_text(kind, live, schema).encode()
    except (TwoSpellingsError, UnwritableError) as error:
        raise NotAdoptedError(f"{error}.") from error
    _check(content, file, kind, targets)
    return content


def _check(content: bytes, file: str, kind: Kind, targets: Collection[str]) -> None:
    """Raise `NotAdoptedError` if every command would reject the file."""
    found = read_every_spec(parse_spec(content, file, kind), targets)
    errors = [problem for problem in found.problems if problem.severity is Severity.ERROR]
    if errors:
        said = " ".join(f"line {problem.line}: {problem.message}" for problem in errors[:5])
        more = f" And {len(errors) - 5} more." if len(errors) > 5 else ""
        raise NotAdoptedError(f"the file would not pass `validate`: {said}{more}")
