"""Write the id that a target assigned to a spec into its file."""

from __future__ import annotations

from pathlib import Path

from reconciler.desired.folder import kind_of_file
from reconciler.desired.parsed_file import SpecSource, parse_spec
from reconciler.desired.patched_source import TARGETS_KEY
from reconciler.desired.write_file import edited_content, replace_file
from reconciler.model.errors import InputError, ReconcilerError
from reconciler.model.json_access import object_at
from reconciler.model.json_text import JsonObject
from reconciler.model.kinds import DIRECTIVES_KEY
from reconciler.model.references import reference_to
from reconciler.model.specs import ID_FORM


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
